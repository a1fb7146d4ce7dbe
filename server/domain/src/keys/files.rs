//! Sealed files: each has a random key of its own, which stands in the file's head,
//! wrapped by the key of the person whose work it is. The bytes follow in pieces of
//! 64 KiB, each sealed with its number and whether it is the last: a file that was
//! cut, stretched or put together in another order does not open. Sealing and opening
//! stream; nothing holds more than a piece.

use bytes::{Buf as _, Bytes, BytesMut};
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use rand::Rng as _;
use uuid::Uuid;

use super::master::{NONCE_BYTES, Secret, cipher, new_secret};
use super::ring::{Held, Ring};
use super::{Error, Keys, Owner};
use crate::files::{PutError, Store, StoreError, Stored};
use crate::secrets::random;

const MAGIC: &[u8; 8] = b"CLSEAL1\n";
const TAG_BYTES: usize = 16;
/// Plain bytes in one piece.
const PIECE: usize = 64 * 1024;
const SEALED_PIECE: usize = PIECE + TAG_BYTES;
const WRAPPED: usize = NONCE_BYTES + 32 + TAG_BYTES;
/// Magic, owner, wrapped key.
const HEAD: usize = MAGIC.len() + 16 + WRAPPED;

/// Why a file does not open.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The key was destroyed: the file is gone for good.
    #[error("the file was deleted")]
    Deleted,
    /// It was changed by something else than Classimize, or is not whole.
    #[error("the file was changed outside Classimize, or is not whole")]
    Unreadable,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys did not answer.
    #[error(transparent)]
    Keys(#[from] Error),
}

/// Seals bytes as they come.
pub struct Sealer {
    secret: Secret,
    head: Option<Vec<u8>>,
    waiting: BytesMut,
    number: u32,
}

impl Sealer {
    /// Begins a file that stands under `key` in the store.
    pub async fn begin(keys: &Keys, owner: impl Into<Owner>, key: &str) -> Result<Self, Error> {
        let owner = owner.into();
        Self::with(&keys.to_seal([owner]).await?, owner, key)
    }

    fn with(ring: &Ring, owner: Owner, key: &str) -> Result<Self, Error> {
        let secret = new_secret();
        let nonce: [u8; NONCE_BYTES] = random().random();
        let wrapped = cipher(ring.secret(owner)?)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &secret[..],
                    aad: bound_to(owner, key).as_bytes(),
                },
            )
            .map_err(|_| Error::BrokenKey(owner.0))?;
        Ok(Self {
            secret,
            head: Some([&MAGIC[..], owner.0.as_bytes(), &nonce, &wrapped].concat()),
            waiting: BytesMut::new(),
            number: 0,
        })
    }

    /// Takes plain bytes, and adds to `out` what can be written of them.
    pub(crate) fn push(&mut self, plain: &[u8], out: &mut BytesMut) -> Result<(), Error> {
        if let Some(head) = self.head.take() {
            out.extend_from_slice(&head);
        }
        self.waiting.extend_from_slice(plain);
        // One piece stays behind, because it may be the last.
        while self.waiting.len() > PIECE {
            let piece = self.waiting.split_to(PIECE);
            self.piece(&piece, false, out)?;
        }
        Ok(())
    }

    /// Adds the last piece.
    pub(crate) fn finish(mut self, out: &mut BytesMut) -> Result<(), Error> {
        self.push(&[], out)?;
        let last = self.waiting.split();
        self.piece(&last, true, out)
    }

    fn piece(&mut self, plain: &[u8], is_last: bool, out: &mut BytesMut) -> Result<(), Error> {
        let sealed = cipher(&self.secret)
            .encrypt(&nonce_of(self.number, is_last), plain)
            .map_err(|_| Error::BrokenKey(Uuid::nil()))?;
        out.extend_from_slice(&sealed);
        // 2^32 pieces are 256 TiB: no file comes so far.
        self.number = self
            .number
            .checked_add(1)
            .ok_or(Error::BrokenKey(Uuid::nil()))?;
        Ok(())
    }
}

/// A file's key is used for this file alone, so a number is enough.
fn nonce_of(number: u32, is_last: bool) -> XNonce {
    let mut nonce = [0_u8; NONCE_BYTES];
    nonce[..4].copy_from_slice(&number.to_be_bytes());
    nonce[4] = u8::from(is_last);
    XNonce::from(nonce)
}

fn bound_to(owner: Owner, key: &str) -> String {
    format!("classimize file 1|{key}|{}", owner.0)
}

/// Opens bytes as they come.
struct Opener {
    secret: Secret,
    waiting: BytesMut,
    number: u32,
}

