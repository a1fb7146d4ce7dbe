//! What was done with a breach, step by step, each with its words (UK GDPR Article 33(5)).
//! The breach's own row says how things stand, and its words are written over by the next
//! step. What stands there from before this table is not copied here, because it is sealed
//! in its place: the register reads it there until the next step is taken.

use sea_orm_migration::prelude::*;

use crate::columns::{index, may_be_let_go, may_be_sealed, only_added, table};

const STEPS: &[&str] = &["assess", "commissioner_told", "people_told", "close"];
const RISKS: &[&str] = &["near_miss", "unlikely", "risk", "high"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("breach_step")
            .of_school()
            .to("breach_id", "breach")
            .word("step", STEPS)
            .maybe_word("risk", RISKS)
            .text("words")
            .maybe_to("actor_id", "person")
            .time("at")
            .create(manager)
            .await?;
        index(manager, "breach_step", &["breach_id"]).await?;
        only_added(manager, "breach_step", Some("words")).await?;
        may_be_sealed(manager, "breach_step", "words", None).await?;
        may_be_let_go(manager, "breach_step", None).await
    }
}
