//! A request about data goes from state to state only as the rules know it. The database
//! refuses every other change itself, so that no mistake of ours and nobody with its
//! password opens again what is over, or skips who asks. A test of `domain` holds this list
//! to the rules: a new step there needs a migration that makes the guard anew.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// From which state to which. A row that stays in its state may change otherwise.
const ALLOWED: [&str; 17] = [
    "identity_needed open",
    "identity_needed closed",
    "identity_needed refused",
    "identity_needed taken_back",
    "open identity_needed",
    "open clarification",
    "open approved",
    "open closed",
    "open refused",
    "open taken_back",
    "clarification open",
    "clarification closed",
    "clarification refused",
    "clarification taken_back",
    "approved closed",
    "approved refused",
    "approved taken_back",
];

const REFUSAL: &str = "a request about data does not go from its state to this one";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let allowed = ALLOWED.map(|pair| format!("'{pair}'")).join(", ");
        let is_refused = format!(
            "OLD.state <> NEW.state AND (OLD.state || ' ' || NEW.state) NOT IN ({allowed})"
        );
        let statements = if db.get_database_backend() == DbBackend::Postgres {
            vec![
                format!(
                    "CREATE FUNCTION keep_rights_request_in_order() RETURNS trigger AS $$ BEGIN \
                     RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
                ),
                format!(
                    "CREATE TRIGGER keep_rights_request_in_order BEFORE UPDATE ON rights_request \
                     FOR EACH ROW WHEN ({is_refused}) \
                     EXECUTE FUNCTION keep_rights_request_in_order()"
                ),
            ]
        } else {
            vec![format!(
                "CREATE TRIGGER keep_rights_request_in_order BEFORE UPDATE ON rights_request \
                 WHEN {is_refused} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )]
        };
        for statement in statements {
            db.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
