//! Reading the whole chain again: every hash, every link, every signed statement. What the
//! database says of itself proves nothing: a statement counts only with a key of this
//! server's, and evidence may be missing only where the store of keys has destroyed its key
//! or an erasure that the school sees is under way, whose last step that is.

use std::collections::BTreeSet;

use ed25519_dalek::{Signature, VerifyingKey};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::erasure::ErasureState;
use vocab::ids::{PersonId, SchoolId};

use super::checkpoint::{Signer, statement};
use super::ledger::{commitment, hash_of, place};
use crate::db::Keyed;
use crate::keys::{Opened, Ring, owner_of};
use entity::{consent_event, erasure_job, ledger_checkpoint};

/// Entries that are read at a time.
const AT_A_TIME: u64 = 1_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries that were read.
    pub entries: u64,
    /// Signed statements that hold.
    pub checkpoints: u64,
    /// The first thing that is wrong; none if all is well.
    pub broken: Option<Broken>,
}

/// Where the record does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The entry's number in the chain.
    pub seq: i64,
    /// In plain words.
    pub why: &'static str,
}

/// Verifies a school's record: in bounded memory, however long it is.
pub async fn verify(db: &impl Keyed, school: SchoolId, signer: &Signer) -> Result<Report, DbErr> {
    let checkpoints = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school))
        .order_by_asc(ledger_checkpoint::Column::UpToSeq)
        .all(db)
        .await?;
    let mut waiting = checkpoints.iter().peekable();
    let erasing = being_erased(db, school).await?;
    let mut report = Report::default();
    let mut last = (0_i64, String::new());
    loop {
        let rows = consent_event::Entity::find()
            .filter(consent_event::Column::SchoolId.eq(school))
            .filter(consent_event::Column::Seq.gt(last.0))
            .order_by_asc(consent_event::Column::Seq)
            .limit(AT_A_TIME)
            .all(db)
            .await?;
        if rows.is_empty() {
            break;
        }
        let ring = db
            .keys()
            .of(rows.iter().map(|row| row.subject_id.into()))
            .await?;
        for row in rows {
            if let Err(why) = follows(&row, (&ring, &erasing), &last) {
                report.broken = Some(Broken { seq: row.seq, why });
                return Ok(report);
            }
            report.entries += 1;
            last = (row.seq, row.entry_hash);
            while let Some(signed) = waiting.next_if(|signed| signed.up_to_seq == last.0) {
                if let Err(why) = holds(signed, &last.1, signer) {
                    report.broken = Some(Broken { seq: last.0, why });
                    return Ok(report);
                }
                report.checkpoints += 1;
            }
        }
    }
    if let Some(signed) = waiting.next() {
        report.broken = Some(Broken {
            seq: signed.up_to_seq,
            why: "entries are missing that were signed for",
        });
    }
    Ok(report)
}

/// Whose erasure has begun and is not done.
async fn being_erased(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<BTreeSet<PersonId>, DbErr> {
    let people: Vec<PersonId> = erasure_job::Entity::find()
        .select_only()
        .column(erasure_job::Column::PersonId)
        .filter(erasure_job::Column::SchoolId.eq(school))
        .filter(erasure_job::Column::State.is_in([
            ErasureState::Erasing,
            ErasureState::Verifying,
            ErasureState::Held,
            ErasureState::Failed,
        ]))
        .into_tuple()
        .all(db)
        .await?;
    Ok(people.into_iter().collect())
}

fn follows(
    row: &consent_event::Model,
    (ring, erasing): (&Ring, &BTreeSet<PersonId>),
    last: &(i64, String),
) -> Result<(), &'static str> {
    if row.seq != last.0 + 1 {
        return Err("an entry before this one is missing");
    }
    if row.prev_hash != last.1 {
        return Err("it does not follow the entry before it");
    }
    has_evidence(row, ring, erasing)?;
    if hash_of(row) != row.entry_hash {
        return Err("it was changed after it was written");
    }
    Ok(())
}

/// Evidence fits its commitment. That of somebody whose key was destroyed cannot be
/// compared, and may have been emptied.
fn has_evidence(
    row: &consent_event::Model,
    ring: &Ring,
    erasing: &BTreeSet<PersonId>,
) -> Result<(), &'static str> {
    const CHANGED: &str = "its evidence was changed";
    let is_gone = ring.is_destroyed(row.subject_id);
    if row.payload.is_empty() {
        let why = "its evidence was emptied, and nobody was erased";
        let may_be_empty = is_gone || erasing.contains(&row.subject_id);
        return if may_be_empty { Ok(()) } else { Err(why) };
    }
    let sealed_for = owner_of(&row.payload);
    if sealed_for.is_some_and(|whose| whose != row.subject_id.into()) {
        return Err(CHANGED);
    }
    match ring.open(&place(row.school_id, row.id), &row.payload) {
        Opened::Text(text) if commitment(&text) == row.payload_commitment => Ok(()),
        Opened::Deleted if is_gone => Ok(()),
        Opened::Text(_) | Opened::Deleted | Opened::Unreadable => Err(CHANGED),
    }
}

pub(super) fn holds(
    signed: &ledger_checkpoint::Model,
    root: &str,
    server: &Signer,
) -> Result<(), &'static str> {
    if !server.knows(&signed.public_key) {
        return Err("it was signed with a key that is not this server's");
    }
    if signed.root_hash != root {
        return Err("it is not the entry that was signed for");
    }
    let is_valid = || {
        let key: [u8; 32] = unhex(&signed.public_key)?.try_into().ok()?;
        let signature: [u8; 64] = unhex(&signed.signature)?.try_into().ok()?;
        let words = statement(signed.school_id, signed.up_to_seq, root, signed.signed_at);
        VerifyingKey::from_bytes(&key)
            .ok()?
            .verify_strict(words.as_bytes(), &Signature::from_bytes(&signature))
            .ok()
    };
    is_valid().ok_or("its signed statement is not valid")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.len()
        .is_multiple_of(2)
        .then(|| {
            (0..text.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
                .collect()
        })
        .flatten()
}
