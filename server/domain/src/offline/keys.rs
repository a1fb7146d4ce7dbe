//! The server's own keys for work without a network, all made from its secret: nothing
//! more has to be kept or backed up. The pair is a point of P-256, because every browser
//! that is still in use can seal for it.

use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::{Digest, Sha256};

use crate::consent::Signer;
use crate::seal::hmac;
use crate::secrets::hex;

/// The pair that items are sealed for, and the keys of tickets.
#[derive(Clone)]
pub struct Keys {
    secret: SecretKey,
    public: Vec<u8>,
    tickets: [u8; 32],
    owners: [u8; 32],
    data: [u8; 32],
    touches: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Makes them from the server's secret, always the same.
    ///
    /// # Panics
    /// Never: of 256 numbers one at least is below the order of the curve.
    pub fn new(signer: &Signer) -> Self {
        let secret = (0..=255_u8)
            .find_map(|at| {
                let bytes = signer.key_for(&format!("offline outbox {at}"));
                SecretKey::from_slice(&bytes).ok()
            })
            .expect("all but one of 2^32 numbers are a key");
        let public = secret
            .public_key()
            .to_encoded_point(false)
            .as_bytes()
            .to_vec();
        Self {
            secret,
            public,
            tickets: signer.key_for("offline ticket"),
            owners: signer.key_for("offline owner"),
            data: signer.key_for("offline data"),
            touches: signer.key_for("offline touch"),
        }
    }

    /// The public half: 65 bytes, uncompressed (SEC 1, 2.3.3).
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The short name of the pair.
    pub fn name(&self) -> String {
        hex(&Sha256::digest(&self.public)[..8])
    }

    /// What both sides know once the tablet has sent its own point: HKDF-SHA256
    /// (RFC 5869) over the shared number, salted with both points.
    pub(super) fn agree(&self, theirs: &[u8]) -> Option<[u8; 32]> {
        let point = PublicKey::from_sec1_bytes(theirs).ok()?;
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), point.as_affine());
        let salt: Vec<u8> = theirs.iter().chain(&self.public).copied().collect();
        Some(hkdf(
            &salt,
            shared.raw_secret_bytes(),
            b"classimize outbox 1",
        ))
    }

    /// The key of a ticket: whoever has it may make items under it.
    pub(super) fn of_ticket(&self, claims: &str) -> [u8; 32] {
        hmac(&self.tickets, claims.as_bytes())
    }

    /// The number of a person on a device, that tells nothing of either.
    pub(super) fn owner(&self, person: &str, device: &str) -> String {
        hex(&hmac(&self.owners, format!("{person}|{device}").as_bytes())[..16])
    }

    /// What encrypts that which one sign-in keeps on a tablet.
    pub(super) fn of_session(&self, session: &str) -> [u8; 32] {
        hmac(&self.data, session.as_bytes())
    }

    /// Proves when a page of a session was touched.
    pub(super) fn of_touches(&self, session: &str) -> [u8; 32] {
        hmac(&self.touches, session.as_bytes())
    }
}

/// One block of HKDF-SHA256: 32 bytes.
fn hkdf(salt: &[u8], secret: &[u8], purpose: &[u8]) -> [u8; 32] {
    let extracted = hmac(salt, secret);
    let block: Vec<u8> = purpose.iter().copied().chain([1]).collect();
    hmac(&extracted, &block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869, A.1: the first block.
    #[test]
    fn keys_are_drawn_as_the_standard_says() {
        let salt: Vec<u8> = (0..13).collect();
        let purpose: Vec<u8> = (0xf0..=0xf9).collect();
        assert_eq!(
            hex(&hkdf(&salt, &[0x0b; 22], &purpose)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
    }

    #[test]
    fn a_server_has_one_pair_and_another_server_another() {
        let (one, again) = (
            Keys::new(&Signer::new([7; 32])),
            Keys::new(&Signer::new([7; 32])),
        );
        let other = Keys::new(&Signer::new([8; 32]));
        assert_eq!(one.public(), again.public());
        assert_ne!(one.public(), other.public());
        assert_eq!(one.public().len(), 65);
    }
}
