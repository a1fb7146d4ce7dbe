//! The door to the object store: where the bytes of files are kept, a folder on
//! this machine by default. Bytes are streamed through and never held whole; a
//! file is there in full or not at all. Who may have which file stands elsewhere.

mod pictures;

use std::io;
use std::path::Path as Folder;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, TryStreamExt, pin_mut};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use crate::clock::Time;
use crate::keys::{self, files::Sealer};
use crate::secrets::hex;
use pictures::Cleaner;

/// How much of a file is in memory at a time.
const PART_BYTES: usize = 1024 * 1024;

/// Where files are kept. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Store(Arc<dyn ObjectStore>);

/// What was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// In bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Why a file was not kept. Nothing of it is left in the store.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// It has more bytes than are allowed.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most that is allowed.
        limit: u64,
    },
    /// The disk has no room for it.
    #[error("the disk is full")]
    Full,
    /// The sender went away in the middle.
    #[error("the file did not arrive whole: {0}")]
    Interrupted(String),
    /// The store does not work.
    #[error("the file could not be kept: {0}")]
    Broken(String),
}

/// Why a file could not be fetched or let go.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be reached: {0}")]
pub struct StoreError(#[from] object_store::Error);

impl Store {
    /// Files in a folder that exists. Each is synced to disk before it counts as kept.
    pub fn local(folder: impl AsRef<Folder>) -> Result<Self, StoreError> {
        let store = LocalFileSystem::new_with_prefix(folder)?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self::new(Arc::new(store)))
    }

    /// Files in any store.
    pub const fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Keeps a stream of bytes, at most `limit` of them, as the sealer seals them. A picture
    /// is kept without what it says of where, when and by whom it was made; size and hash
    /// are those of the plain bytes that are kept.
    pub(crate) async fn put<E: std::fmt::Display>(
        &self,
        key: &str,
        sealer: Sealer,
        bytes: impl Stream<Item = Result<Bytes, E>>,
        limit: u64,
    ) -> Result<Stored, PutError> {
        self.write(key, (sealer, Cleaner::new()), bytes, limit)
            .await
    }

    /// Writes a file that is there anew, sealed: its rows know its size and hash, so that
    /// nothing is taken out of it.
    pub(crate) async fn put_again<E: std::fmt::Display>(
        &self,
        key: &str,
        sealer: Sealer,
        bytes: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Stored, PutError> {
        self.write(key, (sealer, Cleaner::none()), bytes, u64::MAX)
            .await
    }

    async fn write<E: std::fmt::Display>(
        &self,
        key: &str,
        through: (Sealer, Cleaner),
        bytes: impl Stream<Item = Result<Bytes, E>>,
        limit: u64,
    ) -> Result<Stored, PutError> {
        let mut upload = self
            .0
            .put_multipart_opts(
                &Path::from(key),
                object_store::PutMultipartOptions::default(),
            )
            .await
            .map_err(|error| broken(&error))?;
        match fill(upload.as_mut(), through, bytes, limit).await {
            Ok(stored) => Ok(stored),
            Err(error) => {
                if let Err(left_over) = upload.abort().await {
                    tracing::warn!(key, error = %left_over, "half a file could not be taken away");
                }
                Err(error)
            }
        }
    }

    /// The bytes of a file as they are kept, as they are read.
    pub(crate) async fn get(
        &self,
        key: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, StoreError>> + Send + 'static + use<>, StoreError>
    {
        let found = self.0.get(&Path::from(key)).await?;
        Ok(found.into_stream().map_err(StoreError))
    }

    /// Keeps bytes as they are: for what is nobody's.
    pub async fn put_bytes(&self, key: &str, bytes: Bytes) -> Result<(), PutError> {
        self.0
            .put(&Path::from(key), bytes.into())
            .await
            .map(drop)
            .map_err(|error| broken(&error))
    }

    /// A file as a whole, as it is kept.
    pub async fn get_bytes(&self, key: &str) -> Result<Bytes, StoreError> {
        Ok(self.0.get(&Path::from(key)).await?.bytes().await?)
    }

    /// The first bytes of a file as it is kept; fewer where it is shorter.
    pub(crate) async fn first_bytes(&self, key: &str, most: u64) -> Result<Bytes, StoreError> {
        let path = Path::from(key);
        let size = self.0.head(&path).await?.size;
        if size == 0 {
            return Ok(Bytes::new());
        }
        Ok(self.0.get_range(&path, 0..size.min(most)).await?)
    }

    /// The keys of files that were kept before `since`, as they are found.
    pub fn older_than(&self, since: Time) -> impl Stream<Item = Result<String, StoreError>> + '_ {
        self.0
            .list(None)
            .map_err(StoreError)
            .try_filter_map(move |file| {
                let old = file.last_modified < since;
                std::future::ready(Ok(old.then(|| file.location.to_string())))
            })
    }

    /// Whether a file is there. A store that does not answer is an error, never a "no".
    pub async fn holds(&self, key: &str) -> Result<bool, StoreError> {
        match self.0.head(&Path::from(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets a file go. One that is not there is not an error.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.0.delete(&Path::from(key)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

async fn fill<E: std::fmt::Display>(
    upload: &mut dyn MultipartUpload,
    (mut sealer, mut cleaner): (Sealer, Cleaner),
    bytes: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
) -> Result<Stored, PutError> {
    pin_mut!(bytes);
    let mut hash = Sha256::new();
    let (mut sent, mut size) = (0_u64, 0_u64);
    let mut part = BytesMut::with_capacity(64 * 1024);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|error| PutError::Interrupted(error.to_string()))?;
        sent = sent.saturating_add(chunk.len() as u64);
        if sent > limit {
            return Err(PutError::TooLarge { limit });
        }
        let chunk = cleaner.pass(&chunk);
        size += chunk.len() as u64;
        hash.update(&chunk);
        sealer
            .push(&chunk, &mut part)
            .map_err(|error| unsealed(&error))?;
        if part.len() >= PART_BYTES {
            let full = part.split().freeze();
            upload
                .put_part(full.into())
                .await
                .map_err(|error| broken(&error))?;
        }
    }
    let rest = cleaner.end();
    size += rest.len() as u64;
    hash.update(&rest);
    sealer
        .push(&rest, &mut part)
        .map_err(|error| unsealed(&error))?;
    sealer.finish(&mut part).map_err(|error| unsealed(&error))?;
    if !part.is_empty() {
        upload
            .put_part(part.freeze().into())
            .await
            .map_err(|error| broken(&error))?;
    }
    upload.complete().await.map_err(|error| broken(&error))?;
    Ok(Stored {
        size,
        sha256: hex(&hash.finalize()),
    })
}

fn unsealed(error: &keys::Error) -> PutError {
    PutError::Broken(error.to_string())
}

/// A full disk told apart from everything else: the reason stands somewhere in the
/// chain of sources, as an error of the operating system.
fn broken(error: &object_store::Error) -> PutError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && is_full(io)
        {
            return PutError::Full;
        }
        source = cause.source();
    }
    PutError::Broken(error.to_string())
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The longest name of a file that is kept, in characters.
const MOST_NAME_CHARS: usize = 150;

/// A file's name as it may be shown: the last part of a path, without signs that
/// are not seen or that turn the direction of writing (so that "fdp.exe" cannot
/// pose as a PDF), at most 150 characters with its ending kept.
pub fn shown_name(name: &str) -> String {
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control() && !is_unseen(*c))
        .collect();
    let name = name.trim().trim_start_matches('.').trim();
    if name.is_empty() {
        return "file".to_owned();
    }
    let length = name.chars().count();
    if length <= MOST_NAME_CHARS {
        return name.to_owned();
    }
    let ending = match name.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() <= 10 => format!(".{ending}"),
        _ => String::new(),
    };
    let stem = MOST_NAME_CHARS - ending.chars().count();
    name.chars().take(stem).collect::<String>() + &ending
}

const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{061C}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// A media type that is safe in a header: two short words with a slash between.
pub(crate) fn plain_media_type(media_type: &str) -> String {
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    let is_plain = bare.len() <= 100
        && bare.split_once('/').is_some_and(|(kind, of)| {
            let word = |part: &str| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b))
            };
            word(kind) && word(of)
        });
    if is_plain {
        bare.to_ascii_lowercase()
    } else {
        "application/octet-stream".to_owned()
    }
}

