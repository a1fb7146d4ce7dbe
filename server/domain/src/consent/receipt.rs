//! A receipt for one entry of the record: as a page, as JSON, and as JSON-LD in the
//! words of the Data Privacy Vocabulary for ISO/IEC TS 27560, signed by the server.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentEventId, PersonId};
use vocab::legal_entity::LegalEntity;
use vocab::moment::Moment;

use super::Error;
use super::checkpoint::Signer;
use super::ledger::place;
use super::who::who;
use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::keys::Ring;
use crate::moments::{day_in, moment};
use crate::people::names_of;
use entity::consent_event;

/// One entry, told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which entry.
    pub id: ConsentEventId,
    /// Its number in the school's record.
    pub number: i64,
    /// What was answered.
    pub purpose: ConsentPurpose,
    /// What the answer was.
    pub kind: ConsentKind,
    /// Whom it is about.
    pub subject: String,
    /// Who answered: by name to themselves, and to everybody else by what they are to
    /// whom it is about.
    pub answered_by: String,
    /// Whether the reader made the entry, so that their name stands there.
    pub is_readers: bool,
    /// As whom.
    pub given_by: GivenBy,
    /// How old the person was then: who signed on paper follows from it.
    pub age: AgeBand,
    /// When, in the school's time.
    pub at: Moment,
    /// When a yes ends by itself, where it does: the moment, and the last day in words.
    pub valid_until: Option<Moment>,
    /// The version of the question.
    pub text_version: String,
    /// The question as it stood there, unless it was erased.
    pub question: Option<String>,
    /// The school.
    pub school: String,
    /// SHA-256 of the entry, which later entries build on.
    pub entry_hash: String,
}

/// The receipt of an entry about oneself, a child, or by oneself.
pub async fn receipt(
    db: &impl Keyed,
    actor: &Actor,
    id: ConsentEventId,
    now: Time,
) -> Result<Receipt, Error> {
    let entry = consent_event::Entity::find_by_id(id)
        .one(db)
        .await?
        .filter(|entry| entry.school_id == actor.school)
        .ok_or(AccessError::NotFound)?;
    if entry.actor_id != Some(actor.person) {
        access::about(db, actor, entry.subject_id).await?;
    }
    let names = names_of(db, [entry.subject_id, actor.person].into_iter()).await?;
    let ring = db.keys().to_open([entry.payload.as_str()]).await;
    let ring = ring.map_err(DbErr::from)?;
    let reader = Some(actor.person);
    Ok(told(entry, (&names, &ring), (actor, reader), now))
}

/// The receipts of every entry about a person of the school, oldest first, for the copy
/// of everything about them. Whoever reads the copy is named in their own entries.
pub(crate) async fn receipts_of(
    db: &impl Keyed,
    (actor, reader): (&Actor, Option<PersonId>),
    about: &Permitted<PersonId>,
    now: Time,
) -> Result<Vec<Receipt>, DbErr> {
    let entries = consent_event::Entity::find()
        .filter(consent_event::Column::SchoolId.eq(about.school()))
        .filter(consent_event::Column::SubjectId.eq(**about))
        .order_by_asc(consent_event::Column::Seq)
        .all(db)
        .await?;
    let names = names_of(db, std::iter::once(**about).chain(reader)).await?;
    let payloads = entries.iter().map(|entry| entry.payload.as_str());
    let ring = db.keys().to_open(payloads).await?;
    let receipts = entries
        .into_iter()
        .map(|entry| told(entry, (&names, &ring), (actor, reader), now));
    Ok(receipts.collect())
}

fn told(
    entry: consent_event::Model,
    (names, ring): (&HashMap<PersonId, String>, &Ring),
    (actor, reader): (&Actor, Option<PersonId>),
    now: Time,
) -> Receipt {
    let own = entry.actor_id.filter(|by| Some(*by) == reader);
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let payload = ring.open(&place(entry.school_id, entry.id), &entry.payload);
    let question = payload
        .text()
        .and_then(|payload| serde_json::from_str::<Value>(&payload).ok())
        .and_then(|payload| payload.get("question")?.as_str().map(str::to_owned))
        .filter(|question| !question.is_empty());
    Receipt {
        id: entry.id,
        number: entry.seq,
        purpose: entry.purpose,
        kind: entry.kind,
        subject: name(entry.subject_id),
        answered_by: own.map_or_else(|| who(&entry, reader).to_owned(), name),
        is_readers: own.is_some(),
        given_by: entry.given_by,
        age: entry.age_band,
        at: moment(entry.at, actor.time_zone, now),
        valid_until: entry.valid_until.map(|until| Moment {
            // It ends with the last day: the moment itself is the first of the next.
            words: day_in(until - TimeDelta::minutes(1), actor.time_zone),
            ..moment(until, actor.time_zone, now)
        }),
        text_version: entry.text_version,
        question,
        school: actor.school_name.clone(),
        entry_hash: entry.entry_hash,
    }
}

