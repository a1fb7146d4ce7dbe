//! A sealed item as it travels: a label in clear, the tablet's one-time point, and the
//! rest encrypted for the server. The label is bound to it (AES-GCM's associated data),
//! and a proof by the ticket stands inside: it says by whose sign-in it was made.
//!
//! ```text
//! "CZO1", length of the label (2 bytes), label (JSON), point (65), nonce (12), sealed
//! sealed: length of the head (4), head (JSON), the files' bytes, proof (32)
//! ```

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use vocab::outbox::{Label, MAX_ITEM_BYTES, Sealed};

use super::keys::Keys;
use super::ticket::Claims;
use crate::clock::Time;
use crate::seal::hmac;
use crate::secrets::hex;

const SIGN: &[u8] = b"CZO1";
const POINT_BYTES: usize = 65;
const NONCE_BYTES: usize = 12;
const PROOF_BYTES: usize = 32;

/// Why an item is not one of ours, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Spoilt {
    /// It is larger than an item can be.
    #[error("it is too large")]
    TooLarge,
    /// It is no item.
    #[error("it is no sealed item")]
    Form,
    /// It was sealed for another server.
    #[error("it was sealed for another server")]
    OtherKey,
    /// It does not open: something in it was changed.
    #[error("it does not open")]
    Seal,
    /// The sign-in that it names did not make it.
    #[error("no sign-in of ours made it")]
    Proof,
    /// Its sign-in is too long ago.
    #[error("it was made too long ago")]
    TooOld,
}

/// An item that was opened and proved.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What stood outside.
    pub label: Label,
    /// SHA-256 of all of it, in hexadecimal.
    pub body_hash: String,
    pub(super) claims: Claims,
    pub(super) ticket_key: [u8; 32],
    pub(super) sealed: Sealed,
    pub(super) files: Vec<Bytes>,
}

impl Opened {
    /// Opens an item and checks by whose sign-in it was made.
    pub fn open(keys: &Keys, item: &[u8], now: Time) -> Result<Self, Spoilt> {
        if item.len() > MAX_ITEM_BYTES {
            return Err(Spoilt::TooLarge);
        }
        let (label_bytes, rest) = label_of(item).ok_or(Spoilt::Form)?;
        let label: Label = serde_json::from_slice(label_bytes).map_err(|_| Spoilt::Form)?;
        if label.key != keys.name() {
            return Err(Spoilt::OtherKey);
        }
        let (point, rest) = rest.split_at_checked(POINT_BYTES).ok_or(Spoilt::Form)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(Spoilt::Form)?;
        let key = keys.agree(point).ok_or(Spoilt::Form)?;
        let payload = Payload {
            msg: sealed,
            aad: label_bytes,
        };
        let plain = Aes256Gcm::new(&key.into())
            .decrypt(Nonce::from_slice(nonce), payload)
            .map_err(|_| Spoilt::Seal)?;
        let (said, proof) = plain
            .len()
            .checked_sub(PROOF_BYTES)
            .map(|at| plain.split_at(at))
            .ok_or(Spoilt::Form)?;
        let (head, files) = head_of(said).ok_or(Spoilt::Form)?;
        let claims = Claims::read(&head.ticket).ok_or(Spoilt::Proof)?;
        let ticket_key = keys.of_ticket(&head.ticket);
        let right = hmac(&ticket_key, &[label_bytes, said].concat());
        // Both are hashed first: how long it takes tells nothing.
        if Sha256::digest(right) != Sha256::digest(proof) || claims.owner != label.owner {
            return Err(Spoilt::Proof);
        }
        claims.holds(now)?;
        Ok(Self {
            files: parts(&head, files).ok_or(Spoilt::Form)?,
            label,
            body_hash: hex(&Sha256::digest(item)),
            claims,
            ticket_key,
            sealed: head,
        })
    }

    /// When the tablet's own clock says that it was made: kept and shown, and asked only
    /// where nothing of the server's own tells.
    pub(super) fn made_at(&self, now: Time) -> Time {
        let said = chrono::DateTime::parse_from_rfc3339(&self.sealed.made_at);
        // PostgreSQL keeps microseconds, and years that a clock can show.
        said.ok()
            .and_then(|at| Time::from_timestamp_micros(at.timestamp_micros()))
            .filter(|at| (2000..2200).contains(&chrono::Datelike::year(at)))
            .unwrap_or(now)
    }
}

fn label_of(item: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = item.strip_prefix(SIGN)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

fn head_of(said: &[u8]) -> Option<(Sealed, &[u8])> {
    let (length, rest) = said.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (head, files) = rest.split_at_checked(length)?;
    let mut head: Sealed = serde_json::from_slice(head).ok()?;
    // PostgreSQL keeps no such sign, and nobody can type one.
    head.text.retain(|sign| sign != '\0');
    Some((head, files))
}

/// Each file's bytes; none may be missing or left over.
fn parts(head: &Sealed, mut rest: &[u8]) -> Option<Vec<Bytes>> {
    let mut files = Vec::with_capacity(head.files.len());
    for file in &head.files {
        let (bytes, after) = rest.split_at_checked(file.size)?;
        files.push(Bytes::copy_from_slice(bytes));
        rest = after;
    }
    rest.is_empty().then_some(files)
}
