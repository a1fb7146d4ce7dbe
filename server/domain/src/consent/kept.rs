//! A signed statement outside this server: a school takes the newest with it as a small
//! text, or gets each by mail (`posted.rs`), and shows later whether its record still holds
//! what was signed. Whoever owns this server can write a whole new record with new
//! statements; only one that was kept elsewhere finds that.

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;
use vocab::ids::SchoolId;

use super::checkpoint::{FIRST_LINE, Signer, statement};
use super::verify::{holds, verify};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::day;
use entity::{consent_event, ledger_checkpoint};

/// What a statement that was kept elsewhere says of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The record holds so many entries as they were signed for.
    Contained {
        /// How far the statement reaches.
        entries: i64,
    },
    /// This server signed it, and the record is another.
    NotContained {
        /// How far the statement reaches.
        entries: i64,
    },
    /// It is no statement of this server's about this school, or a letter of it was changed.
    NotOurs,
}

/// The newest signed statement of the school, as a text to keep elsewhere; none before the
/// first. One query.
pub async fn newest_statement(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<Option<String>, DbErr> {
    let newest = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(ledger_checkpoint::Column::UpToSeq)
        .one(db)
        .await?;
    Ok(newest.map(|signed| written(&signed)))
}

/// One row for each signed statement of the school, for whoever asks whether there is one.
pub(crate) fn statements(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(ledger_checkpoint::Column::Id)
        .from(ledger_checkpoint::Entity)
        .and_where(ledger_checkpoint::Column::SchoolId.eq(school))
        .take()
}

fn written(signed: &ledger_checkpoint::Model) -> String {
    format!(
        "# How far the record of consents had come on {}. Keep this file elsewhere: with it your\n\
         # school can find out later whether anything before was rewritten.\n\
         {}\n",
        day(signed.signed_at),
        signed_words(signed)
    )
}

/// What was signed, with the key and the signature: seven lines, as `read` finds them again.
pub(super) fn signed_words(signed: &ledger_checkpoint::Model) -> String {
    let words = statement(
        signed.school_id,
        signed.up_to_seq,
        &signed.root_hash,
        signed.signed_at,
    );
    format!(
        "{words}\nkey {}\nsignature {}",
        signed.public_key, signed.signature
    )
}

/// Compares the record with a statement that somebody kept: the signature first, then every
/// entry from the first to the one that it was signed for.
pub async fn compare(
    db: &impl Keyed,
    permitted: &Permitted<()>,
    signer: &Signer,
    kept: &str,
) -> Result<Compared, DbErr> {
    compare_record(db, permitted.school(), signer, kept).await
}

/// The same for whoever runs the server: they have the record itself, as `verify` does.
pub async fn compare_record(
    db: &impl Keyed,
    school: SchoolId,
    signer: &Signer,
    kept: &str,
) -> Result<Compared, DbErr> {
    let is_ours = |kept: &ledger_checkpoint::Model| {
        kept.school_id == school && holds(kept, &kept.root_hash, signer).is_ok()
    };
    let Some(kept) = read(kept).filter(is_ours) else {
        return Ok(Compared::NotOurs);
    };
    let entries = kept.up_to_seq;
    let signed_for = consent_event::Entity::find()
        .filter(consent_event::Column::SchoolId.eq(school))
        .filter(consent_event::Column::Seq.eq(entries))
        .one(db)
        .await?;
    let is_there = signed_for.is_some_and(|entry| entry.entry_hash == kept.root_hash);
    let report = verify(db, school, signer).await?;
    let is_whole = report.broken.is_none_or(|broken| broken.seq > entries);
    Ok(if is_there && is_whole {
        Compared::Contained { entries }
    } else {
        Compared::NotContained { entries }
    })
}

/// The school that the statement in a text names; none where there is no statement in it.
/// Whether it was signed is not looked at.
pub fn school_named(kept: &str) -> Option<SchoolId> {
    read(kept).map(|kept| kept.school_id)
}

/// The first statement in a text, wherever it stands in it: in the file, or in the mail with
/// everything around it, quoted, or with its lines broken anew. What it says is not believed
/// before its signature holds.
fn read(text: &str) -> Option<ledger_checkpoint::Model> {
    let words: Vec<&str> = text
        .lines()
        .map(|line| line.trim_start_matches(|sign: char| sign == '>' || sign.is_whitespace()))
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect();
    let first: Vec<&str> = FIRST_LINE.split(' ').collect();
    let begins = words.windows(first.len()).position(|some| some == first)?;
    let mut rest = words.into_iter().skip(begins + first.len());
    let mut field = |name: &str| rest.next().filter(|word| *word == name).and(rest.next());
    let school: SchoolId = field("school")?.parse().ok()?;
    let entries = field("entries")?.parse().ok()?;
    let hash = field("hash")?.to_owned();
    let at = Time::from_timestamp_millis(field("at")?.parse().ok()?)?;
    Some(ledger_checkpoint::Model {
        id: Uuid::nil(),
        school_id: school,
        up_to_seq: entries,
        root_hash: hash,
        public_key: field("key")?.to_owned(),
        signature: field("signature")?.to_owned(),
        signed_at: at,
    })
}
