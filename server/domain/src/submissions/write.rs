//! Saving a draft and handing in. Each locks the student's own row first, so that two
//! devices of one student never undo each other's work.

use chrono::TimeDelta;
use rand::Rng;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult,
};
use serde_json::{Value, json};
use vocab::assignments::{AttemptSummary, DraftSaved, MAX_ANSWER_CHARS, Stage};
use vocab::classrooms::Standing;
use vocab::ids::{AssignmentId, AttemptId, FileId, SessionId, SubmissionId};

use super::take_back::progress;
use super::{Error, Progress, attempt_summary, words_since};
use crate::access::{AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{is_late, own_due, stage};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::keys::{Opened, text};
use crate::moments::moment;
use crate::secrets::{self, new_id};
use crate::submissions::seals;
use entity::{assignment, attempt, attempt_file, submission, submission_file};

/// Keeps the words of one's own draft. `base_version` is the version that they began from: if
/// another device saved different words meanwhile, nothing is overwritten. A hand-in that left
/// the words as they were is no such change. Closed work keeps drafts too.
pub async fn save_draft(
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    text: &str,
    base_version: i32,
    now: Time,
) -> Result<DraftSaved, Error> {
    check_length(text)?;
    let kept = |version, at| DraftSaved::Kept {
        version,
        at: moment(at, actor.time_zone, now),
    };
    let Some(own) = find_own(tx, work).await? else {
        if text.is_empty() {
            return Ok(kept(0, now));
        }
        return match begin(tx, work, (text, Some(actor.session)), now).await? {
            Began::Now(own) => Ok(kept(own.draft_version, now)),
            Began::Before(own) => Ok(conflict(own)),
        };
    };
    if own.draft_text == text {
        return Ok(kept(own.draft_version, own.draft_saved_at.unwrap_or(now)));
    }
    let takes_all_along =
        misses_its_own(actor, base_version, &own) && holds_all(text, &own.draft_text);
    if !takes_all_along && !goes_on_from(tx, &own, base_version).await? {
        return Ok(conflict(own));
    }
    let version = own.draft_version + 1;
    // These are not the words that were handed in, whatever the clock says since.
    let after = own.handed_in_at.map(|at| at + TimeDelta::microseconds(1));
    let saved_at = own.draft_saved_at.max(Some(now)).max(after);
    let sealed = seal_draft(tx, &own, text).await?;
    submission::Entity::update_many()
        .col_expr(submission::Column::DraftText, Expr::value(sealed))
        .col_expr(submission::Column::DraftVersion, Expr::value(version))
        .col_expr(submission::Column::DraftSavedAt, Expr::value(saved_at))
        .col_expr(submission::Column::DraftSavedBy, Expr::value(actor.session))
        .filter(submission::Column::Id.eq(own.id))
        .exec(&**tx)
        .await?;
    Ok(kept(version, now))
}

/// The words of one's own draft as they are kept; none where nothing was begun.
pub async fn draft_words(tx: &Write, work: &Permitted<Work>) -> Result<String, Error> {
    // They are handed in next.
    hold_work(tx, work).await?;
    let own = find_own(tx, work).await?;
    Ok(own.map(|own| own.draft_text).unwrap_or_default())
}

/// Whether it may be the answers to saves of its own that a page has missed since this version,
/// because the same sign-in saved last, or it says of itself that it has not seen what is kept
/// (below zero). Else what was deleted on another device since would come back unseen.
fn misses_its_own(actor: &Actor, version: i32, own: &submission::Model) -> bool {
    version < 0 || own.draft_saved_by == Some(actor.session)
}

/// Words that go on from a draft, or have it below, lose nothing of it.
pub(crate) fn holds_all(text: &str, draft: &str) -> bool {
    text.starts_with(draft) || text.ends_with(draft)
}

/// Whether words that began from this version of the draft go on from what it is now.
async fn goes_on_from(tx: &Write, own: &submission::Model, version: i32) -> Result<bool, Error> {
    if version >= own.draft_version {
        return Ok(version == own.draft_version);
    }
    Ok(version >= words_since(tx, own).await?)
}

fn conflict(own: submission::Model) -> DraftSaved {
    DraftSaved::Conflict {
        version: own.draft_version,
        theirs: own.draft_text,
    }
}

fn check_length(text: &str) -> Result<(), Error> {
    // Fewer bytes than characters there cannot be, so most texts are not counted.
    if text.len() > MAX_ANSWER_CHARS && text.chars().count() > MAX_ANSWER_CHARS {
        return Err(Error::text(format!(
            "Your answer must be {MAX_ANSWER_CHARS} characters or fewer. Add it as a file instead"
        )));
    }
    Ok(())
}

/// The student's own row, locked, with its words opened. Only the student gets one.
pub(super) async fn find_own(
    tx: &Write,
    work: &Permitted<Work>,
) -> Result<Option<submission::Model>, Error> {
    if work.standing() != Standing::Student {
        return Err(AccessError::NotAllowed.into());
    }
    let own = submission::Entity::find()
        .filter(submission::Column::SchoolId.eq(work.school()))
        .filter(submission::Column::AssignmentId.eq(work.assignment.id))
        .filter(submission::Column::StudentId.eq(work.actor()))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let Some(mut own) = own else {
        return Ok(None);
    };
    let place = seals::draft(own.school_id, own.id);
    own.draft_text = seals::open(&**tx, &place, &own.draft_text).await?;
    Ok(Some(own))
}

pub(super) async fn seal_draft(
    tx: &Write,
    own: &submission::Model,
    text: &str,
) -> Result<String, Error> {
    let place = seals::draft(own.school_id, own.id);
    Ok(seals::seal(&**tx, own.student_id, &place, text).await?)
}

enum Began {
    Now(submission::Model),
    /// Another device was quicker.
    Before(submission::Model),
}

/// Makes the student's row, and the one event that a draft was begun.
async fn begin(
    tx: &Write,
    work: &Permitted<Work>,
    (text, by): (&str, Option<SessionId>),
    now: Time,
) -> Result<Began, Error> {
    let id = SubmissionId(new_id());
    let place = seals::draft(work.school(), id);
    let sealed = seals::seal(&**tx, work.actor(), &place, text).await?;
    let row = submission::ActiveModel {
        id: Set(id),
        school_id: Set(work.school()),
        assignment_id: Set(work.assignment.id),
        student_id: Set(work.actor()),
        draft_text: Set(sealed),
        // A row that a file began holds no words yet: the first words are version 1.
        draft_version: Set(i32::from(!text.is_empty())),
        draft_saved_at: Set(Some(now)),
        attempt_id: Set(None),
        handed_in_at: Set(None),
        is_late: Set(false),
        draft_saved_by: Set(by),
    };
    let inserted = submission::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    let own = find_own(tx, work).await?.ok_or(AccessError::NotFound)?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(Began::Before(own));
    }
    record(
        tx,
        work,
        own.id,
        "submission.draft_begun",
        (None, None),
        now,
    )
    .await?;
    Ok(Began::Now(own))
}

