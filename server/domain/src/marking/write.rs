//! Saving a mark and giving it back. A save names the version it began from, and
//! is refused with what is kept when another was quicker. Giving back makes a version too:
//! whoever has not seen it does not change at once what the student reads. Whatever the clock
//! says, nothing is marked before it was handed in, or given back before it was marked.

use std::cmp::max;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, TryInsertResult,
};
use serde_json::{Value, json};
use vocab::form::FieldError;
use vocab::ids::{AttemptId, EventId, MarkId, SchoolId};
use vocab::marking::{KeptMark, ValidMark};
use vocab::objections::ObjectionUse;
use vocab::points::Points;

use super::take_off::{is_empty, take_off};
use super::{Error, ReturnedAll, SaveOutcome, earlier};
use crate::access::{AccessError, Answer, Permitted, Work};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::events::{self, Event};
use crate::keys::Place;
use crate::moments::moment;
use crate::people::display_name;
use crate::rights;
use crate::secrets::new_id;
use crate::submissions;
use entity::{assignment, event, mark, person, submission};

/// Keeps mark and words. After a return it changes what the student sees, and is
/// an event like every change; where the student handed in again since, it waits
/// for a return of its own, and what came back for the older try is kept beside that.
/// Nothing at all takes off what was not returned yet.
pub async fn save(
    tx: &Write,
    actor: &Actor,
    answer: &Permitted<Answer>,
    new: &ValidMark,
    now: Time,
) -> Result<SaveOutcome, Error> {
    require_points(tx, answer, new).await?;
    let (handed_in_at, attempt) = lock(tx, answer).await?;
    if new.attempt.is_some_and(|seen| seen != attempt) {
        return Err(Error::NewTry);
    }
    let Some(kept) = find(tx, answer).await? else {
        if new.is_empty() {
            return Err(nothing_given(answer, ""));
        }
        return insert(tx, actor, answer, (new, handed_in_at), now).await;
    };
    let comment = open_comment(&**tx, &kept).await?;
    // Older comments are kept with CRLF.
    let is_same = kept.points == new.points && comment.replace("\r\n", "\n") == new.comment;
    let is_for_this = kept.marked_at >= handed_in_at;
    // What was taken off is not taken off again, but where the same form comes twice.
    let came_before = kept.version == new.version + 1;
    if is_same && new.is_empty() && !came_before {
        return Err(nothing_given(answer, ""));
    }
    if is_same && (is_for_this || new.is_empty()) {
        return Ok(SaveOutcome::Saved {
            version: kept.version,
        });
    }
    if kept.version != new.version {
        return conflict(tx, actor, (kept, handed_in_at), now).await;
    }
    if new.is_empty() {
        if !is_for_this {
            return Err(nothing_given(answer, ""));
        }
        if kept.returned_at.is_some() {
            return Err(nothing_given(answer, RETURNED));
        }
        let version = take_off(tx, answer, &kept).await?;
        let before = Some(json!({ "points": kept.points, "comment": comment }));
        record_saved(tx, answer, kept.id, before, new, now).await?;
        return Ok(SaveOutcome::Saved { version });
    }
    let version = kept.version + 1;
    let of_older_try = kept.returned_at.filter(|at| *at < handed_in_at);
    let returned_at = kept.returned_at.filter(|_| of_older_try.is_none());
    let returned_by = kept.returned_by.filter(|_| of_older_try.is_none());
    let updated = mark::Entity::update_many()
        .col_expr(mark::Column::Points, Expr::value(new.points))
        .col_expr(
            mark::Column::Comment,
            Expr::value(seal_comment(&**tx, answer, kept.id, &new.comment).await?),
        )
        .col_expr(mark::Column::Version, Expr::value(version))
        .col_expr(mark::Column::MarkedBy, Expr::value(answer.actor()))
        .col_expr(mark::Column::MarkedAt, Expr::value(max(now, handed_in_at)))
        .col_expr(mark::Column::ReturnedAt, Expr::value(returned_at))
        .col_expr(mark::Column::ReturnedBy, Expr::value(returned_by))
        .filter(mark::Column::Id.eq(kept.id))
        .filter(mark::Column::Version.eq(new.version))
        .exec(&**tx)
        .await?;
    if updated.rows_affected == 0 {
        let newer = find(tx, answer).await?.unwrap_or(kept);
        return conflict(tx, actor, (newer, handed_in_at), now).await;
    }
    if let Some(returned_at) = of_older_try {
        earlier::keep(tx, answer, (&kept, &comment), returned_at).await?;
    }
    let before = Some(json!({ "points": kept.points, "comment": comment }));
    record_saved(tx, answer, kept.id, before, new, now).await?;
    Ok(SaveOutcome::Saved { version })
}

/// Why what was returned is not taken off.
const RETURNED: &str = "The student has this already, so it is not taken off. ";

