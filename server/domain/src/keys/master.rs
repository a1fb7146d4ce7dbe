//! The master key, which wraps all others: a file that its owner alone can read, or a
//! variable that a secret store fills. While it is rotated there are two.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Error;
use crate::secrets::{hex, random};

/// 256 bits that are wiped when they are let go.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// The algorithm's name in the key store.
pub(super) const ALGORITHM: &str = "XChaCha20-Poly1305";
pub(super) const NONCE_BYTES: usize = 24;

const FILE: &str = "master";
const NEXT: &str = "master.next";

/// The master key in use and, while it is rotated, the one that follows.
pub struct Master {
    current: Kek,
    next: Option<Kek>,
    folder: Option<PathBuf>,
}

struct Kek {
    id: String,
    secret: Secret,
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Master").field(&self.current.id).finish()
    }
}

impl Master {
    /// The master key in the file `master` of this folder; none if there is no file.
    pub fn find(folder: &Path) -> Result<Option<Self>, Error> {
        let Some(current) = read(&folder.join(FILE))? else {
            return Ok(None);
        };
        let next = read(&folder.join(NEXT))?.map(Kek::new);
        Ok(Some(Self {
            current: Kek::new(current),
            next,
            folder: Some(folder.to_owned()),
        }))
    }

    /// Makes the file with a new master key.
    pub fn make(folder: &Path) -> Result<Self, Error> {
        let secret = new_secret();
        write(folder, FILE, &secret)?;
        Ok(Self {
            current: Kek::new(secret),
            next: None,
            folder: Some(folder.to_owned()),
        })
    }

    /// A master key of 32 bytes in hexadecimal (64 signs); `next` follows it.
    pub fn given(text: &str, next: Option<&str>) -> Result<Self, Error> {
        Ok(Self {
            current: Kek::new(from_hex(text)?),
            next: next.map(from_hex).transpose()?.map(Kek::new),
            folder: None,
        })
    }

    /// Makes the key that follows, where it is a file. One that was made before and
    /// not finished is taken on.
    pub(super) fn prepare_next(&mut self) -> Result<(), Error> {
        if self.next.is_some() {
            return Ok(());
        }
        let Some(folder) = &self.folder else {
            return Err(Error::Master(
                "it is given by CLASSIMIZE_MASTER_KEY: give the new one by CLASSIMIZE_NEW_MASTER_KEY"
                    .to_owned(),
            ));
        };
        let secret = new_secret();
        write(folder, NEXT, &secret)?;
        self.next = Some(Kek::new(secret));
        Ok(())
    }

    /// Lets the key that follows take the place, after every key was wrapped by it.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        let Some(next) = self.next.take() else {
            return Ok(());
        };
        if let Some(folder) = &self.folder {
            fs::rename(folder.join(NEXT), folder.join(FILE)).map_err(|error| said(&error))?;
        }
        self.current = next;
        Ok(())
    }

    /// Which key wraps what is wrapped from now on.
    pub fn id(&self) -> &str {
        &self.newest().id
    }

    fn newest(&self) -> &Kek {
        self.next.as_ref().unwrap_or(&self.current)
    }

    pub(super) fn knows(&self, kek: &str) -> bool {
        self.find_kek(kek).is_some()
    }

    fn find_kek(&self, kek: &str) -> Option<&Kek> {
        [Some(&self.current), self.next.as_ref()]
            .into_iter()
            .flatten()
            .find(|known| known.id == kek)
    }

    /// Wraps a person's key: nonce and ciphertext.
    pub(super) fn wrap(&self, subject: Uuid, key: Uuid, secret: &Secret) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE_BYTES] = random().random();
        let wrapped = cipher(&self.newest().secret)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &secret[..],
                    aad: bound_to(subject, key).as_bytes(),
                },
            )
            .map_err(|_| Error::BrokenKey(subject))?;
        Ok([&nonce[..], &wrapped].concat())
    }

    /// Unwraps a person's key that the master key `kek` wrapped.
    pub(super) fn unwrap(
        &self,
        (subject, key): (Uuid, Uuid),
        kek: &str,
        wrapped: &[u8],
    ) -> Result<Secret, Error> {
        let kek = self.find_kek(kek).ok_or(Error::WrongMaster)?;
        let broken = || Error::BrokenKey(subject);
        let (nonce, wrapped) = wrapped
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(broken)?;
        let aad = bound_to(subject, key);
        let payload = Payload {
            msg: wrapped,
            aad: aad.as_bytes(),
        };
        let plain = cipher(&kek.secret)
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| broken())?;
        let plain: &[u8; 32] = plain.as_slice().try_into().map_err(|_| broken())?;
        Ok(Zeroizing::new(*plain))
    }
}

impl Kek {
    fn new(secret: Secret) -> Self {
        let id = Sha256::new()
            .chain_update("classimize master key 1\n")
            .chain_update(&secret[..])
            .finalize();
        Self {
            id: hex(&id[..8]),
            secret,
        }
    }
}

fn bound_to(subject: Uuid, key: Uuid) -> String {
    format!("classimize key 1|{subject}|{key}")
}

pub(super) fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(**secret))
}

pub(super) fn new_secret() -> Secret {
    Zeroizing::new(random().random())
}

fn from_hex(text: &str) -> Result<Secret, Error> {
    let text = text.trim();
    let mut secret = Zeroizing::new([0_u8; 32]);
    let is_right = text.len() == 64
        && secret.iter_mut().enumerate().all(|(at, byte)| {
            let read = text
                .get(at * 2..at * 2 + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok());
            read.map(|read| *byte = read).is_some()
        });
    if is_right {
        Ok(secret)
    } else {
        Err(Error::Master(
            "CLASSIMIZE_MASTER_KEY has to be 32 bytes in hexadecimal, 64 signs".to_owned(),
        ))
    }
}

fn said(error: &io::Error) -> Error {
    Error::Master(error.to_string())
}

fn read(path: &Path) -> Result<Option<Secret>, Error> {
    match fs::read(path).map(Zeroizing::new) {
        Ok(bytes) => {
            let bytes: &[u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| Error::Master(format!("{} does not hold 32 bytes", path.display())))?;
            Ok(Some(Zeroizing::new(*bytes)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(said(&error)),
    }
}

fn write(folder: &Path, name: &str, secret: &Secret) -> Result<(), Error> {
    let written = || {
        fs::create_dir_all(folder)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(folder.join(name))?;
        file.write_all(&secret[..])?;
        file.sync_all()
    };
    written().map_err(|error| said(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_64_signs_and_nothing_else() {
        assert!(Master::given(&"a1".repeat(32), None).is_ok());
        for wrong in [
            "",
            "a1",
            &"g1".repeat(32),
            &"a1".repeat(33),
            &"é".repeat(32),
        ] {
            assert!(Master::given(wrong, None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrapped_key_opens_for_its_subject_alone() {
        let master = Master::given(&"a1".repeat(32), None).expect("a key");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let secret = new_secret();
        let wrapped = master.wrap(one, other, &secret).expect("wrapped");
        let back = master.unwrap((one, other), master.id(), &wrapped);
        assert_eq!(*back.expect("its own"), *secret);
        assert!(
            master
                .unwrap((other, other), master.id(), &wrapped)
                .is_err()
        );
        let stranger = Master::given(&"b2".repeat(32), None).expect("a key");
        let refused = stranger.unwrap((one, other), master.id(), &wrapped);
        assert!(matches!(refused, Err(Error::WrongMaster)));
    }
}
