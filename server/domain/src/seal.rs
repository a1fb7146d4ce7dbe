//! A seal on a word that goes out and comes back, such as a cookie: HMAC-SHA256
//! (RFC 2104), with a key made from the server's secret for one use alone. It is written
//! out here because it is a dozen lines over the hash that is there.

use sha2::{Digest, Sha256};

use crate::consent::Signer;
use crate::secrets::hex;

const BLOCK: usize = 64;

/// Seals words of one use.
#[derive(Clone)]
pub struct Seal([u8; 32]);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// The seal for `purpose`; that of another purpose fits nothing here.
    pub fn new(signer: &Signer, purpose: &str) -> Self {
        Self(signer.key_for(purpose))
    }

    /// What stands beside the words, in hexadecimal.
    pub fn of(&self, words: &str) -> String {
        hex(&self.bytes(words))
    }

    /// The same, as bytes to make something of.
    pub(crate) fn bytes(&self, words: &str) -> [u8; 32] {
        hmac(&self.0, words.as_bytes())
    }

    /// A name for the key: it tells two keys apart, and nothing of either.
    pub(crate) fn name(&self) -> String {
        self.of("the name of this key")[..16].to_owned()
    }

    /// Whether `seal` is that of these words. How long it takes tells nothing.
    pub fn fits(&self, words: &str, seal: &str) -> bool {
        let (right, given) = (Sha256::digest(self.of(words)), Sha256::digest(seal));
        right
            .iter()
            .zip(given.iter())
            .fold(0, |differences, (a, b)| differences | (a ^ b))
            == 0
    }
}

/// HMAC-SHA256 (RFC 2104).
pub(crate) fn hmac(key: &[u8], words: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(words)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1, 2 and 6.
    #[test]
    fn a_seal_is_the_hmac_of_the_standard() {
        for (key, words, expected) in [
            (
                vec![0x0b; 20],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, words.as_bytes())), expected);
        }
    }

    #[test]
    fn a_seal_fits_its_own_words_and_use_alone() {
        let signer = Signer::new([7; 32]);
        let (one, other) = (Seal::new(&signer, "one"), Seal::new(&signer, "other"));
        let seal = one.of("words");
        assert!(one.fits("words", &seal));
        assert!(!one.fits("word", &seal) && !one.fits("words", &seal[1..]));
        assert!(!other.fits("words", &seal));
    }
}