impl Receipt {
    /// The receipt in JSON-LD. The field names are those of the guide to ISO/IEC TS
    /// 27560 with the Data Privacy Vocabulary, profile `receipt-eu-gdpr`. Its field "validity
    /// duration" is `dct:valid`, from the answer to its end; it stands where there is an end.
    pub fn json_ld(&self, platform: &LegalEntity) -> Value {
        let state = match self.kind {
            ConsentKind::Requested => "dpv:ConsentRequested",
            ConsentKind::Given => "dpv:ConsentGiven",
            ConsentKind::Refused => "dpv:ConsentRefused",
            ConsentKind::Withdrawn => "dpv:ConsentWithdrawn",
            // Neither a yes nor a no any more: nothing may rest on it.
            ConsentKind::Lifted => "dpv:ConsentStatusInvalidForProcessing",
        };
        let mut told = json!({
            "@context": {
                "dpv": "https://w3id.org/dpv#",
                "dct": "http://purl.org/dc/terms/"
            },
            "@type": "dpv:ConsentReceipt",
            "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
            "dct:identifier": self.id,
            "dpv:hasDataSubject": { "@type": "dpv:DataSubject", "dct:title": self.subject },
            "dpv:hasDataController": { "@type": "dpv:DataController", "dct:title": self.school },
            "dpv:hasDataProcessor": {
                "@type": "dpv:DataProcessor",
                "dct:title": platform.line(),
                "dpv:hasContact": platform.email
            },
            "dpv:hasProcess": {
                "@type": "dpv:Process",
                "dpv:hasPurpose": { "dct:identifier": self.purpose, "dct:title": self.purpose.label() },
                "dpv:hasLegalBasis": "dpv:Consent",
                "dpv:hasPersonalData": {
                    "@type": "dpv:PersonalData",
                    "dct:title": self.purpose.data()
                },
                "dpv:hasRecipient": {
                    "@type": "dpv:Recipient",
                    "dct:title": self.purpose.recipients()
                }
            },
            "dpv:hasNotice": { "@type": "dpv:ConsentNotice", "dct:hasVersion": self.text_version },
            "dpv:hasConsentStatus": state,
            "dpv:isIndicatedBy": { "dct:title": self.answered_by, "dct:type": self.given_by },
            "dpv:isIndicatedAtTime": self.at.iso,
            "dpv:hasConsentControl": "dpv:WithdrawConsent",
            "classimize:entryHash": self.entry_hash
        });
        if let Some(until) = &self.valid_until {
            told["dct:valid"] = Value::String(format!("{}/{}", self.at.iso, until.iso));
        }
        told
    }

    /// The receipt in plain JSON, in the fields that consent receipts had before.
    pub fn json(&self, signer: &Signer, platform: &LegalEntity) -> Value {
        let until = self.valid_until.as_ref().map(|until| &until.iso);
        json!({
            "version": "KI-CR-v1.1.0",
            "jurisdiction": "GB",
            "consentTimestamp": self.at.iso,
            "collectionMethod": self.given_by,
            "consentReceiptID": self.id,
            "publicKey": signer.public_key(),
            "language": "en-GB",
            "piiPrincipalId": self.subject,
            "piiControllers": [
                { "piiController": self.school },
                { "piiController": platform.line(), "email": platform.email, "onBehalf": true }
            ],
            "policyUrl": "/privacy",
            "services": [{
                "service": "Classimize",
                "purposes": [{
                    "purpose": self.purpose.label(),
                    "purposeCategory": [self.purpose],
                    "consentType": "EXPLICIT",
                    "status": self.kind,
                    "piiCategory": [self.purpose.data()],
                    "recipients": [self.purpose.recipients()],
                    "termination": "/settings/privacy",
                    "validUntil": until
                }]
            }],
            "sensitive": false,
            "spiCat": []
        })
    }
}

/// A detached signature over a document: `header..signature` (RFC 7515, appendix F).
pub fn detached(signer: &Signer, document: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#);
    let payload = URL_SAFE_NO_PAD.encode(document);
    let signature = signer.sign(format!("{header}.{payload}").as_bytes());
    format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature))
}
