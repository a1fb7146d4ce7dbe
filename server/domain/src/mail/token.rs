//! Links in mails that work without signing in: to switch a kind of mail off (RFC 8058)
//! and to confirm news. A link holds the id of a row of choices and a code over it
//! (HMAC-SHA256, RFC 2104, shortened to 128 bits): nothing about anybody can be read
//! from it, and nobody can make one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use vocab::ids::MailChoiceId;

use crate::consent::Signer;

/// Bytes of the code that stand in a link.
const CODE: usize = 16;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// To switch a kind of mail off.
    Unsubscribe,
    /// To say yes to news a second time.
    Confirm,
}

impl Link {
    const fn tag(self) -> &'static [u8] {
        match self {
            Self::Unsubscribe => b"classimize unsubscribe 1",
            Self::Confirm => b"classimize confirm 1",
        }
    }
}

/// The key of the links.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey")
    }
}

impl LinkKey {
    /// The key of this server, made from its one secret.
    pub fn of(signer: &Signer) -> Self {
        Self(signer.derive("links in mails"))
    }

    /// The last part of a link's address.
    pub fn token(&self, link: Link, choice: MailChoiceId) -> String {
        let mut bytes = choice.0.as_bytes().to_vec();
        bytes.extend_from_slice(&self.mac(link, choice).finalize().into_bytes()[..CODE]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The row that a link leads to; none where we did not make it.
    pub fn read(&self, link: Link, token: &str) -> Option<MailChoiceId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, code) = bytes.split_at_checked(16)?;
        let choice = MailChoiceId(Uuid::from_slice(id).ok()?);
        let is_whole = code.len() == CODE;
        let holds = self.mac(link, choice).verify_truncated_left(code).is_ok();
        (is_whole && holds).then_some(choice)
    }

    fn mac(&self, link: Link, choice: MailChoiceId) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.0)
            .expect("HMAC takes a key of any length")
            .chain_update(link.tag())
            .chain_update(choice.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_by_its_own_kind_alone_and_never_once_changed() {
        let key = LinkKey::of(&Signer::new([7; 32]));
        let choice = MailChoiceId(crate::secrets::new_id());
        let token = key.token(Link::Unsubscribe, choice);
        assert_eq!(key.read(Link::Unsubscribe, &token), Some(choice));
        assert_eq!(key.read(Link::Confirm, &token), None);
        let other = LinkKey::of(&Signer::new([8; 32]));
        assert_eq!(other.read(Link::Unsubscribe, &token), None);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            if changed != token {
                // The last sign carries bits that are not read.
                let read = key.read(Link::Unsubscribe, &changed);
                assert!(read.is_none() || at + 1 == token.len(), "{at}");
            }
        }
        assert_eq!(key.read(Link::Unsubscribe, &token[..22]), None);
        assert_eq!(key.read(Link::Unsubscribe, ""), None);
    }
}
