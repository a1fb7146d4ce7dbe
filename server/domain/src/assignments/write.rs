//! Setting work, changing it, sending it out, closing and reopening it. Times
//! come in as the school's clocks show them and are kept in UTC.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QuerySelect, TryInsertResult,
};
use serde_json::{Map, Value, json};
use vocab::assignments::{
    Intent, PASSED_DUE, PASSED_DUE_OF_DRAFT, PASSED_OUT, SKIPPED, Stage, ValidAssignment,
};
use vocab::form::FieldError;
use vocab::ids::AssignmentId;
use vocab::points::Points;

use super::{Error, stage};
use crate::access::{AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::marking;
use crate::moments::{from_local, is_skipped};
use crate::secrets::new_id;
use crate::submissions;
use entity::{assignment, classroom, earlier_mark, event, mark, submission};

/// Sets work: as a draft, now, or at a time to come.
pub async fn create(
    tx: &Write,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    new: &ValidAssignment,
    now: Time,
) -> Result<AssignmentId, Error> {
    let id = AssignmentId(new_id());
    create_once(tx, actor, classroom, (id, new), now).await?;
    Ok(id)
}

/// Whether the form that sets work had been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The work is new.
    Now,
    /// The work is there as this form set it, and nothing was changed.
    Before,
}

