//! The record of changes. Every write calls [`record`] in its own transaction, so
//! that a change and its event are kept together or not at all. History, undo
//! and audit read from it.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::{EventId, PersonId, SchoolId};

use crate::clock::Time;

/// What happened, before it is written down.
#[derive(Debug)]
pub struct Event {
    /// Whose world.
    pub school: SchoolId,
    /// Who did it; none where the operator's command line did.
    pub actor: Option<PersonId>,
    /// Noun and verb, such as "assignment.published".
    pub kind: &'static str,
    /// The row that changed.
    pub subject: Uuid,
    /// What it was.
    pub before: Option<Value>,
    /// What it is.
    pub after: Option<Value>,
}

/// Writes one event down.
pub async fn record(db: &impl ConnectionTrait, event: Event, now: Time) -> Result<EventId, DbErr> {
    let id = EventId(crate::secrets::new_id());
    entity::event::ActiveModel {
        id: Set(id),
        school_id: Set(event.school),
        actor_id: Set(event.actor),
        kind: Set(event.kind.to_owned()),
        subject_id: Set(event.subject),
        at: Set(now),
        before: Set(event.before),
        after: Set(event.after),
    }
    .insert(db)
    .await?;
    Ok(id)
}