/// "412 KB", "1.4 MB": a size as people say it.
pub(crate) fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                rest => format!("{}.{rest} MB", tenths / 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::stream;

    use super::*;
    use crate::clock::Clock;
    use crate::keys::Keys;

    const KEY: &str = "submissions/a/b";

    fn chunks(count: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::iter((0..count).map(|_| Ok(Bytes::from(vec![7; 100_000]))))
    }

    async fn put(
        store: &Store,
        bytes: impl Stream<Item = Result<Bytes, impl std::fmt::Display>>,
        limit: u64,
    ) -> Result<(Stored, Keys), PutError> {
        let keys = Keys::in_memory(Clock::system()).await.expect("keys");
        let owner = vocab::ids::PersonId(crate::secrets::new_id());
        let stored = keys::files::put((store, &keys), owner, KEY, bytes, limit).await?;
        Ok((stored, keys))
    }

    fn files_in(folder: &Folder) -> usize {
        std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
            .sum()
    }

    #[tokio::test]
    async fn a_file_comes_back_as_it_went_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        let (stored, keys) = put(&store, chunks(25), 3_000_000).await.expect("room");
        assert_eq!(stored.size, 2_500_000);
        let back: Vec<Bytes> = keys::files::get(&store, &keys, KEY)
            .await
            .expect("it is there")
            .try_collect()
            .await
            .expect("it can be read");
        let back = back.concat();
        assert_eq!(back.len(), 2_500_000);
        assert_eq!(hex(&Sha256::digest(&back)), stored.sha256);
    }

    #[tokio::test]
    async fn a_file_of_a_kind_that_nobody_declared_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        let keys = Keys::in_memory(Clock::system()).await.expect("keys");
        let owner = vocab::ids::PersonId(crate::secrets::new_id());
        for key in ["copies/a", "submissions"] {
            let refused = keys::files::put((&store, &keys), owner, key, chunks(1), u64::MAX).await;
            assert!(matches!(refused, Err(PutError::Broken(_))), "{key}");
        }
        assert_eq!(files_in(folder.path()), 0);
    }

    #[tokio::test]
    async fn a_picture_is_kept_without_what_it_says_of_its_making() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        let about = b"\xFF\xD8\xFF\xFE\0\x0A51.5074N\xFF\xDB\0\x03\x07\xFF\xD9";
        let bytes = stream::iter(
            about
                .chunks(5)
                .map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part))),
        );
        let (stored, keys) = put(&store, bytes, 100).await.expect("room");
        let back = keys::files::get_bytes(&store, &keys, KEY)
            .await
            .expect("it is there");
        assert_eq!(&back[..], b"\xFF\xD8\xFF\xDB\0\x03\x07\xFF\xD9");
        assert_eq!(stored.size, back.len() as u64);
        assert_eq!(hex(&Sha256::digest(&back)), stored.sha256);
    }

    #[tokio::test]
    async fn a_file_that_is_too_large_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        let refused = put(&store, chunks(25), 2_000_000).await;
        assert!(matches!(
            refused,
            Err(PutError::TooLarge { limit: 2_000_000 })
        ));
        assert_eq!(files_in(folder.path()), 0);
    }

    #[tokio::test]
    async fn an_upload_that_breaks_off_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        let sent = stream::iter([
            Ok(Bytes::from(vec![1; 2 * PART_BYTES])),
            Err(io::Error::other("gone")),
        ]);
        let refused = put(&store, sent, u64::MAX).await;
        assert!(matches!(refused, Err(PutError::Interrupted(_))));
        assert_eq!(files_in(folder.path()), 0);
        assert!(store.get_bytes(KEY).await.is_err());
    }

    #[tokio::test]
    async fn a_file_that_is_gone_can_be_let_go_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("a store");
        store
            .put_bytes("a", Bytes::from_static(b"x"))
            .await
            .expect("room");
        store.delete("a").await.expect("it goes");
        store.delete("a").await.expect("it is gone already");
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let error = object_store::Error::Generic {
            store: "local",
            source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
        };
        assert!(matches!(broken(&error), PutError::Full));
    }

    #[test]
    fn a_file_name_says_what_it_is_and_no_more() {
        assert_eq!(shown_name("C:\\My Documents\\essay.docx"), "essay.docx");
        assert_eq!(shown_name("../../etc/passwd"), "passwd");
        assert_eq!(shown_name("report\u{202E}fdp.exe"), "reportfdp.exe");
        assert_eq!(shown_name("a\r\nb\0.txt"), "ab.txt");
        assert_eq!(shown_name("  ..  "), "file");
        let long = shown_name(&format!("{}.docx", "é".repeat(400)));
        assert!(long.chars().count() == 150 && long.ends_with("é.docx"));
    }

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(size_words(12), "12 bytes");
        assert_eq!(size_words(412_300), "412 KB");
        assert_eq!(size_words(1_440_000), "1.4 MB");
        assert_eq!(size_words(50 * 1024 * 1024), "52.4 MB");
    }

    #[test]
    fn a_media_type_cannot_carry_anything_else() {
        assert_eq!(plain_media_type("Text/Plain; charset=utf-8"), "text/plain");
        assert_eq!(plain_media_type("a/b\r\nX: y"), "application/octet-stream");
    }
}