impl Opener {
    /// From the head of a sealed file.
    fn new(ring: &Ring, key: &str, head: &[u8]) -> Result<Self, FileError> {
        let (owner, wrapped) = parts(head).ok_or(FileError::Unreadable)?;
        let with = match ring.0.get(&owner) {
            Some(Held::Key(with)) => with,
            Some(Held::Destroyed) => return Err(FileError::Deleted),
            Some(Held::Broken) | None => return Err(FileError::Unreadable),
        };
        let unwrapped = wrapped
            .split_first_chunk::<NONCE_BYTES>()
            .and_then(|(nonce, sealed)| {
                let aad = bound_to(owner, key);
                let payload = Payload {
                    msg: sealed,
                    aad: aad.as_bytes(),
                };
                let plain = cipher(with).decrypt(&XNonce::from(*nonce), payload).ok()?;
                let plain = zeroize::Zeroizing::new(plain);
                let secret: [u8; 32] = plain.as_slice().try_into().ok()?;
                Some(Secret::new(secret))
            });
        Ok(Self {
            secret: unwrapped.ok_or(FileError::Unreadable)?,
            waiting: BytesMut::new(),
            number: 0,
        })
    }

    fn push(&mut self, sealed: &[u8]) -> Result<Bytes, FileError> {
        self.waiting.extend_from_slice(sealed);
        let mut plain = BytesMut::new();
        while self.waiting.len() > SEALED_PIECE {
            let piece = self.waiting.split_to(SEALED_PIECE);
            plain.extend_from_slice(&self.piece(&piece, false)?);
        }
        Ok(plain.freeze())
    }

    fn finish(mut self) -> Result<Bytes, FileError> {
        let last = self.waiting.split();
        self.piece(&last, true).map(Bytes::from)
    }

    fn piece(&mut self, sealed: &[u8], is_last: bool) -> Result<Vec<u8>, FileError> {
        let plain = cipher(&self.secret)
            .decrypt(&nonce_of(self.number, is_last), sealed)
            .map_err(|_| FileError::Unreadable)?;
        self.number = self.number.checked_add(1).ok_or(FileError::Unreadable)?;
        Ok(plain)
    }
}

/// Owner and wrapped key of a whole head; none where it is not one.
fn parts(head: &[u8]) -> Option<(Owner, &[u8])> {
    let rest = head.strip_prefix(MAGIC)?;
    let (owner, wrapped) = rest.split_first_chunk::<16>()?;
    (wrapped.len() == WRAPPED).then(|| (Owner(Uuid::from_bytes(*owner)), wrapped))
}

/// True if these first bytes are those of a sealed file.
pub(super) fn is_sealed_file(first: &[u8]) -> bool {
    first.starts_with(MAGIC)
}

/// Keeps a stream of at most `limit` bytes, sealed. A key of no kind of the data map's
/// register of files is refused.
pub async fn put<E: std::fmt::Display>(
    (store, keys): (&Store, &Keys),
    owner: impl Into<Owner>,
    key: &str,
    bytes: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
) -> Result<Stored, PutError> {
    if datamap::blob_kind(key).is_none() {
        let folder = key.split('/').next().unwrap_or_default();
        return Err(PutError::Broken(format!(
            "no kind of file is declared for {folder}"
        )));
    }
    let sealer = Sealer::begin(keys, owner, key)
        .await
        .map_err(|error| PutError::Broken(error.to_string()))?;
    store.put(key, sealer, bytes, limit).await
}

/// The plain bytes of a file, as they are read. One that was kept before files were
/// sealed comes as it is.
pub async fn get(
    store: &Store,
    keys: &Keys,
    key: &str,
) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
    let mut raw = store.get(key).await?.map_err(FileError::from).boxed();
    let mut first = BytesMut::new();
    while first.len() < HEAD {
        match raw.try_next().await? {
            Some(bytes) => first.extend_from_slice(&bytes),
            None => break,
        }
    }
    if !is_sealed_file(&first) {
        let first = futures::stream::iter([Ok(first.freeze())]);
        return Ok(first.chain(raw).boxed());
    }
    if first.len() < HEAD {
        return Err(FileError::Unreadable);
    }
    let head = first.split_to(HEAD);
    let owner = parts(&head).map(|(owner, _)| owner);
    let ring = keys.of(owner).await?;
    let opener = Opener::new(&ring, key, &head)?;
    let state = (Some(opener), Some(first.freeze()), raw);
    let plain = futures::stream::try_unfold(state, |(opener, first, mut raw)| async move {
        let Some(mut opener) = opener else {
            return Ok(None);
        };
        let next = match first {
            Some(first) => Some(first),
            None => raw.try_next().await?,
        };
        match next {
            Some(bytes) => {
                let plain = opener.push(&bytes)?;
                Ok(Some((plain, (Some(opener), None, raw))))
            }
            None => Ok(Some((opener.finish()?, (None, None, raw)))),
        }
    });
    let has_bytes = |bytes: &Bytes| std::future::ready(bytes.has_remaining());
    Ok(plain.try_filter(has_bytes).boxed())
}