/// The student's own row, made if there is none yet.
pub(crate) async fn own(
    tx: &Write,
    work: &Permitted<Work>,
    now: Time,
) -> Result<submission::Model, Error> {
    if let Some(own) = find_own(tx, work).await? {
        return Ok(own);
    }
    match begin(tx, work, ("", None), now).await? {
        Began::Now(own) | Began::Before(own) => Ok(own),
    }
}

pub(super) async fn record(
    tx: &Write,
    work: &Permitted<Work>,
    subject: SubmissionId,
    kind: &'static str,
    (before, after): (Option<Value>, Option<Value>),
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: work.school(),
        actor: Some(work.actor()),
        kind,
        subject: subject.0,
        before,
        after,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Hands in `text` with the files of the draft, and answers the receipt. What is
/// handed in is a snapshot. Handing in the same again (a button pressed twice)
/// answers the same receipt; something else makes a newer attempt. `base` is the version of
/// the draft that the words were written on, where that is known: words that another
/// device saved since are not written over.
pub async fn hand_in(
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    (text, base): (&str, Option<i32>),
    random: &mut impl Rng,
    now: Time,
) -> Result<AttemptSummary, Error> {
    let given = ToHandIn {
        text,
        base,
        by: actor.session,
        made: None,
    };
    let attempt = hand_in_written(tx, work, &given, random, now).await?;
    Ok(attempt_summary(&attempt, actor, now))
}

/// What is handed in, and from where.
pub(crate) struct ToHandIn<'a> {
    /// The words.
    pub(crate) text: &'a str,
    /// The version of the draft that they were written on, where that is known.
    pub(crate) base: Option<i32>,
    /// By which sign-in.
    pub(crate) by: SessionId,
    /// None where a form brings it.
    pub(crate) made: Option<OnTablet>,
}

