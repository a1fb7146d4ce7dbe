//! The hand-in that stands, for what reaches the server long after it was made: by which
//! sign-in it came and over which version of the draft, as its event says, and what is in
//! it. Whether something comes before or after it is not decided here.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::{Value, json};
use vocab::ids::{AttemptId, SessionId};

use super::{Error, seals};
use crate::clock::Time;
use crate::db::Write;
use crate::keys::{Opened, text};
use entity::{attempt, attempt_file, event, submission, submission_file};

/// The hand-in that stands. What its event says is missing where that was recorded before
/// it said so.
#[derive(Clone, Debug)]
pub(crate) struct StandingAttempt {
    /// Which.
    pub(crate) id: AttemptId,
    /// Its reference.
    pub(crate) receipt: String,
    /// When the server had it.
    pub(crate) handed_in_at: Time,
    /// When it was written, by a tablet's own clock; none where a form brought it.
    pub(crate) written_at: Option<Time>,
    /// By which sign-in.
    pub(crate) by: Option<SessionId>,
    /// When that began, by the server's clock; none where a form brought it.
    pub(crate) signed_in_at: Option<Time>,
    /// The version of the draft that it was handed in over.
    pub(crate) over: Option<i32>,
}

/// The hand-in of this answer that stands; none where nothing is handed in. Two queries.
pub(crate) async fn standing_attempt(
    tx: &Write,
    own: &submission::Model,
) -> Result<Option<StandingAttempt>, DbErr> {
    let Some(id) = own.attempt_id else {
        return Ok(None);
    };
    let Some(attempt) = attempt::Entity::find_by_id(id).one(&**tx).await? else {
        return Ok(None);
    };
    let told = told_of_hand_ins(tx, own)
        .await?
        .into_iter()
        .find(|after| after.get("attempt") == Some(&json!(id)))
        .unwrap_or_default();
    Ok(Some(StandingAttempt {
        id,
        receipt: attempt.receipt,
        handed_in_at: attempt.handed_in_at,
        written_at: attempt.written_at,
        by: said(&told, "session"),
        signed_in_at: said(&told, "signed_in_at"),
        over: said(&told, "version"),
    }))
}

/// The first version of the draft with the words that it has now: handing in raises the
/// version also where it leaves the words as they are. One query.
pub(crate) async fn words_since(tx: &Write, own: &submission::Model) -> Result<i32, DbErr> {
    let mut left_as_they_were: Vec<i32> = Vec::new();
    for told in told_of_hand_ins(tx, own).await? {
        let is_new_text: Option<bool> = said(&told, "is_new_text");
        if is_new_text == Some(false) {
            left_as_they_were.extend(said::<i32>(&told, "version"));
        }
    }
    let mut since = own.draft_version;
    while left_as_they_were.contains(&(since - 1)) {
        since -= 1;
    }
    Ok(since)
}

/// What is written down of each hand-in of this answer, the newest first.
async fn told_of_hand_ins(tx: &Write, own: &submission::Model) -> Result<Vec<Value>, DbErr> {
    let events = event::Entity::find()
        .filter(event::Column::SubjectId.eq(own.id.0))
        .filter(event::Column::Kind.eq("submission.handed_in"))
        .order_by_desc(event::Column::At)
        .all(&**tx)
        .await?;
    Ok(events.into_iter().filter_map(|event| event.after).collect())
}

fn said<'a, T: Deserialize<'a>>(told: &'a Value, field: &str) -> Option<T> {
    T::deserialize(told.get(field)?).ok()
}

/// Whether it has these very words, and each of these files by name and SHA-256. One that
/// cannot be read has no words.
pub(crate) async fn holds(
    tx: &Write,
    standing: &StandingAttempt,
    words: &str,
    files: &[(&str, &str)],
) -> Result<bool, Error> {
    let Some(attempt) = attempt::Entity::find_by_id(standing.id).one(&**tx).await? else {
        return Ok(false);
    };
    let place = seals::attempt(attempt.school_id, attempt.id);
    match text::open(&**tx, &place, &attempt.text).await? {
        Opened::Text(same) if same == words => {}
        _ => return Ok(false),
    }
    if files.is_empty() {
        return Ok(true);
    }
    let of_attempt = Query::select()
        .column(attempt_file::Column::FileId)
        .from(attempt_file::Entity)
        .and_where(attempt_file::Column::AttemptId.eq(standing.id))
        .take();
    let held: Vec<(String, String)> = submission_file::Entity::find()
        .select_only()
        .columns([
            submission_file::Column::Name,
            submission_file::Column::Sha256,
        ])
        .filter(submission_file::Column::Id.in_subquery(of_attempt))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(files.iter().all(|file| {
        held.iter()
            .any(|(name, sha256)| (name.as_str(), sha256.as_str()) == *file)
    }))
}
