//! A tablet as the browser's script is one: it seals what was done for the server's key,
//! and reads its own receipts. Written out here a second time, so that a test of the
//! server does not rest on the server's own code.

use std::sync::{Arc, Mutex};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;
use uuid::Uuid;
use vocab::ids::AssignmentId;
use vocab::outbox::{Label, Operation, Receipt, Sealed, SealedFile, Ticket};

use crate::school::new_id;

/// A window on a tablet, with the ticket of whoever is signed in there. A clone is the same
/// window.
#[derive(Clone, Debug)]
pub struct Tablet {
    /// The ticket.
    pub ticket: Ticket,
    /// What the tablet takes for the time, RFC 3339.
    pub clock: String,
    /// The keys of what was sealed in this window or shown in it, in their order.
    known: Arc<Mutex<Vec<Uuid>>>,
}

/// Something that was done on a tablet, sealed.
#[derive(Clone, Debug)]
pub struct SealedItem {
    /// Its key.
    pub id: Uuid,
    /// As it is delivered.
    pub body: Bytes,
}

fn mac(key: &[u8], words: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("any length is a key");
    Mac::update(&mut mac, words);
    mac.finalize().into_bytes().into()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

impl Tablet {
    /// A tablet whose clock is right.
    pub fn new(ticket: Ticket) -> Self {
        Self {
            ticket,
            clock: "2026-11-24T09:30:00.000Z".to_owned(),
            known: Arc::default(),
        }
    }

    /// The same sign-in in a window of its own, which shows nothing of what was sealed here.
    #[must_use]
    pub fn in_another_window(&self) -> Self {
        Self {
            known: Arc::default(),
            ..self.clone()
        }
    }

    /// The window shows these words, and what is written in it goes on from them.
    pub fn shows(&self, item: &SealedItem) {
        self.known.lock().expect("it is whole").push(item.id);
    }

    /// Whether it was sealed in this window, or shown in it.
    pub fn knows(&self, id: Uuid) -> bool {
        self.known.lock().expect("it is whole").contains(&id)
    }

    /// Words that were written from `version` on.
    pub fn draft(&self, work: AssignmentId, version: i32, text: &str) -> SealedItem {
        self.seal(new_id(), Operation::Draft, work, version, text, &[])
    }

    /// A hand-in with files by name.
    pub fn hand_in(
        &self,
        work: AssignmentId,
        version: i32,
        text: &str,
        files: &[(&str, &[u8])],
    ) -> SealedItem {
        self.seal(new_id(), Operation::HandIn, work, version, text, files)
    }

    /// Anything, under a key of the test's own choice.
    pub fn seal(
        &self,
        id: Uuid,
        operation: Operation,
        assignment: AssignmentId,
        version: i32,
        text: &str,
        files: &[(&str, &[u8])],
    ) -> SealedItem {
        let mut known = self.known.lock().expect("it is whole");
        let after = known.clone();
        known.push(id);
        drop(known);
        let head = Sealed {
            ticket: self.ticket.ticket.clone(),
            operation,
            assignment,
            version,
            after,
            text: text.to_owned(),
            made_at: self.clock.clone(),
            files: files
                .iter()
                .map(|(name, bytes)| SealedFile {
                    name: (*name).to_owned(),
                    media_type: "image/png".to_owned(),
                    size: bytes.len(),
                })
                .collect(),
        };
        let label = Label {
            id,
            owner: self.ticket.owner.clone(),
            key: self.ticket.key.clone(),
        };
        let label = serde_json::to_vec(&label).expect("JSON");
        let head = serde_json::to_vec(&head).expect("JSON");
        let length = u32::try_from(head.len()).expect("short");
        let mut said = length.to_be_bytes().to_vec();
        said.extend(&head);
        for (_, bytes) in files {
            said.extend(*bytes);
        }
        let proof = mac(
            &unhex(&self.ticket.ticket_key),
            &[label.as_slice(), &said].concat(),
        );
        said.extend(proof);
        let (point, sealed) = self.encrypt(&label, &said);
        let size = u16::try_from(label.len()).expect("short");
        let body = [
            b"CZO1".as_slice(),
            &size.to_be_bytes(),
            &label,
            &point,
            &[7; 12],
            &sealed,
        ]
        .concat();
        SealedItem {
            id,
            body: body.into(),
        }
    }

    fn encrypt(&self, label: &[u8], said: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let server = unhex(&self.ticket.public_key);
        let ours = SecretKey::from_slice(&mac(label, said)).expect("below the order");
        let point = ours.public_key().to_encoded_point(false);
        let theirs = PublicKey::from_sec1_bytes(&server).expect("a point");
        let shared = p256::ecdh::diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
        let salt = [point.as_bytes(), &server].concat();
        let drawn = mac(&salt, shared.raw_secret_bytes());
        let key = mac(&drawn, b"classimize outbox 1\x01");
        let payload = Payload {
            msg: said,
            aad: label,
        };
        let sealed = Aes256Gcm::new(&key.into())
            .encrypt(Nonce::from_slice(&[7; 12]), payload)
            .expect("it is sealed");
        (point.as_bytes().to_vec(), sealed)
    }

    /// What a page that was touched at this moment writes behind its companion cookie.
    pub fn touched(&self, at: DateTime<Utc>) -> String {
        let at = at.timestamp().to_string();
        let key = self.ticket.touch_key.as_deref().unwrap_or_default();
        let proof = mac(&unhex(key), at.as_bytes());
        format!("{at}.{}", domain::secrets::hex(&proof))
    }

    /// The receipt for an item, if this tablet's ticket opens it.
    pub fn read(&self, id: Uuid, receipt: &str) -> Option<Receipt> {
        let secret = unhex(&self.ticket.ticket_key);
        let key = mac(&secret, b"receipt");
        let nonce = mac(&secret, format!("receipt of {id}").as_bytes());
        let sealed = BASE64_STANDARD.decode(receipt).ok()?;
        let plain = Aes256Gcm::new(&key.into())
            .decrypt(Nonce::from_slice(&nonce[..12]), sealed.as_slice())
            .ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