/// What was written without a network.
#[derive(Clone, Copy)]
pub(crate) struct OnTablet {
    /// When, by the tablet's own clock.
    pub(crate) written_at: Time,
    /// When its sign-in began, by the server's.
    pub(crate) signed_in_at: Time,
}

/// The same for what was written without a network too. It counts from now, as everything
/// does. The event says by which sign-in it came and over which version of the draft:
/// what arrives later and was made before is known by it. Each attempt raises that version.
pub(crate) async fn hand_in_written(
    tx: &Write,
    work: &Permitted<Work>,
    given: &ToHandIn<'_>,
    random: &mut impl Rng,
    now: Time,
) -> Result<attempt::Model, Error> {
    let ToHandIn {
        text,
        base,
        by,
        made,
    } = *given;
    check_length(text)?;
    let due_at = require_open(tx, work, now).await?;
    let own = own(tx, work, now).await?;
    let is_new_text = own.draft_text != text;
    if let Some(base) = base
        && is_new_text
        && !own.draft_text.trim().is_empty()
        && !(own.draft_saved_by == Some(by) && holds_all(text, &own.draft_text))
        && !goes_on_from(tx, &own, base).await?
    {
        return Err(Error::written_elsewhere());
    }
    let files: Vec<FileId> = submission_file::Entity::find()
        .select_only()
        .column(submission_file::Column::Id)
        .filter(submission_file::Column::SubmissionId.eq(own.id))
        .filter(submission_file::Column::RemovedAt.is_null())
        .order_by_asc(submission_file::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    if text.trim().is_empty() && files.is_empty() {
        return Err(Error::empty());
    }
    let (progress, _) = progress(tx, &own).await?;
    if let Some(same) = same_again(tx, (&own, &progress), text, &files).await? {
        return Ok(same);
    }
    let handed_in_at = counts_from(&progress, now);
    let written_at = made.map(|made| made.written_at);
    let attempt = insert_attempt(
        tx,
        &own,
        (text, is_late(due_at, now), written_at),
        random,
        handed_in_at,
    )
    .await?;
    if !files.is_empty() {
        let rows = files.iter().map(|file| attempt_file::ActiveModel {
            attempt_id: Set(attempt.id),
            file_id: Set(*file),
            school_id: Set(own.school_id),
        });
        attempt_file::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    // Also where the words stay: whoever has this version knows of the hand-in.
    let version = own.draft_version + 1;
    let sealed = seal_draft(tx, &own, text).await?;
    submission::Entity::update_many()
        .col_expr(submission::Column::DraftText, Expr::value(sealed))
        .col_expr(submission::Column::DraftVersion, Expr::value(version))
        .col_expr(submission::Column::DraftSavedAt, Expr::value(handed_in_at))
        .col_expr(submission::Column::DraftSavedBy, Expr::value(by))
        .col_expr(submission::Column::AttemptId, Expr::value(attempt.id))
        .col_expr(submission::Column::HandedInAt, Expr::value(handed_in_at))
        .col_expr(submission::Column::IsLate, Expr::value(attempt.is_late))
        .filter(submission::Column::Id.eq(own.id))
        .exec(&**tx)
        .await?;
    let before = own.attempt_id.map(|attempt| json!({ "attempt": attempt }));
    let after = json!({
        "attempt": attempt.id,
        "number": attempt.number,
        "is_late": attempt.is_late,
        "is_new_text": is_new_text,
        "files": files.len(),
        "session": by,
        "signed_in_at": made.map(|made| made.signed_in_at),
        "version": own.draft_version,
    });
    let change = (before, Some(after));
    record(tx, work, own.id, "submission.handed_in", change, now).await?;
    Ok(attempt)
}

/// Holds the work before the answer to it, as whoever changes the work does, so that
/// neither waits for the other.
pub(crate) async fn hold_work(tx: &Write, work: &Permitted<Work>) -> Result<(), DbErr> {
    let _: Option<AssignmentId> = assignment::Entity::find_by_id(work.assignment.id)
        .select_only()
        .column(assignment::Column::Id)
        .lock_shared()
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(())
}

/// When it is due for this student, if the work still takes answers, read again with its row held: the
/// teacher may have closed it or taken it back since the page was opened.
async fn require_open(
    tx: &Write,
    work: &Permitted<Work>,
    now: Time,
) -> Result<Option<Time>, Error> {
    type Times = (Option<Time>, Option<Time>, Option<Time>, Option<i32>);
    let (due_at, publish_at, closed_at, extra): Times =
        assignment::Entity::find_by_id(work.assignment.id)
            .select_only()
            .columns([
                assignment::Column::DueAt,
                assignment::Column::PublishAt,
                assignment::Column::ClosedAt,
            ])
            .expr_as(arrangements::extra_time_of(work.actor()), "extra_time")
            .lock_shared()
            .into_tuple()
            .one(&**tx)
            .await?
            .ok_or(AccessError::NotFound)?;
    match stage(publish_at, closed_at, now) {
        Stage::Published => Ok(own_due(due_at, publish_at, arrangements::percent(extra))),
        Stage::Closed => Err(Error::Closed),
        Stage::Draft | Stage::Scheduled => Err(AccessError::NotFound.into()),
    }
}

/// From when a hand-in counts: from now, or where the clock was set back from the first moment
/// after all that there is, so that a new try waits to be marked. Whether it is late is asked of
/// the clock alone.
fn counts_from(progress: &Progress, now: Time) -> Time {
    let marked = progress.marked_at.max(progress.returned_at);
    let after_the_mark = marked.map(|at| at + TimeDelta::microseconds(1));
    let soonest = progress.handed_in_at.max(after_the_mark);
    soonest.map_or(now, |soonest| soonest.max(now))
}

/// The attempt that stands, if it holds the very same and was not marked yet.
async fn same_again(
    tx: &Write,
    (own, progress): (&submission::Model, &Progress),
    text: &str,
    files: &[FileId],
) -> Result<Option<attempt::Model>, Error> {
    let Some(id) = own.attempt_id else {
        return Ok(None);
    };
    let Some(mut standing) = attempt::Entity::find_by_id(id).one(&**tx).await? else {
        return Ok(None);
    };
    let place = seals::attempt(standing.school_id, id);
    // One that cannot be read stays as it is, under what is handed in now.
    match text::open(&**tx, &place, &standing.text).await? {
        Opened::Text(same) if same == text => standing.text = same,
        _ => return Ok(None),
    }
    let held: Vec<FileId> = attempt_file::Entity::find()
        .select_only()
        .column(attempt_file::Column::FileId)
        .filter(attempt_file::Column::AttemptId.eq(id))
        .order_by_asc(attempt_file::Column::FileId)
        .into_tuple()
        .all(&**tx)
        .await?;
    if held != files || progress.is_returned() {
        return Ok(None);
    }
    Ok(Some(standing))
}

async fn insert_attempt(
    tx: &Write,
    own: &submission::Model,
    (text, is_late, written_at): (&str, bool, Option<Time>),
    random: &mut impl Rng,
    handed_in_at: Time,
) -> Result<attempt::Model, Error> {
    use sea_orm::IntoActiveModel;
    let last: Option<Option<i32>> = attempt::Entity::find()
        .select_only()
        .expr(attempt::Column::Number.max())
        .filter(attempt::Column::SubmissionId.eq(own.id))
        .into_tuple()
        .one(&**tx)
        .await?;
    loop {
        let id = AttemptId(new_id());
        let attempt = attempt::Model {
            id,
            school_id: own.school_id,
            submission_id: own.id,
            number: last.flatten().unwrap_or(0) + 1,
            text: text.to_owned(),
            receipt: secrets::receipt(random),
            handed_in_at,
            is_late,
            withdrawn_at: None,
            written_at,
        };
        // The number is new because the submission is locked: only a receipt that
        // exists already can stand in the way, and the next one will not.
        let place = seals::attempt(own.school_id, id);
        let row = attempt::Model {
            text: seals::seal(&**tx, own.student_id, &place, text).await?,
            ..attempt.clone()
        };
        let row = row.into_active_model().reset_all();
        let inserted = attempt::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(&**tx)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(1)) {
            return Ok(attempt);
        }
    }
}
