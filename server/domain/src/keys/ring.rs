//! The keys of one page or one write, fetched together, with which its texts are
//! sealed and opened. A sealed text names whose key it needs, and is bound to the
//! school, table, column and row it stands in: moved anywhere else, it does not open.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use rand::Rng as _;
use uuid::Uuid;
use vocab::ids::SchoolId;

use super::master::{NONCE_BYTES, Secret, cipher};
use super::{Error, Owner};
use crate::secrets::random;

/// What every sealed text begins with.
pub const FIRST_WORDS_OF_SEALED: &str = "sealed:1:";

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The school.
    pub school: SchoolId,
    /// The table's name in the database.
    pub table: &'a str,
    /// The column's; of a field inside JSON "column.field".
    pub column: &'a str,
    /// The row's id.
    pub row: Uuid,
}

/// What came of opening a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The text.
    Text(String),
    /// The key was destroyed: the text is gone for good.
    Deleted,
    /// The text, its place or its key was changed by something else than Classimize.
    Unreadable,
}

/// Words that are there and do not open, where somebody would write over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "What is written here is kept, but cannot be read just now, so nothing was changed. Try again later, and tell whoever runs Classimize if it stays so."
)]
pub struct Unreadable;

impl Opened {
    /// The text where it can be changed: what does not open is never shown in a form
    /// or written over, because the words would be lost.
    pub fn editable(self) -> Result<String, Unreadable> {
        match self {
            Self::Unreadable => Err(Unreadable),
            read => Ok(read.words()),
        }
    }

    /// The text for a page; where there is none, words that say so.
    pub fn words(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Deleted => "[deleted]".to_owned(),
            Self::Unreadable => "[cannot be read: it was changed outside Classimize]".to_owned(),
        }
    }

    /// The text; nothing where there is none.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Deleted | Self::Unreadable => None,
        }
    }
}

/// A key as it is held in memory.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Key(Arc<Secret>),
    Destroyed,
    /// It does not unwrap, or the store has none.
    Broken,
}

/// True for a text that is sealed.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(FIRST_WORDS_OF_SEALED)
}

/// Whose key a sealed text needs; none where it is plain.
pub(crate) fn owner_of(text: &str) -> Option<Owner> {
    let (owner, _) = text.strip_prefix(FIRST_WORDS_OF_SEALED)?.split_once(':')?;
    Uuid::try_parse(owner).ok().map(Owner)
}

/// Some keys.
#[derive(Clone, Debug, Default)]
pub struct Ring(pub(super) HashMap<Owner, Held>);

impl Ring {
    /// Seals a text with its owner's key. An empty text stays empty.
    pub fn seal(
        &self,
        owner: impl Into<Owner>,
        place: &Place<'_>,
        text: &str,
    ) -> Result<String, Error> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let owner = owner.into();
        let secret = self.secret(owner)?;
        let nonce: [u8; NONCE_BYTES] = random().random();
        let sealed = cipher(secret)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: text.as_bytes(),
                    aad: bound_to(owner, place).as_bytes(),
                },
            )
            .map_err(|_| Error::BrokenKey(owner.0))?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        let mut written = format!("{FIRST_WORDS_OF_SEALED}{}:", owner.0.simple());
        BASE64_URL_SAFE_NO_PAD.encode_string(bytes, &mut written);
        Ok(written)
    }

    /// Opens a text. One that is still plain, from before texts were sealed, is
    /// answered as it is. What does not open is logged, without what it holds.
    pub fn open(&self, place: &Place<'_>, text: &str) -> Opened {
        let Some(rest) = text.strip_prefix(FIRST_WORDS_OF_SEALED) else {
            return Opened::Text(text.to_owned());
        };
        let opened = self.try_open(place, rest);
        if opened == Opened::Unreadable {
            tracing::error!(table = place.table, column = place.column, row = %place.row, "a sealed text cannot be read");
        }
        opened
    }

    fn try_open(&self, place: &Place<'_>, rest: &str) -> Opened {
        let Some((owner, sealed)) = rest.split_once(':') else {
            return Opened::Unreadable;
        };
        let Ok(owner) = Uuid::try_parse(owner).map(Owner) else {
            return Opened::Unreadable;
        };
        let secret = match self.0.get(&owner) {
            Some(Held::Key(secret)) => secret,
            Some(Held::Destroyed) => return Opened::Deleted,
            Some(Held::Broken) | None => return Opened::Unreadable,
        };
        let open = || {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
            let aad = bound_to(owner, place);
            let payload = Payload {
                msg: sealed,
                aad: aad.as_bytes(),
            };
            let plain = cipher(secret)
                .decrypt(&XNonce::from(*nonce), payload)
                .ok()?;
            String::from_utf8(plain).ok()
        };
        open().map_or(Opened::Unreadable, Opened::Text)
    }

    pub(super) fn secret(&self, owner: Owner) -> Result<&Arc<Secret>, Error> {
        match self.0.get(&owner) {
            Some(Held::Key(secret)) => Ok(secret),
            Some(Held::Destroyed) => Err(Error::Destroyed(owner.0)),
            Some(Held::Broken) | None => Err(Error::BrokenKey(owner.0)),
        }
    }

    /// True if the key is gone for good.
    pub fn is_destroyed(&self, owner: impl Into<Owner>) -> bool {
        matches!(self.0.get(&owner.into()), Some(Held::Destroyed))
    }
}