/// A whole file that is in memory already, sealed; for those that are known to be small.
pub async fn put_bytes(
    (store, keys): (&Store, &Keys),
    owner: impl Into<Owner>,
    key: &str,
    bytes: Bytes,
) -> Result<Stored, PutError> {
    let whole = futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    put((store, keys), owner, key, whole, u64::MAX).await
}

/// A file as a whole; for those that are known to be small.
pub async fn get_bytes(store: &Store, keys: &Keys, key: &str) -> Result<Bytes, FileError> {
    let mut whole = BytesMut::new();
    let mut bytes = get(store, keys, key).await?;
    while let Some(some) = bytes.try_next().await? {
        whole.extend_from_slice(&some);
    }
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    const OWNER: Owner = Owner(Uuid::from_u128(7));
    const KEY: &str = "submissions/a/b";

    fn ring() -> Ring {
        Ring([(OWNER, Held::Key(Arc::new(new_secret())))].into())
    }

    fn seal(ring: &Ring, plain: &[u8], step: usize) -> Vec<u8> {
        let mut sealer = Sealer::with(ring, OWNER, KEY).expect("a key");
        let mut out = BytesMut::new();
        for some in plain.chunks(step) {
            sealer.push(some, &mut out).expect("sealed");
        }
        sealer.finish(&mut out).expect("sealed");
        out.to_vec()
    }

    fn open(ring: &Ring, key: &str, sealed: &[u8], step: usize) -> Result<Vec<u8>, FileError> {
        let (head, rest) = sealed.split_at_checked(HEAD).ok_or(FileError::Unreadable)?;
        let mut opener = Opener::new(ring, key, head)?;
        let mut out = Vec::new();
        for some in rest.chunks(step) {
            out.extend_from_slice(&opener.push(some)?);
        }
        out.extend_from_slice(&opener.finish()?);
        Ok(out)
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length)
            .map(|at| u8::try_from(at % 251).unwrap_or(0))
            .collect()
    }

    #[test]
    fn a_sealed_file_that_is_put_in_the_place_of_another_does_not_open() {
        let ring = ring();
        let sealed = seal(&ring, b"an essay", 3);
        assert_eq!(
            open(&ring, KEY, &sealed, 9).expect("its own place"),
            b"an essay"
        );
        assert!(open(&ring, "submissions/a/c", &sealed, 9).is_err());
    }

    #[test]
    fn pieces_in_another_order_do_not_open() {
        let ring = ring();
        let sealed = seal(&ring, &bytes(PIECE * 3), 1_000);
        let mut swapped = sealed.clone();
        let (first, second) = swapped[HEAD..].split_at_mut(SEALED_PIECE);
        first.swap_with_slice(&mut second[..SEALED_PIECE]);
        assert!(open(&ring, KEY, &swapped, 70_000).is_err());
        let mut doubled = sealed[..HEAD + SEALED_PIECE].to_vec();
        doubled.extend_from_slice(&sealed[HEAD..]);
        assert!(open(&ring, KEY, &doubled, 70_000).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_file_comes_back_whole_however_it_is_cut_and_never_when_it_was_changed(
            length in prop_oneof![0_usize..300, PIECE - 2..PIECE + 3, 2 * PIECE - 1..2 * PIECE + 2, 0..4 * PIECE],
            write in 1_usize..100_000,
            read in 1_usize..100_000,
            at: prop::sample::Index,
            cut: prop::sample::Index,
        ) {
            let ring = ring();
            let plain = bytes(length);
            let sealed = seal(&ring, &plain, write);
            prop_assert_eq!(open(&ring, KEY, &sealed, read).expect("untouched"), plain);
            let mut changed = sealed.clone();
            changed[at.index(sealed.len())] ^= 1;
            prop_assert!(open(&ring, KEY, &changed, read).is_err());
            prop_assert!(open(&ring, KEY, &sealed[..cut.index(sealed.len())], read).is_err());
            let mut longer = sealed;
            longer.push(0);
            prop_assert!(open(&ring, KEY, &longer, read).is_err());
        }
    }
}
