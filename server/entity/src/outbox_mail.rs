//! One mail on its way out. Its words go when it has ended; where it failed and can be tried again, thirty days later.

use sea_orm::entity::prelude::*;
use vocab::ids::{MailId, PersonId, SchoolId};
use vocab::mail::{MailState, MailTemplate, MessageCategory};

/// A row of `outbox_mail`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    pub school_id: SchoolId,
    pub category: MessageCategory,
    pub template: MailTemplate,
    pub recipient_id: Option<PersonId>,
    pub address: Option<String>,
    pub variables: String,
    pub cause_id: Option<Uuid>,
    pub state: MailState,
    pub attempts: i32,
    pub queued_at: DateTimeUtc,
    pub next_try_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
