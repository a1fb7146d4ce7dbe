//! What is on a badge, made from the server's key and the badge's id: it can be printed
//! again, and whoever reads the database alone finds neither codes nor pictures.

use vocab::badges::{PICTURES, Picture};
use vocab::ids::BadgeId;

use crate::consent::Signer;
use crate::seal::Seal;
use crate::secrets::PLAIN;

/// Signs of a code: nine of thirty, 2 x 10^13 of them.
const SIGNS: usize = 9;

/// Makes codes and pictures. A clone makes the same.
#[derive(Clone, Debug)]
pub struct BadgeKeys {
    codes: Seal,
    pictures: Seal,
    lookup: Seal,
}

impl BadgeKeys {
    /// The keys of this server.
    pub fn new(signer: &Signer) -> Self {
        Self {
            codes: Seal::new(signer, "badge code"),
            pictures: Seal::new(signer, "badge pictures"),
            lookup: Seal::new(signer, "badge lookup"),
        }
    }

    /// The code of a badge, without its dashes.
    pub fn code(&self, badge: BadgeId) -> String {
        numbers(self.codes.bytes(&badge.to_string()))
            .take(SIGNS)
            .map(|number| char::from(PLAIN[number % PLAIN.len()]))
            .collect()
    }

    /// What a badge is found by: the code as the database keeps it.
    pub fn lookup(&self, code: &str) -> String {
        self.lookup.of(code)
    }

    /// The pictures of a badge, in the order of [`Picture::ALL`]. Another round gives
    /// others, once in 220 the same.
    pub fn pictures(&self, badge: BadgeId, round: i32) -> Vec<Picture> {
        let mut left = Picture::ALL.to_vec();
        let mut chosen: Vec<Picture> = numbers(self.pictures.bytes(&format!("{badge}:{round}")))
            .take(PICTURES)
            .map(|number| left.remove(number % left.len()))
            .collect();
        chosen.sort_unstable();
        chosen
    }

    /// Whether these are the pictures. How long it takes tells nothing.
    pub(crate) fn fits(&self, badge: BadgeId, round: i32, tapped: &[Picture]) -> bool {
        let words = |pictures: &[Picture]| {
            pictures
                .iter()
                .map(|picture| picture.as_str())
                .collect::<Vec<_>>()
                .join(",")
        };
        let right = self.pictures.of(&words(&self.pictures(badge, round)));
        self.pictures.fits(&words(tapped), &right)
    }
}

/// Numbers up to 65,535; a remainder by thirty or less favours none by more than 1 in 2,000.
fn numbers(bytes: [u8; 32]) -> impl Iterator<Item = usize> {
    (0..16).map(move |at| usize::from(u16::from_be_bytes([bytes[2 * at], bytes[2 * at + 1]])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::new_id;

    #[test]
    fn a_badge_prints_the_same_again_and_another_does_not() {
        let keys = BadgeKeys::new(&Signer::new([7; 32]));
        let other_server = BadgeKeys::new(&Signer::new([8; 32]));
        let (one, other) = (BadgeId(new_id()), BadgeId(new_id()));
        let code = keys.code(one);
        assert_eq!(code, keys.code(one));
        assert_eq!(code.len(), SIGNS);
        assert_ne!(code, keys.code(other));
        assert_ne!(code, other_server.code(one));
        assert!(!keys.lookup(&code).contains(&code));
    }

    #[test]
    fn three_different_pictures_belong_to_a_badge() {
        let keys = BadgeKeys::new(&Signer::new([7; 32]));
        for _ in 0..200 {
            let badge = BadgeId(new_id());
            let mut pictures = keys.pictures(badge, 0);
            assert!(keys.fits(badge, 0, &pictures));
            pictures.dedup();
            assert_eq!(pictures.len(), PICTURES);
            assert!(!keys.fits(badge, 0, &pictures[..2]));
        }
    }
}
