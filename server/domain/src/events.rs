//! The record of changes. Every write calls [`record`] in its own transaction, so
//! that a change and its event are kept together or not at all. History, undo
//! and audit read from it.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::{EventId, PersonId, SchoolId};

use crate::clock::Time;
use crate::db::Keyed;
use crate::keys::{self, Owner, Place};

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
    insert(db, EventId(crate::secrets::new_id()), event, now).await
}

/// Writes down an event whose `before` or `after` hold private fields (a comment, an
/// e-mail address): they are sealed with the key of the person they are about.
pub async fn record_about(
    db: &impl Keyed,
    mut event: Event,
    owner: impl Into<Owner>,
    now: Time,
) -> Result<EventId, DbErr> {
    let id = EventId(crate::secrets::new_id());
    let owner = owner.into();
    let ring = db.keys().to_seal([owner]).await?;
    for (column, value) in [("before", &mut event.before), ("after", &mut event.after)] {
        if let Some(value) = value {
            let place = place(event.school, column, id);
            keys::seal_fields(&ring, owner, &place, value)?;
        }
    }
    insert(db, id, event, now).await
}

/// Where a private field of an event stands.
pub(crate) fn place(school: SchoolId, column: &str, id: EventId) -> Place<'_> {
    Place {
        school,
        table: "event",
        column,
        row: id.0,
    }
}

async fn insert(
    db: &impl ConnectionTrait,
    id: EventId,
    event: Event,
    now: Time,
) -> Result<EventId, DbErr> {
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
