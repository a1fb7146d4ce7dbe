//! Delivering an item: as the person who made it, through the ordinary doors, once for
//! each key of a person. All of it happens in one transaction with the row that remembers
//! the key; a second delivery of the same finds that row and gets the same answer. What
//! the rules refuse, and what was made before the hand-in that stands, is kept for its
//! owner, words and files, and never dropped.

use bytes::Bytes;
use chrono_tz::Tz;
use futures::stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};
use vocab::assignments::DraftSaved;
use vocab::ids::{AssignmentId, FileId, SubmissionId};
use vocab::outbox::{Operation, Outcome, Receipt};

use super::envelope::Opened;
use super::keys::Keys;
use super::order::Made;
use super::writer::{self, Writer};
use super::{Error, receipt, seal_place, tray};
use crate::access::{self, AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::assignments::policy::Action;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::files::{Store, plain_media_type, shown_name};
use crate::keys::{files as sealed_files, text};
use crate::moments::form_fields;
use crate::schools::zone_of;
use crate::secrets::{self, new_id};
use crate::submissions::{self, OnTablet, StandingAttempt, ToHandIn};
use entity::{mark, outbox_file, outbox_item, submission, submission_file};

/// How many of those that an item names it may go on from: no page names more.
const MOST_FOLLOWED: usize = 100;

/// What whoever delivers gets back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The receipt, for its owner's eyes.
    pub receipt: String,
}

/// Opens and applies an item.
pub async fn deliver(
    (db, store): (&Db, &Store),
    keys: &Keys,
    item: &[u8],
    now: Time,
) -> Result<Delivered, Error> {
    let opened = Opened::open(keys, item, now)?;
    if let Some(before) = find(db.read(), &opened).await? {
        return answered(db.read(), &opened, &before).await;
    }
    if is_erased(db, &opened).await? {
        return Ok(nothing_kept(&opened, now));
    }
    let files = store_files((db, store), &opened).await?;
    let applied = apply(db, &opened, &files, now).await;
    match applied {
        Ok(Some(row)) => answered(db.read(), &opened, &row).await,
        Ok(None) => {
            let_go(store, &files).await;
            Ok(nothing_kept(&opened, now))
        }
        // The same item from another tab was quicker: its answer is this one's too. Or it was
        // this one, and the commit failed after it had happened: then the bytes have to be
        // there. What is left over is swept.
        Err(error) => {
            if let Some(before) = find(db.read(), &opened).await? {
                return answered(db.read(), &opened, &before).await;
            }
            let_go(store, &files).await;
            Err(error)
        }
    }
}

async fn find(
    db: &impl ConnectionTrait,
    opened: &Opened,
) -> Result<Option<outbox_item::Model>, Error> {
    let before = outbox_item::Entity::find()
        .filter(outbox_item::Column::PersonId.eq(opened.claims.person))
        // What came before keys were a person's own lies under the tablet's key alone.
        .filter(outbox_item::Column::Id.is_in([key_of(opened, opened.label.id), opened.label.id]))
        .one(db)
        .await?;
    match before {
        Some(row) if row.body_hash != opened.body_hash => Err(Error::OtherBody),
        other => Ok(other),
    }
}

