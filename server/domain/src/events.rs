//! The record of changes. Every write calls [`record`] in its own transaction, so
//! that a change and its event are kept together or not at all. History, undo
//! and audit read from it. A draft that is saved while somebody types is no event:
//! its beginning is one, and what is handed in.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};
use serde_json::{Map, Value};
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
    let (before, after) = (
        declared(event.kind, event.before),
        declared(event.kind, event.after),
    );
    entity::event::ActiveModel {
        id: Set(id),
        school_id: Set(event.school),
        actor_id: Set(event.actor),
        kind: Set(event.kind.to_owned()),
        subject_id: Set(event.subject),
        at: Set(now),
        before: Set(before),
        after: Set(after),
    }
    .insert(db)
    .await?;
    Ok(id)
}

/// What the data map's catalogue lets an event hold: a field that nobody declared is left
/// out, with all of a kind that nobody declared. While developing it stops there and then.
fn declared(kind: &str, copy: Option<Value>) -> Option<Value> {
    let (kept, left_out) = fit(kind, copy?);
    if !left_out.is_empty() {
        tracing::error!(
            kind,
            ?left_out,
            "an event held what the data map does not declare"
        );
        debug_assert!(
            left_out.is_empty(),
            "declare in datamap/src/catalogue.rs: {kind} {left_out:?}"
        );
    }
    kept
}

/// What may be kept, and the names of what may not.
fn fit(kind: &str, copy: Value) -> (Option<Value>, Vec<String>) {
    let declared = datamap::event_kind(kind);
    let Value::Object(fields) = copy else {
        return match copy {
            Value::Null => (Some(Value::Null), Vec::new()),
            _ => (None, vec!["a copy that is no object".to_owned()]),
        };
    };
    let (kept, left_out): (Map<_, _>, Map<_, _>) = fields
        .into_iter()
        .partition(|(name, _)| declared.is_some_and(|kind| kind.has(name)));
    let mut left_out: Vec<String> = left_out.into_iter().map(|(name, _)| name).collect();
    if declared.is_none() {
        left_out.push("the kind itself".to_owned());
    }
    (Some(Value::Object(kept)), left_out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_or_field_that_nobody_declared_is_left_out() {
        let held = json!({ "comment": "Good", "mood": "tired" });
        assert_eq!(
            fit("mark.saved", held.clone()),
            (Some(json!({ "comment": "Good" })), vec!["mood".to_owned()])
        );
        let (kept, left_out) = fit("page.read", held);
        assert_eq!((kept, left_out.len()), (Some(json!({})), 3));
        assert_eq!(fit("page.read", json!({})).1, ["the kind itself"]);
        assert_eq!(fit("mark.saved", json!("loose words")).0, None);
    }

    #[test]
    #[should_panic(expected = "declare in datamap/src/catalogue.rs")]
    fn a_test_run_stops_at_what_nobody_declared() {
        declared("mark.saved", Some(json!({ "mood": "tired" })));
    }
}
