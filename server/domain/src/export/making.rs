//! A copy while it goes out. What the database holds is in it before the first byte does, and
//! that it was made is on record; files come in one by one, while what is done already is on
//! its way. It is written to disk, so that memory stays small however much there is, and on
//! threads that may wait for the disk. The list of what is inside comes last: a copy that
//! breaks off has none and does not open.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::vec::IntoIter;

use bytes::Bytes;
use futures::{Stream, stream};
use zip::ZipWriter;

use super::archive::{begin, is_missing, whole};
use super::listed::Listed;
use super::{Error, Means};
use crate::db::Db;
use crate::files::Store;
use crate::keys::files::FileError;

/// Whom somebody asks about a file that is not in their copy.
const ASK_SCHOOL: &str = "Ask your school about it.";

/// What goes out at once, in bytes, at most.
const PIECE: usize = 64 * 1024;

/// A copy that is being made. Nothing is left of one that is dropped.
#[derive(Debug)]
pub struct Making {
    archive: Archive,
    /// What is written, to read it while it grows.
    written: Arc<File>,
    files: Files,
}

impl Making {
    /// Goes on with an archive that these files are still missing in.
    pub(super) fn new(
        archive: Archive,
        files: Vec<Listed>,
        means: Means<'_>,
    ) -> Result<Self, Error> {
        Ok(Self {
            written: Arc::new(archive.file()?.try_clone()?),
            archive,
            files: Files {
                listed: files.into_iter(),
                db: means.db.clone(),
                store: means.store.clone(),
            },
        })
    }

    /// All of it, in a file without a name, which goes when it is closed.
    pub async fn whole(mut self) -> Result<File, Error> {
        let mut archive = self.archive;
        while let Some((file, bytes)) = self.files.next().await? {
            archive = archive.with(file, bytes).await?;
        }
        aside(move || archive.finish()).await
    }

    /// Its bytes in pieces of at most 64 KiB, as it is made. Where it cannot be made to its
    /// end, an error ends them.
    pub fn bytes(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
        let going = Going {
            done: self.archive.done,
            archive: Some(self.archive),
            written: self.written,
            files: self.files,
            sent: 0,
        };
        stream::try_unfold(going, |mut going| async move {
            let piece = going.next().await?;
            Ok::<_, Error>(piece.map(|piece| (piece, going)))
        })
    }
}

/// A copy on its way out.
struct Going {
    /// None once everything is written.
    archive: Option<Archive>,
    written: Arc<File>,
    files: Files,
    /// So many bytes went out.
    sent: u64,
    /// So many may go out.
    done: u64,
}

impl Going {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while self.sent == self.done {
            let Some(archive) = self.archive.take() else {
                return Ok(None);
            };
            if let Some((file, bytes)) = self.files.next().await? {
                let archive = archive.with(file, bytes).await?;
                self.done = archive.done;
                self.archive = Some(archive);
            } else {
                aside(move || archive.finish()).await?;
                self.done = self.written.metadata()?.len();
            }
        }
        let (written, from, to) = (Arc::clone(&self.written), self.sent, self.done);
        let piece = aside(move || piece(&written, from, to).map_err(Error::Writing)).await?;
        self.sent += u64::try_from(piece.len()).map_err(io::Error::other)?;
        Ok(Some(piece))
    }
}

/// Does what waits for the disk where nobody else waits for it.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// The bytes from one place to another, at most a piece. Whoever writes shares the place in
/// the file, and finds it where it was.
fn piece(mut file: &File, from: u64, to: u64) -> io::Result<Bytes> {
    let length = usize::try_from(to - from).map_or(PIECE, |left| left.min(PIECE));
    let mut piece = vec![0; length];
    let place = file.stream_position()?;
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(&mut piece)?;
    file.seek(SeekFrom::Start(place))?;
    Ok(piece.into())
}

/// The files that are still to come.
#[derive(Debug)]
struct Files {
    listed: IntoIter<Listed>,
    db: Db,
    store: Store,
}

impl Files {
    async fn next(&mut self) -> Result<Option<(Listed, Result<File, FileError>)>, Error> {
        let Some(file) = self.listed.next() else {
            return Ok(None);
        };
        let bytes = whole(&self.store, self.db.keys(), &file.key).await?;
        Ok(Some((file, bytes)))
    }
}

/// An archive that is read from while it is written.
#[derive(Debug)]
pub(super) struct Archive {
    /// On the heap: it is large, and moves from piece to piece.
    zip: Box<ZipWriter<File>>,
    /// So many bytes stay as they are. The head of a part is written once more at its end,
    /// which is when the next one begins: that of the last one may still change.
    done: u64,
}

impl Archive {
    /// One with nothing in it, in a file without a name.
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {
            zip: Box::new(ZipWriter::new(tempfile::tempfile()?)),
            done: 0,
        })
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, text: &[u8]) -> Result<(), Error> {
        let done = self.length()?;
        begin(&mut self.zip, name, true)?;
        self.done = done;
        self.zip.write_all(text)?;
        Ok(())
    }

    /// The same archive with one file more.
    async fn with(mut self, file: Listed, bytes: Result<File, FileError>) -> Result<Self, Error> {
        aside(move || {
            self.add(&file, bytes)?;
            Ok(self)
        })
        .await
    }

    /// Adds a file, or says in its place that it is missing: it does not take the rest of
    /// the copy with it.
    fn add(&mut self, file: &Listed, bytes: Result<File, FileError>) -> Result<(), Error> {
        let done = self.length()?;
        match bytes {
            Ok(mut bytes) => {
                let name = format!("files/{} {}", file.id, file.name);
                begin(&mut self.zip, &name, false)?;
                io::copy(&mut bytes, &mut self.zip)?;
            }
            Err(error) => {
                tracing::error!(%error, "a file of a copy is missing or not whole");
                let named = (file.id, file.name.as_str());
                is_missing(&mut self.zip, named, &error, ASK_SCHOOL)?;
            }
        }
        self.done = done;
        Ok(())
    }

    /// Writes the list of what is inside.
    fn finish(self) -> Result<File, Error> {
        let mut file = self.zip.finish().map_err(io::Error::other)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    fn file(&self) -> io::Result<&File> {
        self.zip
            .get_ref()
            .ok_or_else(|| io::Error::other("the archive is closed"))
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.file()?.metadata()?.len())
    }
}