/// Nothing is saved where nothing is there to be taken off, or where it was returned (`why`).
/// It is said where something can be typed.
fn nothing_given(answer: &Permitted<Answer>, why: &str) -> Error {
    let (field, what) = match answer.work.assignment.points {
        Some(_) => ("points", "Enter a mark, a comment, or both"),
        None => ("comment", "Enter a comment"),
    };
    invalid(field, format!("{why}{what}"))
}

fn invalid(field: &str, message: String) -> Error {
    Error::Invalid(vec![FieldError {
        field: field.to_owned(),
        message,
    }])
}

/// Whether the mark is within what the work is worth, read again with its row held: a
/// teacher may be lowering the points at the same moment. The work comes before the answer,
/// as in handing in and in changing the work, so that none of them wait for each other.
async fn require_points(
    tx: &Write,
    answer: &Permitted<Answer>,
    new: &ValidMark,
) -> Result<(), Error> {
    if new.points.is_none() {
        return Ok(());
    }
    let most: Option<Points> = assignment::Entity::find_by_id(answer.work.assignment.id)
        .select_only()
        .column(assignment::Column::Points)
        .filter(assignment::Column::SchoolId.eq(answer.school()))
        .lock_shared()
        .into_tuple()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if new.points <= most {
        return Ok(());
    }
    let most = most.unwrap_or(Points::whole(0));
    Err(invalid(
        "points",
        format!("The mark must be {most} or less"),
    ))
}

/// Where the words of a mark stand.
pub(crate) fn place(school: SchoolId, id: MarkId) -> Place<'static> {
    Place {
        school,
        table: "mark",
        column: "comment",
        row: id.0,
    }
}

/// The words as they are kept, to be written over or shown beside others. What does not
/// open is an error.
async fn open_comment(db: &impl Keyed, kept: &mark::Model) -> Result<String, Error> {
    let ring = db.keys().to_open([kept.comment.as_str()]).await;
    let ring = ring.map_err(DbErr::from)?;
    let place = place(kept.school_id, kept.id);
    Ok(ring.open(&place, &kept.comment).editable()?)
}

pub(super) async fn seal_comment(
    db: &impl Keyed,
    answer: &Permitted<Answer>,
    id: MarkId,
    comment: &str,
) -> Result<String, DbErr> {
    let owner = answer.submission.student_id.into();
    let ring = db.keys().to_seal([owner]).await?;
    Ok(ring.seal(owner, &place(answer.school(), id), comment)?)
}

/// Holds the answer, so that it is neither taken back nor marked by another at
/// the same moment; answers when it was handed in.
async fn lock(tx: &Write, answer: &Permitted<Answer>) -> Result<(Time, AttemptId), Error> {
    let standing: Option<(Option<Time>, Option<AttemptId>)> =
        submission::Entity::find_by_id(answer.submission.id)
            .select_only()
            .column(submission::Column::HandedInAt)
            .column(submission::Column::AttemptId)
            .filter(submission::Column::SchoolId.eq(answer.school()))
            .filter(submission::Column::AttemptId.is_not_null())
            .lock_exclusive()
            .into_tuple()
            .one(&**tx)
            .await?;
    let whole = standing.and_then(|(at, attempt)| at.zip(attempt));
    whole.ok_or(Error::TakenBack)
}

async fn find(tx: &Write, answer: &Permitted<Answer>) -> Result<Option<mark::Model>, Error> {
    Ok(mark::Entity::find()
        .filter(mark::Column::SchoolId.eq(answer.school()))
        .filter(mark::Column::SubmissionId.eq(answer.submission.id))
        .one(&**tx)
        .await?)
}

async fn insert(
    tx: &Write,
    actor: &Actor,
    answer: &Permitted<Answer>,
    (new, handed_in_at): (&ValidMark, Time),
    now: Time,
) -> Result<SaveOutcome, Error> {
    if new.version != 0 {
        return Ok(SaveOutcome::Conflict(KeptMark::default()));
    }
    let id = MarkId(new_id());
    let row = mark::Model {
        id,
        school_id: answer.school(),
        submission_id: answer.submission.id,
        points: new.points,
        comment: seal_comment(&**tx, answer, id, &new.comment).await?,
        version: 1,
        marked_by: answer.actor(),
        marked_at: max(now, handed_in_at),
        returned_at: None,
        returned_by: None,
    };
    let inserted = mark::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return match find(tx, answer).await? {
            Some(kept) => conflict(tx, actor, (kept, handed_in_at), now).await,
            None => Ok(SaveOutcome::Conflict(KeptMark::default())),
        };
    }
    record_saved(tx, answer, id, None, new, now).await?;
    Ok(SaveOutcome::Saved { version: 1 })
}

