//! Signed statements: once a day the server signs how far a school's record has come.
//! Whoever has such a statement can show later that nothing before it was rewritten.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use chrono::SubsecRound as _;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, Mac};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest, Sha256};
use vocab::ids::SchoolId;

use super::posted::post;
use crate::clock::Time;
use crate::db::Write;
use crate::secrets::{hex, new_id};
use entity::{consent_event, ledger_checkpoint, school};

/// Signs statements and receipts (Ed25519, RFC 8032), and knows the public keys with which
/// this server signed before.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    earlier: Vec<String>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&self.public_key()).finish()
    }
}

impl Signer {
    /// A signer with this secret, which never had another.
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            key: SigningKey::from_bytes(&secret),
            earlier: Vec::new(),
        }
    }

    /// The signer of this server: its secret is a file in `folder`, readable by its
    /// owner alone, made on the first start. Public keys of earlier secrets are lines of
    /// `signing.earlier` beside it, where somebody who replaced the secret wrote them down.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("signing.key");
        let secret = match fs::read(&path) {
            Ok(secret) => secret,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                let secret: [u8; 32] = rand::Rng::random(&mut crate::secrets::random());
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(&path)?;
                file.write_all(&secret)?;
                file.sync_all()?;
                secret.to_vec()
            }
            Err(error) => return Err(error),
        };
        let secret = secret
            .try_into()
            .map_err(|_| io::Error::other("signing.key does not hold 32 bytes"))?;
        let earlier = match fs::read_to_string(folder.join("signing.earlier")) {
            Ok(keys) => keys.split_whitespace().map(str::to_owned).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            earlier,
            ..Self::new(secret)
        })
    }

    /// Whether this server signs, or signed before, with this public key. The folder of the
    /// keys says so; the database is not asked.
    pub(super) fn knows(&self, public_key: &str) -> bool {
        public_key == self.public_key() || self.earlier.iter().any(|key| key == public_key)
    }

    /// Another secret made from this one, for a named use. It tells nothing of this one.
    pub(crate) fn derive(&self, what_for: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(b"classimize derived secret 1\n");
        mac.update(what_for.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// In hexadecimal.
    pub fn public_key(&self) -> String {
        hex(self.key.verifying_key().as_bytes())
    }

    /// A hash of words that nobody can make without the secret: Ed25519 signs the same
    /// words the same way each time, and the signature itself is shown to nobody.
    pub fn keyed_hash(&self, words: &str) -> String {
        let words = format!("classimize keyed hash 1\n{words}");
        hex(&Sha256::digest(self.sign(words.as_bytes())))
    }

    /// A key for one use, made from the secret: it tells nothing of the secret, nor of
    /// the key for another use.
    pub fn key_for(&self, purpose: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update("classimize key\n")
            .chain_update(self.key.to_bytes())
            .chain_update(purpose)
            .finalize()
            .into()
    }

    /// The 64 bytes of a signature.
    pub fn sign(&self, words: &[u8]) -> [u8; 64] {
        self.key.sign(words).to_bytes()
    }
}

/// What every statement begins with.
pub(super) const FIRST_LINE: &str = "classimize consent record 1";

/// What is signed.
pub(super) fn statement(school: SchoolId, up_to: i64, root: &str, at: Time) -> String {
    format!(
        "{FIRST_LINE}\nschool {school}\nentries {up_to}\nhash {root}\nat {}",
        at.timestamp_millis()
    )
}

/// Signs how far the school's record has come, unless that is signed already, and writes the
/// statement as a mail to whoever keeps it. Answers whether there was something to sign.
/// Whoever signs holds the school's row, so that two servers do not sign the same entry.
pub async fn sign_checkpoint(
    tx: &Write,
    school: SchoolId,
    signer: &Signer,
    now: Time,
) -> Result<bool, DbErr> {
    school::Entity::find_by_id(school)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let last: Option<(i64, String)> = consent_event::Entity::find()
        .select_only()
        .columns([consent_event::Column::Seq, consent_event::Column::EntryHash])
        .filter(consent_event::Column::SchoolId.eq(school))
        .order_by_desc(consent_event::Column::Seq)
        .into_tuple()
        .one(&**tx)
        .await?;
    let Some((up_to, root)) = last else {
        return Ok(false);
    };
    let is_signed = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school))
        .filter(ledger_checkpoint::Column::UpToSeq.eq(up_to))
        .one(&**tx)
        .await?
        .is_some();
    if is_signed {
        return Ok(false);
    }
    let at = now.trunc_subsecs(3);
    let words = statement(school, up_to, &root, at);
    let checkpoint = ledger_checkpoint::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        up_to_seq: Set(up_to),
        root_hash: Set(root),
        signature: Set(hex(&signer.sign(words.as_bytes()))),
        public_key: Set(signer.public_key()),
        signed_at: Set(at),
    }
    .insert(&**tx)
    .await?;
    post(tx, &checkpoint, now).await?;
    Ok(true)
}
