//! The record itself: a school's entries in one chain. Each carries the hash of the
//! one before, so that whoever changes, removes or slips in a single byte is found.
//!
//! The evidence of an answer (screen, channel, language) is only committed to: it can
//! be emptied when somebody is erased, and the chain still holds.

use std::collections::BTreeMap;

use chrono::SubsecRound as _;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentEventId, ConsentRequestId, PersonId, SchoolId};

use super::TEXT_VERSION;
use crate::clock::Time;
use crate::db::{Keyed as _, Write};
use crate::keys::Place;
use crate::secrets::{self, hex, new_id};
use entity::{consent_event, school};

/// What every hash begins with, so that it can be taken for no other.
const TAG: &str = "classimize consent record 1";

/// An entry about to be written.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) subject: PersonId,
    pub(super) purpose: ConsentPurpose,
    pub(super) request: Option<ConsentRequestId>,
    pub(super) kind: ConsentKind,
    pub(super) given_by: GivenBy,
    pub(super) actor: PersonId,
    pub(super) age: AgeBand,
    pub(super) valid_until: Option<Time>,
    pub(super) evidence: BTreeMap<&'static str, String>,
}

/// Writes entries at the end of the school's chain, in the order given. Whoever
/// writes holds the school's row, so that no two entries follow the same one.
pub(super) async fn append(
    tx: &Write,
    school: SchoolId,
    entries: Vec<Entry>,
    now: Time,
) -> Result<Vec<ConsentEventId>, DbErr> {
    school::Entity::find_by_id(school)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let (mut seq, mut prev_hash): (i64, String) = consent_event::Entity::find()
        .select_only()
        .columns([consent_event::Column::Seq, consent_event::Column::EntryHash])
        .filter(consent_event::Column::SchoolId.eq(school))
        .order_by_desc(consent_event::Column::Seq)
        .into_tuple()
        .one(&**tx)
        .await?
        .unwrap_or_default();
    // Both databases keep a millisecond, and the hash is made of what they keep.
    let at = now.trunc_subsecs(3);
    let owners = entries.iter().map(|entry| entry.subject.into());
    let ring = tx.keys().to_seal(owners).await?;
    let mut written = Vec::with_capacity(entries.len());
    for entry in entries {
        seq += 1;
        let payload = payload_of(&entry);
        let row = consent_event::Model {
            id: ConsentEventId(new_id()),
            school_id: school,
            seq,
            subject_id: entry.subject,
            purpose: entry.purpose,
            request_id: entry.request,
            kind: entry.kind,
            given_by: entry.given_by,
            actor_id: Some(entry.actor),
            age_band: entry.age,
            text_version: TEXT_VERSION.to_owned(),
            valid_until: entry.valid_until.map(|until| until.trunc_subsecs(3)),
            payload_commitment: commitment(&payload),
            payload,
            prev_hash,
            entry_hash: String::new(),
            at,
        };
        let entry_hash = hash_of(&row);
        prev_hash = entry_hash.clone();
        written.push(row.id);
        // The chain commits to the plain evidence; what is kept of it is sealed.
        let payload = ring.seal(row.subject_id, &place(school, row.id), &row.payload)?;
        let row = consent_event::Model {
            entry_hash,
            payload,
            ..row
        };
        insert(tx, row).await?;
    }
    Ok(written)
}

/// Where the evidence of an entry stands.
pub(super) fn place(school: SchoolId, id: ConsentEventId) -> Place<'static> {
    Place {
        school,
        table: "consent_event",
        column: "payload",
        row: id.0,
    }
}

async fn insert(tx: &Write, row: consent_event::Model) -> Result<(), DbErr> {
    use sea_orm::IntoActiveModel;
    consent_event::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The evidence with a salt of 256 bits, so that nobody can guess it from its
/// commitment after it was emptied.
fn payload_of(entry: &Entry) -> String {
    let mut payload: BTreeMap<&str, &str> = entry
        .evidence
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let salt = secrets::token(&mut secrets::random());
    payload.insert("salt", &salt);
    json!(payload).to_string()
}

/// SHA-256 over the payload as it is kept.
pub(super) fn commitment(payload: &str) -> String {
    hex(&Sha256::new()
        .chain_update(TAG)
        .chain_update("\npayload\n")
        .chain_update(payload)
        .finalize())
}

/// SHA-256 over the entry in canonical JSON (RFC 8785: keys sorted, no spaces) with the
/// hash of the one before. The payload is in it by its commitment alone.
pub(super) fn hash_of(row: &consent_event::Model) -> String {
    let time = |at: Time| at.timestamp_millis().to_string();
    let mut entry: BTreeMap<&str, Value> = BTreeMap::new();
    entry.insert("id", json!(row.id));
    entry.insert("school", json!(row.school_id));
    entry.insert("seq", json!(row.seq.to_string()));
    entry.insert("subject", json!(row.subject_id));
    entry.insert("purpose", json!(row.purpose));
    entry.insert("request", json!(row.request_id));
    entry.insert("kind", json!(row.kind));
    entry.insert("given_by", json!(row.given_by));
    entry.insert("actor", json!(row.actor_id));
    entry.insert("age_band", json!(row.age_band));
    entry.insert("text_version", json!(row.text_version));
    entry.insert("valid_until", json!(row.valid_until.map(time)));
    entry.insert("payload_commitment", json!(row.payload_commitment));
    entry.insert("at", json!(time(row.at)));
    chained(&row.prev_hash, &entry)
}

/// The hash of an entry that follows the one with `prev_hash`.
pub(crate) fn chained(prev_hash: &str, entry: &BTreeMap<&str, Value>) -> String {
    hex(&Sha256::new()
        .chain_update(TAG)
        .chain_update("\n")
        .chain_update(prev_hash)
        .chain_update("\n")
        .chain_update(json!(entry).to_string())
        .finalize())
}
