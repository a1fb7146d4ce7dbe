//! What somebody chose about one category of mail.

use sea_orm::entity::prelude::*;
use vocab::ids::{MailChoiceId, PersonId, SchoolId};
use vocab::mail::{MailChoiceState, MessageCategory};

/// A row of `mail_choice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailChoiceId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub category: MessageCategory,
    pub state: MailChoiceState,
    pub changed_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
