//! Reading the whole chain again: every hash, every link, every signed statement.

use ed25519_dalek::{Signature, VerifyingKey};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::SchoolId;

use super::checkpoint::statement;
use super::ledger::{commitment, hash_of, place};
use crate::db::Keyed;
use crate::keys::Opened;
use entity::{consent_event, ledger_checkpoint};

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
pub async fn verify(db: &impl Keyed, school: SchoolId) -> Result<Report, DbErr> {
    let checkpoints = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school))
        .order_by_asc(ledger_checkpoint::Column::UpToSeq)
        .all(db)
        .await?;
    let mut waiting = checkpoints.iter().peekable();
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
        let payloads = rows.iter().map(|row| row.payload.as_str());
        let ring = db.keys().to_open(payloads).await?;
        for row in rows {
            let payload = ring.open(&place(school, row.id), &row.payload);
            if let Err(why) = follows(&row, payload, &last) {
                report.broken = Some(Broken { seq: row.seq, why });
                return Ok(report);
            }
            report.entries += 1;
            last = (row.seq, row.entry_hash);
            while let Some(signed) = waiting.next_if(|signed| signed.up_to_seq == last.0) {
                if let Err(why) = holds(signed, &last.1) {
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

fn follows(
    row: &consent_event::Model,
    payload: Opened,
    last: &(i64, String),
) -> Result<(), &'static str> {
    if row.seq != last.0 + 1 {
        return Err("an entry before this one is missing");
    }
    if row.prev_hash != last.1 {
        return Err("it does not follow the entry before it");
    }
    // Evidence that was emptied, or whose key was destroyed, cannot be compared.
    let is_right = match payload {
        Opened::Text(text) => text.is_empty() || commitment(&text) == row.payload_commitment,
        Opened::Deleted => true,
        Opened::Unreadable => false,
    };
    if !is_right {
        return Err("its evidence was changed");
    }
    if hash_of(row) != row.entry_hash {
        return Err("it was changed after it was written");
    }
    Ok(())
}

fn holds(signed: &ledger_checkpoint::Model, root: &str) -> Result<(), &'static str> {
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