async fn conflict(
    tx: &Write,
    actor: &Actor,
    (kept, handed_in_at): (mark::Model, Time),
    now: Time,
) -> Result<SaveOutcome, Error> {
    if kept.marked_at < handed_in_at && !is_empty(&kept) {
        // A mark of this try was taken off, and that of the older one stands again.
        return Ok(SaveOutcome::Conflict(KeptMark {
            version: kept.version,
            ..KeptMark::default()
        }));
    }
    let by = person::Entity::find_by_id(kept.marked_by)
        .filter(person::Column::SchoolId.eq(kept.school_id))
        .one(&**tx)
        .await?;
    let when = |at: Time| moment(at, actor.time_zone, now);
    let returned_at = kept.returned_at.filter(|at| *at >= handed_in_at);
    Ok(SaveOutcome::Conflict(KeptMark {
        version: kept.version,
        points: kept.points,
        comment: open_comment(&**tx, &kept).await?,
        marked_by: by.map(|by| display_name(&by.given_name, &by.family_name)),
        is_own: kept.marked_by == actor.person,
        marked: (!is_empty(&kept)).then(|| when(kept.marked_at)),
        returned: returned_at.map(when),
    }))
}

async fn record_saved(
    tx: &Write,
    answer: &Permitted<Answer>,
    id: MarkId,
    before: Option<Value>,
    new: &ValidMark,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: answer.school(),
        actor: Some(answer.actor()),
        kind: "mark.saved",
        subject: id.0,
        before,
        after: Some(json!({ "points": new.points, "comment": new.comment })),
    };
    events::record_about(&**tx, event, answer.submission.student_id, now).await?;
    Ok(())
}

/// Gives mark and words back: from now on the student and their guardians see
/// them. What was given back already stays as it is.
pub async fn return_to_student(
    tx: &Write,
    answer: &Permitted<Answer>,
    now: Time,
) -> Result<(), Error> {
    let (handed_in_at, _) = lock(tx, answer).await?;
    let kept = find(tx, answer)
        .await?
        .filter(|kept| kept.marked_at >= handed_in_at)
        .filter(|kept| !is_empty(kept))
        .ok_or(Error::NothingToReturn)?;
    if kept.returned_at.is_some_and(|at| at >= handed_in_at) {
        return Ok(());
    }
    let returned_at = max(now, kept.marked_at);
    mark::ActiveModel {
        id: Set(kept.id),
        version: Set(kept.version + 1),
        returned_at: Set(Some(returned_at)),
        returned_by: Set(Some(answer.actor())),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: answer.school(),
        actor: Some(answer.actor()),
        kind: "mark.returned",
        subject: kept.id.0,
        before: None,
        after: Some(json!({ "returned_at": returned_at })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Rows for one statement, well within what a database takes.
const AT_ONCE: usize = 500;

/// Gives everything back that is marked and was not yet, of the students who have
/// a place now. Nothing is given back where somebody objects to it.
pub async fn return_all(
    tx: &Write,
    work: &Permitted<Work>,
    now: Time,
) -> Result<ReturnedAll, Error> {
    let is_objected_to = submission::Column::StudentId
        .in_subquery(rights::who_objects(work.school(), ObjectionUse::Teaching));
    let marked: Vec<(MarkId, Time, bool)> = submissions::handed_in()
        .select_only()
        .columns([mark::Column::Id, mark::Column::MarkedAt])
        .expr_as(is_objected_to, "is_objected_to")
        .filter(submission::Column::SchoolId.eq(work.school()))
        .filter(submission::Column::AssignmentId.eq(work.assignment.id))
        .filter(submissions::not_returned())
        .into_tuple()
        .all(&**tx)
        .await?;
    let marks: Vec<(MarkId, Time)> = marked
        .iter()
        .filter(|(_, _, is_objected_to)| !is_objected_to)
        .map(|(mark, marked_at, _)| (*mark, *marked_at))
        .collect();
    for marks in marks.chunks(AT_ONCE) {
        mark::Entity::update_many()
            .col_expr(mark::Column::ReturnedAt, no_sooner_than_marked(now))
            .col_expr(mark::Column::ReturnedBy, Expr::value(work.actor()))
            .col_expr(
                mark::Column::Version,
                Expr::col(mark::Column::Version).add(1),
            )
            .filter(mark::Column::Id.is_in(marks.iter().map(|(mark, _)| *mark)))
            .exec(&**tx)
            .await?;
        let events = marks.iter().map(|(mark, marked_at)| event::ActiveModel {
            id: Set(EventId(new_id())),
            school_id: Set(work.school()),
            actor_id: Set(Some(work.actor())),
            kind: Set("mark.returned".to_owned()),
            subject_id: Set(mark.0),
            at: Set(now),
            before: Set(None),
            after: Set(Some(json!({ "returned_at": max(now, *marked_at) }))),
        });
        event::Entity::insert_many(events)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(ReturnedAll {
        returned: marks.len() as u64,
        objected_to: (marked.len() - marks.len()) as u64,
    })
}

/// Now, or when each was marked where that is later: the clock may have been set back.
fn no_sooner_than_marked(now: Time) -> Expr {
    let marked_at = mark::Column::MarkedAt;
    CaseStatement::new()
        .case(marked_at.gt(now), Expr::col(marked_at))
        .finally(now)
        .into()
}