/// Sets work under the id that its form carries, once: sent again by a second press or after
/// a lost answer, the form changes nothing. A form that set something else, be it because it
/// was filled in anew or because it is somebody else's, is [`Error::SentBefore`].
pub async fn create_once(
    tx: &Write,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    (id, new): (AssignmentId, &ValidAssignment),
    now: Time,
) -> Result<Sent, Error> {
    if is_there(tx, id).await? {
        return sent_before(tx, actor, classroom, (id, new)).await;
    }
    require_shown_times(actor, new)?;
    let publish_at = match new.intent {
        Intent::Draft => None,
        Intent::Publish => Some(now),
        Intent::Schedule => scheduled_for(actor, new, now)?,
    };
    let set = assignment::Model {
        id,
        school_id: classroom.school(),
        classroom_id: classroom.id,
        title: new.title.clone(),
        instructions: new.instructions.clone(),
        points: new.points,
        due_at: new.due.map(|due| from_local(due, actor.time_zone)),
        publish_at,
        closed_at: None,
        created_by: classroom.actor(),
        created_at: now,
        updated_at: now,
    };
    let after = as_sent(actor, new, publish_at);
    if !insert(tx, set).await? {
        // The other of two presses at once was first.
        return sent_before(tx, actor, classroom, (id, new)).await;
    }
    let event = Event {
        school: classroom.school(),
        actor: Some(classroom.actor()),
        kind: "assignment.created",
        subject: id.0,
        before: None,
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    if new.intent == Intent::Publish {
        let event = Event {
            school: classroom.school(),
            actor: Some(classroom.actor()),
            kind: "assignment.published",
            subject: id.0,
            before: None,
            after: Some(json!({ "publish_at": now })),
        };
        events::record(&**tx, event, now).await?;
    }
    Ok(Sent::Now)
}

/// What is written down of work that is set.
fn as_sent(actor: &Actor, new: &ValidAssignment, publish_at: Option<Time>) -> Value {
    json!({
        "title": new.title,
        "instructions": new.instructions,
        "points": new.points,
        "due_at": new.due.map(|due| from_local(due, actor.time_zone)),
        "publish_at": publish_at,
    })
}

async fn is_there(tx: &Write, id: AssignmentId) -> Result<bool, Error> {
    let found = assignment::Entity::find_by_id(id).one(&**tx).await?;
    Ok(found.is_some())
}

/// Whether what is there under this id was set by this same form: in the same classroom, by
/// the same teacher, and with the same words. It may have been changed since.
async fn sent_before(
    tx: &Write,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    (id, new): (AssignmentId, &ValidAssignment),
) -> Result<Sent, Error> {
    let set = assignment::Entity::find_by_id(id)
        .filter(assignment::Column::SchoolId.eq(classroom.school()))
        .filter(assignment::Column::ClassroomId.eq(classroom.id))
        .filter(assignment::Column::CreatedBy.eq(classroom.actor()))
        .one(&**tx)
        .await?
        .ok_or(Error::SentBefore)?;
    let created = event::Entity::find()
        .filter(event::Column::SchoolId.eq(classroom.school()))
        .filter(event::Column::SubjectId.eq(id.0))
        .filter(event::Column::Kind.eq("assignment.created"))
        .one(&**tx)
        .await?;
    let publish_at = match new.intent {
        Intent::Draft => None,
        Intent::Publish => Some(set.created_at),
        Intent::Schedule => new.publish.map(|at| from_local(at, actor.time_zone)),
    };
    if created.and_then(|event| event.after) == Some(as_sent(actor, new, publish_at)) {
        Ok(Sent::Before)
    } else {
        Err(Error::SentBefore)
    }
}

/// Whether it was free: an id that another transaction takes is waited for.
async fn insert(tx: &Write, set: assignment::Model) -> Result<bool, Error> {
    let inserted = assignment::Entity::insert(set.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Times that no clock of the school shows are not guessed at.
fn require_shown_times(actor: &Actor, form: &ValidAssignment) -> Result<(), Error> {
    let goes_out = form.publish.filter(|_| form.intent == Intent::Schedule);
    let errors: Vec<_> = [("due_time", form.due), ("publish_time", goes_out)]
        .into_iter()
        .filter(|(_, at)| at.is_some_and(|at| is_skipped(at, actor.time_zone)))
        .map(|(field, _)| FieldError {
            field: field.to_owned(),
            message: SKIPPED.to_owned(),
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The time at which work goes out by itself, which has to lie ahead.
fn scheduled_for(actor: &Actor, form: &ValidAssignment, now: Time) -> Result<Option<Time>, Error> {
    let at = form.publish.map(|at| from_local(at, actor.time_zone));
    if at.is_some_and(|at| at <= now) {
        return Err(invalid("publish_date", PASSED_OUT));
    }
    Ok(at)
}

pub(super) fn invalid(field: &str, message: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError {
        field: field.to_owned(),
        message: message.into(),
    }])
}

/// Changes work, unless somebody else did since the form was opened. What is out stays out,
/// unless nobody has handed it in; points stay at or above every mark that was given. Where
/// the due time moves, what was handed in is judged anew: late or in time by the new one.
/// Work that was closed and becomes a draft again is closed no more.
pub async fn edit(
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    new: &ValidAssignment,
    now: Time,
) -> Result<(), Error> {
    let old = hold(tx, work).await?;
    if !new.seen.is_empty() && new.seen != seen(&old) {
        return Err(Error::ChangedMeanwhile);
    }
    require_shown_times(actor, new)?;
    let is_out = old.publish_at.is_some_and(|out| out <= now);
    let publish_at = match new.intent {
        Intent::Draft => None,
        Intent::Publish if is_out => old.publish_at,
        Intent::Publish => Some(now),
        Intent::Schedule => scheduled_for(actor, new, now)?,
    };
    let stays_out = publish_at.is_some_and(|out| out <= now);
    if is_out && !stays_out && is_handed_in(tx, work).await? {
        return Err(Error::HandedInAlready);
    }
    if old.points != new.points {
        require_room_for_marks(tx, work, new.points).await?;
    }
    let due_at = new.due.map(|due| from_local(due, actor.time_zone));
    let goes_out_now = !is_out && new.intent == Intent::Publish;
    if goes_out_now && due_at.is_some_and(|due| due <= now) {
        return Err(invalid("due_date", PASSED_DUE));
    }
    // Only what stays out stays closed: whatever goes out anew can be handed in.
    let closed_at = old.closed_at.filter(|_| is_out && stays_out);
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut note = |field: &str, was: Value, is: Value| {
        if was != is {
            before.insert(field.to_owned(), was);
            after.insert(field.to_owned(), is);
        }
    };
    note("title", json!(old.title), json!(new.title));
    note(
        "instructions",
        json!(old.instructions),
        json!(new.instructions),
    );
    note("points", json!(old.points), json!(new.points));
    note("due_at", json!(old.due_at), json!(due_at));
    note("publish_at", json!(old.publish_at), json!(publish_at));
    note("closed_at", json!(old.closed_at), json!(closed_at));
    if after.is_empty() {
        return Ok(());
    }
    assignment::ActiveModel {
        id: Set(old.id),
        title: Set(new.title.clone()),
        instructions: Set(new.instructions.clone()),
        points: Set(new.points),
        due_at: Set(due_at),
        publish_at: Set(publish_at),
        closed_at: Set(closed_at),
        updated_at: Set(now),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    if old.due_at != due_at {
        let moved = submissions::Moved::between(old.due_at, due_at);
        submissions::judge_work(tx, (work.school(), old.id), moved).await?;
    }
    let change = (Some(Value::Object(before)), Some(Value::Object(after)));
    record(tx, work, "assignment.edited", change, now).await?;
    if !is_out && stays_out {
        let after = json!({ "publish_at": publish_at });
        record(tx, work, "assignment.published", (None, Some(after)), now).await?;
    }
    Ok(())
}

/// The work as it is now, held until the change is kept or dropped: handing in and whoever
/// else changes it wait, so that nobody slips in between.
async fn hold(tx: &Write, work: &Permitted<Work>) -> Result<assignment::Model, Error> {
    assignment::Entity::find_by_id(work.assignment.id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(|| AccessError::NotFound.into())
}

/// What an edit form carries to know whether it still shows the work as it is.
pub(super) fn seen(work: &assignment::Model) -> String {
    work.updated_at.timestamp_micros().to_string()
}

async fn is_handed_in(tx: &Write, work: &Permitted<Work>) -> Result<bool, Error> {
    let count = submission::Entity::find()
        .filter(submission::Column::AssignmentId.eq(work.assignment.id))
        .filter(submission::Column::AttemptId.is_not_null())
        .count(&**tx)
        .await?;
    Ok(count > 0)
}

async fn require_room_for_marks(
    tx: &Write,
    work: &Permitted<Work>,
    points: Option<Points>,
) -> Result<(), Error> {
    // What came back for an older try is still read, and counts like the mark that stands.
    let highest: Option<(Option<Points>, Option<Points>)> = submission::Entity::find()
        .select_only()
        .expr(mark::Column::Points.max())
        .expr(earlier_mark::Column::Points.max())
        .join(JoinType::InnerJoin, submissions::to_mark())
        .join(JoinType::LeftJoin, marking::to_earlier())
        .filter(submission::Column::AssignmentId.eq(work.assignment.id))
        .into_tuple()
        .one(&**tx)
        .await?;
    let highest = highest.and_then(|(of_marks, of_earlier)| of_marks.max(of_earlier));
    match (highest, points) {
        (Some(highest), Some(points)) if points < highest => Err(invalid(
            "points",
            format!("Somebody was given {highest} already. Enter {highest} or more"),
        )),
        (Some(_), None) => Err(invalid(
            "points",
            "Somebody was given a mark already, so the work keeps its points",
        )),
        _ => Ok(()),
    }
}

/// Sends work out now, open to be handed in. Work that is out already stays as it is; work
/// that would be overdue at once does not go out.
pub async fn publish(tx: &Write, work: &Permitted<Work>, now: Time) -> Result<(), Error> {
    let set = hold(tx, work).await?;
    if matches!(
        stage(set.publish_at, set.closed_at, now),
        Stage::Published | Stage::Closed
    ) {
        return Ok(());
    }
    if set.due_at.is_some_and(|due| due <= now) {
        return Err(invalid("publish", PASSED_DUE_OF_DRAFT));
    }
    assignment::ActiveModel {
        id: Set(set.id),
        publish_at: Set(Some(now)),
        closed_at: Set(None),
        updated_at: Set(now),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let mut before = json!({ "publish_at": set.publish_at });
    let mut after = json!({ "publish_at": now });
    if set.closed_at.is_some() {
        before["closed_at"] = json!(set.closed_at);
        after["closed_at"] = Value::Null;
    }
    let change = (Some(before), Some(after));
    record(tx, work, "assignment.published", change, now).await
}

/// Ends handing in. What was handed in and what is still a draft stay.
pub async fn close(tx: &Write, work: &Permitted<Work>, now: Time) -> Result<(), Error> {
    let set = hold(tx, work).await?;
    match stage(set.publish_at, set.closed_at, now) {
        Stage::Closed => Ok(()),
        Stage::Draft | Stage::Scheduled => Err(Error::NotOut),
        Stage::Published => {
            let closed_at = (set.closed_at, Some(now));
            set_closed(tx, work, "assignment.closed", closed_at, now).await
        }
    }
}

/// Lets students hand in again.
pub async fn reopen(tx: &Write, work: &Permitted<Work>, now: Time) -> Result<(), Error> {
    let set = hold(tx, work).await?;
    if set.closed_at.is_none() {
        return Ok(());
    }
    let closed_at = (set.closed_at, None);
    set_closed(tx, work, "assignment.reopened", closed_at, now).await
}

async fn set_closed(
    tx: &Write,
    work: &Permitted<Work>,
    kind: &'static str,
    (was, is): (Option<Time>, Option<Time>),
    now: Time,
) -> Result<(), Error> {
    assignment::ActiveModel {
        id: Set(work.assignment.id),
        closed_at: Set(is),
        updated_at: Set(now),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let change = (
        Some(json!({ "closed_at": was })),
        Some(json!({ "closed_at": is })),
    );
    record(tx, work, kind, change, now).await
}

pub(super) async fn record(
    tx: &Write,
    work: &Permitted<Work>,
    kind: &'static str,
    (before, after): (Option<Value>, Option<Value>),
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: work.school(),
        actor: Some(work.actor()),
        kind,
        subject: work.assignment.id.0,
        before,
        after,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
