//! Randomness and its fingerprints: tokens for cookies and links, receipts that
//! people can read aloud, and passwords made of words.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Randomness from the operating system: the one place it comes from. Rules take
/// it as an argument.
pub fn random() -> StdRng {
    StdRng::from_os_rng()
}

/// The value of a new id: a version 7 UUID, sorted by the time of making. The one
/// place where ids come from.
#[expect(
    clippy::disallowed_methods,
    reason = "the one door for ids; no rule looks at their value"
)]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A secret of 256 bits, safe in a cookie or an address.
pub fn token(random: &mut impl Rng) -> String {
    let mut bytes = [0_u8; 32];
    random.fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a secret: SHA-256 in hexadecimal. The secrets are long and
/// random, so a fast hash is enough.
pub fn fingerprint(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

// No letters or digits that look or sound alike: I, L, O, U, 0, 1.
pub(crate) const PLAIN: &[u8] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";

/// A receipt such as "KX4-72M-9TQ": nine of thirty signs, 2 x 10^13 of them.
pub fn receipt(random: &mut impl Rng) -> String {
    grouped(random, 3)
}

/// A one-time code such as "KX4-72M-9TQ-F3H", for the set-up page.
pub fn code(random: &mut impl Rng) -> String {
    grouped(random, 4)
}

fn grouped(random: &mut impl Rng, groups: usize) -> String {
    (0..groups)
        .map(|_| {
            (0..3)
                .map(|_| char::from(PLAIN[random.random_range(0..PLAIN.len())]))
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join("-")
}

const WORDS: &[&str] = &[
    "acorn", "amber", "anchor", "apple", "arrow", "autumn", "badger", "bamboo", "basket", "beacon",
    "berry", "bicycle", "blossom", "bridge", "bronze", "button", "cabin", "cactus", "candle",
    "canyon", "carpet", "castle", "cedar", "chalk", "cherry", "circle", "clover", "cobalt",
    "comet", "copper", "coral", "cotton", "cricket", "crystal", "daisy", "dolphin", "dragon",
    "eagle", "echo", "ember", "falcon", "feather", "fern", "fiddle", "forest", "fossil", "galaxy",
    "garden", "ginger", "glacier", "granite", "guitar", "hammer", "harbour", "hazel", "heron",
    "honey", "island", "ivory", "jacket", "jigsaw", "jungle", "kettle", "kitten", "ladder",
    "lagoon", "lantern", "lemon", "lily", "lobster", "magnet", "mango", "maple", "marble",
    "meadow", "melon", "meteor", "mirror", "monkey", "morning", "mountain", "mushroom", "nectar",
    "nutmeg", "oasis", "ocean", "olive", "orange", "orchid", "otter", "paddle", "panther",
    "parrot", "peach", "pebble", "pencil", "pepper", "piano", "planet", "plum", "pocket", "poppy",
    "prism", "puddle", "puffin", "pumpkin", "quartz", "rabbit", "rainbow", "raven", "ribbon",
    "river", "robin", "rocket", "saddle", "salmon", "sapphire", "scarlet", "shadow", "silver",
    "snowdrop", "sparrow", "spiral", "squirrel", "summer", "sunset", "teapot", "thunder", "timber",
    "tulip", "turtle", "valley", "velvet", "violet", "walnut", "whisper", "willow", "window",
    "winter", "yellow", "zebra",
];

/// A password of four words and two digits, such as "amber-otter-kettle-plum-47":
/// more than 34 bits, meant to be changed or guarded by the slow sign-in.
pub fn password(random: &mut impl Rng) -> String {
    let words: Vec<&str> = (0..4)
        .map(|_| WORDS[random.random_range(0..WORDS.len())])
        .collect();
    format!("{}-{}", words.join("-"), random.random_range(10..100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_only_as_its_fingerprint() {
        let token = token(&mut random());
        assert_eq!(token.len(), 43);
        assert_eq!(fingerprint(&token).len(), 64);
        assert!(!fingerprint(&token).contains(&token));
    }

    #[test]
    fn a_receipt_has_no_signs_that_look_alike() {
        let receipt = receipt(&mut random());
        assert_eq!(receipt.len(), 11);
        assert!(!receipt.contains(['I', 'L', 'O', '0', '1']));
    }
}
