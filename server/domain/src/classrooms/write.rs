//! Making, renaming and archiving classrooms. Each change is an event that says
//! what was before and what is now.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QuerySelect};
use serde_json::{Value, json};
use vocab::classrooms::{ClassroomForm, ClassroomRole, ValidClassroom};
use vocab::ids::ClassroomId;
use vocab::people::Role;

use super::Error;
use super::members::{Place, enrol};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::new_id;
use entity::classroom;

/// Makes a classroom. A teacher who makes one teaches it; an admin who makes one
/// adds its teachers next.
pub async fn create(
    tx: &Write,
    actor: &Actor,
    permitted: &Permitted<()>,
    new: &ValidClassroom,
    now: Time,
) -> Result<ClassroomId, Error> {
    let id = ClassroomId(new_id());
    classroom::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        name: Set(new.name.clone()),
        subject: Set(new.subject.clone()),
        year_group: Set(new.year_group.clone()),
        sourced_id: Set(None),
        source_id: Set(None),
        created_at: Set(now),
        archived_at: Set(None),
        archived_by: Set(None),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind: "classroom.created",
        subject: id.0,
        before: None,
        after: Some(json!({
            "name": new.name,
            "subject": new.subject,
            "year_group": new.year_group,
        })),
    };
    events::record(&**tx, event, now).await?;
    if actor.is(Role::Teacher) {
        let place = Place {
            school: permitted.school(),
            by: actor.person,
            classroom: id,
            person: actor.person,
            role: ClassroomRole::Teacher,
        };
        enrol(tx, &place, now).await?;
    }
    Ok(id)
}

/// The form of the settings, as the classroom is now. No query.
pub fn form(classroom: &Permitted<classroom::Model>) -> ClassroomForm {
    ClassroomForm {
        name: classroom.name.clone(),
        subject: classroom.subject.clone().unwrap_or_default(),
        year_group: classroom.year_group.clone().unwrap_or_default(),
        seen: seen(classroom),
    }
}

/// Whether a roster keeps it up to date: what is changed by hand may be changed back.
pub fn is_of_roster(classroom: &Permitted<classroom::Model>) -> bool {
    classroom.sourced_id.is_some()
}

/// What the form carries to know whether it still shows the classroom as it is.
fn seen(classroom: &classroom::Model) -> String {
    json!([classroom.name, classroom.subject, classroom.year_group]).to_string()
}

/// Changes name, subject and year group, unless somebody else did, or put the classroom
/// away, since the form was opened. Nothing is written where nothing changed.
pub async fn rename(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    new: &ValidClassroom,
    now: Time,
) -> Result<(), Error> {
    let held = hold(tx, classroom).await?;
    let (mut before, mut after) = (serde_json::Map::new(), serde_json::Map::new());
    let mut note = |field: &str, old: Value, new: Value| {
        if old != new {
            before.insert(field.to_owned(), old);
            after.insert(field.to_owned(), new);
        }
    };
    note("name", json!(held.name), json!(new.name));
    note("subject", json!(held.subject), json!(new.subject));
    note("year_group", json!(held.year_group), json!(new.year_group));
    if after.is_empty() {
        return Ok(());
    }
    if held.archived_at.is_some() {
        return Err(Error::Archived);
    }
    if !new.seen.is_empty() && new.seen != seen(&held) {
        return Err(Error::ChangedMeanwhile);
    }
    classroom::ActiveModel {
        id: Set(classroom.id),
        name: Set(new.name.clone()),
        subject: Set(new.subject.clone()),
        year_group: Set(new.year_group.clone()),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let (before, after) = (Value::Object(before), Value::Object(after));
    record(tx, classroom, "classroom.renamed", (before, after), now).await
}

/// The classroom as it is now, held until the change is kept or dropped.
async fn hold(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
) -> Result<classroom::Model, Error> {
    classroom::Entity::find_by_id(classroom.id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(|| AccessError::NotFound.into())
}

/// Puts a classroom away: it can be read and brought back, and nothing else.
pub async fn archive(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<(), Error> {
    let was = hold(tx, classroom).await?.archived_at;
    if was.is_some() {
        return Ok(());
    }
    let archived_at = (was, Some(now));
    set_archived(tx, classroom, "classroom.archived", archived_at, now).await
}

/// Brings an archived classroom back.
pub async fn restore(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<(), Error> {
    let was = hold(tx, classroom).await?.archived_at;
    if was.is_none() {
        return Ok(());
    }
    set_archived(tx, classroom, "classroom.restored", (was, None), now).await
}

async fn set_archived(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    kind: &'static str,
    (was, is): (Option<Time>, Option<Time>),
    now: Time,
) -> Result<(), Error> {
    classroom::ActiveModel {
        id: Set(classroom.id),
        archived_at: Set(is),
        archived_by: Set(is.map(|_| classroom.actor())),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let change = (json!({ "archived_at": was }), json!({ "archived_at": is }));
    record(tx, classroom, kind, change, now).await
}

async fn record(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    kind: &'static str,
    (before, after): (Value, Value),
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: classroom.school(),
        actor: Some(classroom.actor()),
        kind,
        subject: classroom.id.0,
        before: Some(before),
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