fn bound_to(owner: Owner, place: &Place<'_>) -> String {
    let Place {
        school,
        table,
        column,
        row,
    } = place;
    format!(
        "classimize text 1|{school}|{table}|{column}|{row}|{}",
        owner.0
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::master::new_secret;
    use super::*;

    fn ring(owner: Owner) -> Ring {
        Ring([(owner, Held::Key(Arc::new(new_secret())))].into())
    }

    fn place(row: u128) -> Place<'static> {
        Place {
            school: SchoolId(Uuid::from_u128(1)),
            table: "mark",
            column: "comment",
            row: Uuid::from_u128(row),
        }
    }

    const OWNER: Owner = Owner(Uuid::from_u128(9));

    #[test]
    fn a_text_that_is_moved_to_another_row_column_table_or_school_does_not_open() {
        let ring = ring(OWNER);
        let home = place(1);
        let sealed = ring.seal(OWNER, &home, "Neat work").expect("sealed");
        assert!(is_sealed(&sealed) && !sealed.contains("Neat"));
        assert_eq!(ring.open(&home, &sealed), Opened::Text("Neat work".into()));
        for elsewhere in [
            place(2),
            Place {
                column: "note",
                ..home
            },
            Place {
                table: "attempt",
                ..home
            },
            Place {
                school: SchoolId(Uuid::from_u128(2)),
                ..home
            },
        ] {
            assert_eq!(ring.open(&elsewhere, &sealed), Opened::Unreadable);
        }
    }

    #[test]
    fn a_destroyed_key_says_deleted_and_seals_nothing_more() {
        let sealed = ring(OWNER).seal(OWNER, &place(1), "x").expect("sealed");
        let gone = Ring([(OWNER, Held::Destroyed)].into());
        assert_eq!(gone.open(&place(1), &sealed), Opened::Deleted);
        assert!(matches!(
            gone.seal(OWNER, &place(1), "y"),
            Err(Error::Destroyed(_))
        ));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_any_changed_sign_is_noticed(text in ".{1,200}", at: prop::sample::Index) {
            let ring = ring(OWNER);
            let sealed = ring.seal(OWNER, &place(1), &text).expect("sealed");
            prop_assert_eq!(ring.open(&place(1), &sealed), Opened::Text(text));
            let mut signs: Vec<char> = sealed.chars().collect();
            let at = FIRST_WORDS_OF_SEALED.len() + at.index(signs.len() - FIRST_WORDS_OF_SEALED.len());
            signs[at] = if signs[at] == 'A' { 'B' } else { 'A' };
            let changed: String = signs.into_iter().collect();
            prop_assert_eq!(ring.open(&place(1), &changed), Opened::Unreadable);
        }
    }
}