/// The key under which an item is remembered: made of its maker and of the key that the
/// tablet chose. That one lies in clear on the tablet, and whoever uses it next may put it
/// on something of their own.
fn key_of(opened: &Opened, chosen: Uuid) -> Uuid {
    let words = format!("outbox item|{}|{chosen}", opened.claims.person);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(words.as_bytes())[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

async fn answered(
    db: &impl ConnectionTrait,
    opened: &Opened,
    row: &outbox_item::Model,
) -> Result<Delivered, Error> {
    let zone = zone_of(db, row.school_id).await?;
    let receipt = Receipt {
        outcome: row.outcome,
        at: form_fields(Some(row.received_at), zone).1,
        reference: row.receipt.clone(),
        version: row.draft_version,
    };
    Ok(Delivered {
        receipt: receipt::seal(&opened.ticket_key, opened.label.id, &receipt),
    })
}

/// Somebody who was erased since: nothing of theirs is kept, and whoever delivers sees no
/// difference.
fn nothing_kept(opened: &Opened, now: Time) -> Delivered {
    let receipt = Receipt {
        outcome: Outcome::Left,
        at: form_fields(Some(now), Tz::UTC).1,
        reference: String::new(),
        version: 0,
    };
    Delivered {
        receipt: receipt::seal(&opened.ticket_key, opened.label.id, &receipt),
    }
}

/// A file that is in the store and belongs to nothing yet.
struct Kept {
    id: FileId,
    name: String,
    media_type: String,
    key: String,
    size: i64,
    sha256: String,
}

/// Whether its maker's key was destroyed: nothing can be kept for them.
async fn is_erased(db: &Db, opened: &Opened) -> Result<bool, DbErr> {
    let owner = opened.claims.person.into();
    Ok(db.keys().of([owner]).await?.is_destroyed(owner))
}

async fn store_files((db, store): (&Db, &Store), opened: &Opened) -> Result<Vec<Kept>, Error> {
    let mut kept = Vec::new();
    for (file, bytes) in opened.sealed.files.iter().zip(&opened.files) {
        let id = FileId(new_id());
        let key = format!("submissions/{}/{id}", opened.claims.school);
        let all = stream::iter([Ok::<Bytes, std::convert::Infallible>(bytes.clone())]);
        let person = opened.claims.person;
        let limit = bytes.len() as u64;
        match sealed_files::put((store, db.keys()), person, &key, all, limit).await {
            Ok(stored) => kept.push(Kept {
                id,
                name: shown_name(&file.name),
                media_type: plain_media_type(&file.media_type),
                key,
                size: i64::try_from(stored.size).unwrap_or(i64::MAX),
                sha256: stored.sha256,
            }),
            Err(error) => {
                let_go(store, &kept).await;
                return Err(Error::NotKept(error.to_string()));
            }
        }
    }
    Ok(kept)
}

async fn let_go(store: &Store, files: &[Kept]) {
    for file in files {
        if let Err(error) = store.delete(&file.key).await {
            tracing::warn!(key = file.key, %error, "a file is left over");
        }
    }
}

/// What became of an item.
struct Became {
    outcome: Outcome,
    /// The work, if its maker may still know of it.
    work: Option<AssignmentId>,
    /// Words that are in no draft and in no hand-in.
    aside: String,
    /// Whether its files are in none either.
    are_files_aside: bool,
    reference: String,
    version: i32,
}

impl Became {
    fn refused(outcome: Outcome, work: Option<AssignmentId>, opened: &Opened) -> Self {
        Self {
            outcome,
            work,
            aside: opened.sealed.text.clone(),
            are_files_aside: true,
            reference: String::new(),
            version: opened.sealed.version.max(0),
        }
    }
}

/// Does it, or keeps it aside; with the row in one transaction. Nothing for somebody who
/// was erased.
async fn apply(
    db: &Db,
    opened: &Opened,
    files: &[Kept],
    now: Time,
) -> Result<Option<outbox_item::Model>, Error> {
    let tx = db.write().await?;
    let claims = &opened.claims;
    let became = match writer::find(&*tx, claims, now).await? {
        Writer::Nobody => return Ok(None),
        Writer::Left => Became::refused(Outcome::Left, None, opened),
        Writer::Here(actor) => {
            let id = opened.sealed.assignment;
            match access::assignment(&*tx, &actor, id, Action::HandIn, now).await {
                Ok(work) => do_it(&tx, &actor, &work, opened, files, now).await?,
                Err(AccessError::NotAllowed | AccessError::Archived { .. }) => {
                    Became::refused(Outcome::Closed, Some(id), opened)
                }
                Err(AccessError::Objected) => Became::refused(Outcome::Objected, Some(id), opened),
                Err(AccessError::Restricted) => Became::refused(Outcome::Refused, Some(id), opened),
                Err(AccessError::NotFound) => Became::refused(Outcome::Gone, None, opened),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let id = key_of(opened, opened.label.id);
    let words = seal_place(claims.school, id);
    let row = outbox_item::Model {
        id,
        school_id: claims.school,
        person_id: claims.person,
        assignment_id: became.work,
        session_id: claims.session,
        operation: opened.sealed.operation,
        outcome: became.outcome,
        body_hash: opened.body_hash.clone(),
        text: text::seal(&*tx, claims.person, &words, &became.aside).await?,
        receipt: became.reference,
        draft_version: became.version,
        made_at: opened.made_at(now),
        received_at: now,
        seen_at: None,
    };
    outbox_item::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&*tx)
        .await?;
    if became.are_files_aside {
        keep_aside(&tx, &row, files).await?;
    }
    let event = Event {
        school: claims.school,
        actor: Some(claims.person),
        kind: "outbox.delivered",
        subject: row.id,
        before: None,
        after: Some(json!({
            "operation": row.operation,
            "outcome": row.outcome,
            "files": files.len(),
        })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(Some(row))
}

async fn keep_aside(tx: &Write, row: &outbox_item::Model, files: &[Kept]) -> Result<(), DbErr> {
    for file in files {
        outbox_file::ActiveModel {
            id: Set(file.id),
            school_id: Set(row.school_id),
            item_id: Set(row.id),
            name: Set(file.name.clone()),
            size_bytes: Set(file.size),
            media_type: Set(file.media_type.clone()),
            object_key: Set(file.key.clone()),
            sha256: Set(file.sha256.clone()),
        }
        .insert(&**tx)
        .await?;
    }
    Ok(())
}

async fn do_it(
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    opened: &Opened,
    files: &[Kept],
    now: Time,
) -> Result<Became, Error> {
    submissions::hold_work(tx, work).await?;
    match opened.sealed.operation {
        Operation::Draft => draft(tx, actor, work, opened, files, now).await,
        Operation::HandIn => hand_in(tx, work, opened, files, now).await,
    }
}

async fn draft(
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    opened: &Opened,
    files: &[Kept],
    now: Time,
) -> Result<Became, Error> {
    let id = work.assignment.id;
    let own = submissions::own(tx, work, now).await?;
    let since = submissions::words_since(tx, &own).await?;
    let before = its_own(tx, opened, &own, since, now).await?;
    let base = if goes_on(opened, &before) {
        own.draft_version
    } else {
        opened.sealed.version
    };
    let text = &opened.sealed.text;
    if is_too_long(text) {
        return Ok(Became::refused(Outcome::Refused, Some(id), opened));
    }
    if let Some(standing) = submissions::standing_attempt(tx, &own).await?
        && !may_change(opened, &standing, &own, before.first(), now)
    {
        if own.draft_text == *text && files.is_empty() {
            // It asks for nothing, and knows no more of the hand-in for it.
            return Ok(Became {
                outcome: Outcome::Done,
                aside: String::new(),
                are_files_aside: false,
                ..Became::refused(Outcome::OtherWords, Some(id), opened)
            });
        }
        return beside(tx, &standing, opened, files).await;
    }
    if !add(tx, work, &own, files, now).await? {
        return Ok(Became::refused(Outcome::Refused, Some(id), opened));
    }
    Ok(
        match submissions::save_draft(tx, actor, work, text, base, now).await? {
            DraftSaved::Kept { version, .. } => Became {
                outcome: Outcome::Done,
                work: Some(id),
                aside: String::new(),
                are_files_aside: false,
                reference: String::new(),
                version,
            },
            DraftSaved::Conflict { version, .. } => Became {
                version,
                are_files_aside: false,
                ..Became::refused(Outcome::OtherWords, Some(id), opened)
            },
        },
    )
}

async fn hand_in(
    tx: &Write,
    work: &Permitted<Work>,
    opened: &Opened,
    files: &[Kept],
    now: Time,
) -> Result<Became, Error> {
    let id = work.assignment.id;
    let own = submissions::own(tx, work, now).await?;
    let refused = |outcome| Ok(Became::refused(outcome, Some(id), opened));
    if was_marked(tx, &own, opened.made_at(now)).await? {
        return refused(Outcome::Marked);
    }
    if crate::assignments::stage(work.assignment.publish_at, work.assignment.closed_at, now)
        == vocab::assignments::Stage::Closed
    {
        return refused(Outcome::Closed);
    }
    let text = &opened.sealed.text;
    // An empty file is nothing to hand in.
    let has_files = files.iter().any(|file| file.size > 0);
    if (text.trim().is_empty() && !has_files) || is_too_long(text) {
        return refused(Outcome::Refused);
    }
    let standing = submissions::standing_attempt(tx, &own).await?;
    let since = submissions::words_since(tx, &own).await?;
    let before = its_own(tx, opened, &own, since, now).await?;
    if let Some(standing) = &standing
        && !may_change(opened, standing, &own, before.first(), now)
    {
        return beside(tx, standing, opened, files).await;
    }
    if !add(tx, work, &own, files, now).await? {
        return refused(Outcome::Refused);
    }
    let is_in_hand_in = match &standing {
        Some(standing) => submissions::holds(tx, standing, &own.draft_text, &[]).await?,
        None => false,
    };
    let is_newer = (since..=own.draft_version).contains(&opened.sealed.version)
        || goes_on(opened, &before)
        || submissions::holds_all(text, &own.draft_text)
        || own.draft_text.trim().is_empty()
        || is_in_hand_in;
    let given = ToHandIn {
        text,
        base: None,
        by: opened.claims.session,
        made: Some(OnTablet {
            written_at: opened.made_at(now),
            signed_in_at: opened.claims.issued_at,
        }),
    };
    let random = &mut secrets::random();
    let attempt = submissions::hand_in_written(tx, work, &given, random, now).await?;
    tray::settle(tx, work, opened.claims.person, text, now).await?;
    let after = submissions::own(tx, work, now).await?;
    // Words of another device or window that handing in has written over.
    let (outcome, aside) = if is_newer || after.draft_text == own.draft_text {
        (Outcome::Done, String::new())
    } else {
        (Outcome::OtherWords, own.draft_text)
    };
    // Where the same was handed in already, the draft may be another device's by now: what
    // follows does not go on from it.
    let version = if after.draft_text == *text {
        after.draft_version
    } else {
        opened.sealed.version.max(0)
    };
    Ok(Became {
        outcome,
        work: Some(id),
        aside,
        are_files_aside: false,
        reference: attempt.receipt,
        version,
    })
}

/// What was made before the hand-in that stands changes nothing of it, nor of the draft:
/// words and files wait for their owner. Where all of it is in that hand-in, it was done.
async fn beside(
    tx: &Write,
    standing: &StandingAttempt,
    opened: &Opened,
    files: &[Kept],
) -> Result<Became, Error> {
    let id = opened.sealed.assignment;
    let refused = Became::refused(Outcome::OtherWords, Some(id), opened);
    let names: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.name.as_str(), file.sha256.as_str()))
        .collect();
    if !submissions::holds(tx, standing, &opened.sealed.text, &names).await? {
        return Ok(refused);
    }
    Ok(Became {
        outcome: Outcome::Done,
        aside: String::new(),
        are_files_aside: false,
        reference: match opened.sealed.operation {
            Operation::HandIn => standing.receipt.clone(),
            Operation::Draft => String::new(),
        },
        ..refused
    })
}

fn is_too_long(text: &str) -> bool {
    text.chars().count() > vocab::assignments::MAX_ANSWER_CHARS
}

/// Gives the files to the draft, all or none: false where they are too many. What is
/// there under the same name, byte for byte, came before: the answer to it was lost.
async fn add(
    tx: &Write,
    work: &Permitted<Work>,
    own: &submission::Model,
    files: &[Kept],
    now: Time,
) -> Result<bool, Error> {
    if files.is_empty() {
        return Ok(true);
    }
    let mut new = Vec::new();
    for file in files {
        let same = (file.name.as_str(), file.sha256.as_str());
        if submissions::find_same(&**tx, own.id, same).await?.is_none() {
            new.push(file);
        }
    }
    if !submissions::has_room(&**tx, own.id, new.len()).await? {
        return Ok(false);
    }
    for file in new {
        let row = submission_file::Model {
            id: file.id,
            school_id: work.school(),
            submission_id: SubmissionId(own.id.0),
            name: file.name.clone(),
            size_bytes: file.size,
            media_type: file.media_type.clone(),
            object_key: file.key.clone(),
            sha256: file.sha256.clone(),
            added_at: now,
            removed_at: None,
        };
        submissions::add_stored(tx, work, row, now).await?;
    }
    Ok(true)
}

/// Whether an item may change what is handed in: it was made afterwards, or goes on from
/// what the same sign-in was let do since.
fn may_change(
    opened: &Opened,
    standing: &StandingAttempt,
    own: &submission::Model,
    before: Option<&outbox_item::Model>,
    now: Time,
) -> bool {
    let is_let = before.is_some_and(|before| {
        before.draft_version == own.draft_version
            && standing
                .over
                .is_some_and(|over| before.draft_version > over)
            && before.received_at >= standing.handed_in_at
    });
    is_let || Made::of(opened, now).follows(standing, own.draft_version)
}

/// Whether the words go on from one of these: they were sealed in the same window, or it showed
/// them. Another window of the same sign-in may have begun from the same draft, and what it
/// wrote is in no field there.
fn goes_on(opened: &Opened, before: &[outbox_item::Model]) -> bool {
    let keys = followed(opened);
    before.iter().any(|one| keys.contains(&one.id))
}

/// The items that this one says it goes on from.
fn followed(opened: &Opened) -> Vec<Uuid> {
    let known = opened.sealed.after.iter().rev().take(MOST_FOLLOWED);
    known.map(|chosen| key_of(opened, *chosen)).collect()
}

/// What the same sign-in on a tablet did before, if the words of the draft, which stand since
/// this version, are from there. The newest first.
async fn its_own(
    tx: &Write,
    opened: &Opened,
    own: &submission::Model,
    since: i32,
    now: Time,
) -> Result<Vec<outbox_item::Model>, DbErr> {
    outbox_item::Entity::find()
        .filter(outbox_item::Column::PersonId.eq(opened.claims.person))
        .filter(outbox_item::Column::AssignmentId.eq(own.assignment_id))
        .filter(outbox_item::Column::SessionId.eq(opened.claims.session))
        .filter(outbox_item::Column::Outcome.eq(Outcome::Done))
        .filter(outbox_item::Column::DraftVersion.between(since, own.draft_version))
        // What was sealed later and came sooner is newer, whatever its version. What this one
        // goes on from is older, whatever the tablet's clock said.
        .filter(
            Condition::any()
                .add(outbox_item::Column::MadeAt.lte(opened.made_at(now)))
                .add(outbox_item::Column::Id.is_in(followed(opened))),
        )
        .order_by_desc(outbox_item::Column::DraftVersion)
        .order_by_desc(outbox_item::Column::ReceivedAt)
        .all(&**tx)
        .await
}

/// Whether a mark stands for what was handed in before, that the student had not seen
/// when this was written.
async fn was_marked(tx: &Write, own: &submission::Model, made_at: Time) -> Result<bool, DbErr> {
    let mark = mark::Entity::find()
        .filter(mark::Column::SubmissionId.eq(own.id))
        .one(&**tx)
        .await?;
    let mark = mark.filter(|mark| !crate::marking::is_empty(mark));
    Ok(mark.is_some_and(|mark| mark.returned_at.is_none_or(|at| at > made_at)))
}
