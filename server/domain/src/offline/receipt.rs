//! The answer to an item: sealed with the ticket's own key and always of one length, so
//! that whoever delivers it for somebody else learns neither whose it is nor what became
//! of it. The same item is always answered by the same bytes.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;
use vocab::outbox::Receipt;

use crate::seal::hmac;

/// Longer than any receipt.
const LENGTH: usize = 256;

/// Seals a receipt for the holder of the ticket's key.
pub(super) fn seal(ticket_key: &[u8; 32], id: Uuid, receipt: &Receipt) -> String {
    let key = hmac(ticket_key, b"receipt");
    let nonce = hmac(ticket_key, format!("receipt of {id}").as_bytes());
    let mut words = serde_json::to_vec(receipt).unwrap_or_default();
    words.resize(words.len().max(LENGTH), b' ');
    let sealed = Aes256Gcm::new(&key.into())
        .encrypt(Nonce::from_slice(&nonce[..12]), words.as_slice())
        .unwrap_or_default();
    BASE64_STANDARD.encode(sealed)
}
