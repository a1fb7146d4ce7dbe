//! Bounded reading of a zip that somebody uploaded.
//!
//! Nothing an archive says about itself is believed: the number of entries is
//! checked before the directory is loaded, each entry is cut off where its
//! declared size ends, and the limits hold for the decompressed bytes. Paths
//! that leave the archive, links, encrypted entries and repeated names are
//! refused. Nothing is ever written to disk, and an archive inside an archive is
//! a plain file here: it is never opened.

mod refusal;

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};

use zip::CompressionMethod;
use zip::read::{ZipArchive, ZipFile};

pub use refusal::ArchiveError;

/// How much an archive may hold. Sizes are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The archive itself, compressed.
    pub archive_bytes: u64,
    /// Entries, folders and clutter included.
    pub entries: usize,
    /// One entry, decompressed.
    pub entry_bytes: u64,
    /// All entries together, decompressed.
    pub total_bytes: u64,
    /// Decompressed bytes for each compressed byte; judged from one mebibyte on,
    /// because small repetitive tables honestly compress very well.
    pub ratio: u64,
}

impl Limits {
    /// The limits for a roster: some twenty tables, the largest school trust.
    #[must_use]
    pub const fn roster() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            archive_bytes: 32 * MIB,
            entries: 64,
            entry_bytes: 64 * MIB,
            total_bytes: 256 * MIB,
            ratio: 300,
        }
    }
}

/// One file of an archive that passed the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Its name, without the folder that all files share.
    pub name: String,
    /// The size it declares, in bytes, decompressed. More is never read.
    pub size_bytes: u64,
    index: usize,
}

/// An archive whose directory has been checked; its files are read one at a time.
#[derive(Debug)]
pub struct Archive<R> {
    zip: ZipArchive<R>,
    files: Vec<ArchiveFile>,
    clutter: Vec<String>,
}

impl<R: Read + Seek> Archive<R> {
    /// Checks the directory of the archive against `limits`.
    ///
    /// # Errors
    /// Every reason at once why it is refused.
    pub fn open(mut reader: R, limits: &Limits) -> Result<Self, Vec<ArchiveError>> {
        check_end_record(&mut reader, limits).map_err(|error| vec![error])?;
        let zip = ZipArchive::new(reader)
            .map_err(|_| vec![ArchiveError::damaged("its list of files cannot be read")])?;
        if zip.len() > limits.entries {
            return Err(vec![ArchiveError::TooManyEntries {
                found: zip.len() as u64,
                allowed: limits.entries,
            }]);
        }
        let (files, clutter) = check_entries(&zip, limits)?;
        Ok(Self {
            zip,
            files: without_common_folder(files),
            clutter,
        })
    }

    /// The files, in the archive's order, without folders and clutter.
    #[must_use]
    pub fn files(&self) -> &[ArchiveFile] {
        &self.files
    }

    /// Names of what an operating system left behind and nobody needs.
    #[must_use]
    pub fn clutter(&self) -> &[String] {
        &self.clutter
    }

    /// Reads one file from its beginning, never beyond its declared size.
    ///
    /// # Errors
    /// When the entry's own header is unreadable.
    pub fn read(&mut self, file: &ArchiveFile) -> Result<EntryReader<'_, R>, ArchiveError> {
        let inner = self
            .zip
            .by_index(file.index)
            .map_err(|_| ArchiveError::damaged(format!("\"{}\" cannot be opened", file.name)))?;
        Ok(EntryReader {
            inner,
            name: file.name.clone(),
            left_bytes: file.size_bytes,
        })
    }
}

/// Reads an entry and fails, with an [`ArchiveError`] inside, when its content is
/// longer or shorter than declared, or does not match its checksum.
#[derive(Debug)]
pub struct EntryReader<'a, R: Read> {
    inner: ZipFile<'a, R>,
    name: String,
    left_bytes: u64,
}

impl<R: Read> EntryReader<'_, R> {
    fn damaged(&self, what: &str) -> io::Error {
        io::Error::other(ArchiveError::damaged(format!("\"{}\" {what}", self.name)))
    }
}

impl<R: Read> Read for EntryReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte more than declared, so that a size that lies is seen.
        let room = usize::try_from(self.left_bytes.saturating_add(1)).unwrap_or(usize::MAX);
        let length = buffer.len().min(room);
        if length == 0 {
            return Ok(0);
        }
        let read = self
            .inner
            .read(&mut buffer[..length])
            .map_err(|_| self.damaged("cannot be unpacked"))?;
        if read == 0 && self.left_bytes > 0 {
            return Err(self.damaged("is shorter than it says"));
        }
        match self.left_bytes.checked_sub(read as u64) {
            Some(left) => self.left_bytes = left,
            None => return Err(self.damaged("is longer than it says")),
        }
        Ok(read)
    }
}

const END_RECORD: [u8; 4] = *b"PK\x05\x06";
const END_RECORD_BYTES: usize = 22;
const ZIP64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const ZIP64_LOCATOR_BYTES: usize = 20;
const ZIP64_RECORD: [u8; 4] = *b"PK\x06\x06";
const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";

/// Looks at the end of the archive, where the number of entries stands, before
/// anything is loaded: a directory of a million entries must not reach memory.
fn check_end_record<R: Read + Seek>(reader: &mut R, limits: &Limits) -> Result<(), ArchiveError> {
    let unreadable = |_| ArchiveError::Unreadable;
    let length = reader.seek(SeekFrom::End(0)).map_err(unreadable)?;
    if length > limits.archive_bytes {
        return Err(ArchiveError::TooLarge {
            what: "The zip file".to_owned(),
            limit_mib: limits.archive_bytes >> 20,
        });
    }
    let longest_tail = (ZIP64_LOCATOR_BYTES + END_RECORD_BYTES) as u64 + u64::from(u16::MAX);
    let tail_start = length.saturating_sub(longest_tail);
    reader
        .seek(SeekFrom::Start(tail_start))
        .map_err(unreadable)?;
    let mut tail = Vec::new();
    reader
        .take(longest_tail)
        .read_to_end(&mut tail)
        .map_err(unreadable)?;

    let mut found = false;
    for at in 0..tail.len().saturating_sub(END_RECORD_BYTES - 1) {
        if tail[at..at + 4] != END_RECORD {
            continue;
        }
        // Every candidate is checked, also one that only looks like the record:
        // which one a reader believes must make no difference.
        found = true;
        let declared = u64::from(le_u16(&tail, at + 8).max(le_u16(&tail, at + 10)));
        let locator = at
            .checked_sub(ZIP64_LOCATOR_BYTES)
            .filter(|start| tail[*start..*start + 4] == ZIP64_LOCATOR);
        let declared = match locator {
            Some(start) => zip64_entries(reader, le_u64(&tail, start + 8))?,
            None => declared,
        };
        if declared > limits.entries as u64 {
            return Err(ArchiveError::TooManyEntries {
                found: declared,
                allowed: limits.entries,
            });
        }
    }
    if found {
        reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        return Ok(());
    }
    let mut start = [0; 4];
    reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let is_cut_off = reader.read_exact(&mut start).is_ok() && start == LOCAL_HEADER;
    Err(if is_cut_off {
        ArchiveError::damaged("its end is missing")
    } else {
        ArchiveError::NotAZip
    })
}

fn zip64_entries<R: Read + Seek>(reader: &mut R, offset: u64) -> Result<u64, ArchiveError> {
    let mut record = [0; 40];
    let read = reader
        .seek(SeekFrom::Start(offset))
        .and_then(|_| reader.read_exact(&mut record));
    if read.is_err() || record[..4] != ZIP64_RECORD {
        return Err(ArchiveError::damaged("its end points nowhere"));
    }
    Ok(le_u64(&record, 24).max(le_u64(&record, 32)))
}

fn le_u16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn le_u64(bytes: &[u8], at: usize) -> u64 {
    (0..8).fold(0, |sum, i| sum | u64::from(bytes[at + i]) << (8 * i))
}

type Checked = (Vec<ArchiveFile>, Vec<String>);

fn check_entries<R: Read + Seek>(
    zip: &ZipArchive<R>,
    limits: &Limits,
) -> Result<Checked, Vec<ArchiveError>> {
    let mut errors = Vec::new();
    let (mut files, mut clutter) = (Vec::new(), Vec::new());
    let mut names = HashSet::new();
    let mut total_bytes = 0_u64;
    for index in 0..zip.len() {
        let Ok(entry) = zip.by_index_data(index) else {
            errors.push(ArchiveError::damaged("its list of files has a gap"));
            continue;
        };
        let path = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let name = shown(&path);
        if !is_safe(&path) {
            errors.push(ArchiveError::UnsafePath { name });
        } else if is_special(entry.unix_mode()) || entry.is_symlink() {
            errors.push(ArchiveError::Symlink { name });
        } else if entry.is_dir() {
            // A folder is nothing to read; its files are judged on their own.
        } else if is_clutter(&path) {
            clutter.push(name);
        } else if !names.insert(path.to_lowercase()) {
            errors.push(ArchiveError::RepeatedName { name });
        } else if entry.encrypted() {
            errors.push(ArchiveError::Encrypted { name });
        } else if !matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            errors.push(ArchiveError::Unsupported { name });
        } else if entry.size() > limits.entry_bytes {
            errors.push(ArchiveError::TooLarge {
                what: format!("\"{name}\""),
                limit_mib: limits.entry_bytes >> 20,
            });
        } else if is_too_dense(entry.size(), entry.compressed_size(), limits.ratio) {
            let ratio = limits.ratio;
            errors.push(ArchiveError::TooDense { name, ratio });
        } else {
            total_bytes = total_bytes.saturating_add(entry.size());
            files.push(ArchiveFile {
                name: path,
                size_bytes: entry.size(),
                index,
            });
        }
    }
    if zip.has_duplicate_names() && errors.is_empty() {
        let name = "a file".to_owned();
        errors.push(ArchiveError::RepeatedName { name });
    }
    if total_bytes > limits.total_bytes {
        errors.push(ArchiveError::TooLarge {
            what: "The unpacked content of the zip file".to_owned(),
            limit_mib: limits.total_bytes >> 20,
        });
    }
    if errors.is_empty() {
        Ok((files, clutter))
    } else {
        Err(errors)
    }
}

fn is_safe(path: &str) -> bool {
    let inside = path.strip_suffix('/').unwrap_or(path);
    !inside.is_empty()
        && inside.len() <= 255
        && !inside.contains(['\\', ':'])
        && !inside.chars().any(char::is_control)
        && inside
            .split('/')
            .all(|part| !matches!(part, "" | "." | ".."))
}

/// Anything but a regular file or a folder, by the kind bits of the Unix mode.
fn is_special(unix_mode: Option<u32>) -> bool {
    !matches!(
        unix_mode.unwrap_or(0) & 0o170_000,
        0 | 0o100_000 | 0o040_000
    )
}

fn is_clutter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with("__MACOSX/")
        || name.starts_with("._")
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

fn is_too_dense(size_bytes: u64, packed_bytes: u64, ratio: u64) -> bool {
    size_bytes > 1024 * 1024 && size_bytes / packed_bytes.max(1) > ratio
}

/// Some systems export a folder of tables: where one folder holds everything, it
/// is taken off. Anything else keeps its path, and so its strangeness.
fn without_common_folder(mut files: Vec<ArchiveFile>) -> Vec<ArchiveFile> {
    let folder = files
        .first()
        .and_then(|file| file.name.split_once('/'))
        .map(|(folder, _)| format!("{folder}/"));
    if let Some(folder) = folder
        && files.iter().all(|file| file.name.starts_with(&folder))
    {
        for file in &mut files {
            file.name.drain(..folder.len());
        }
    }
    files
}

/// A name or a cell as it may be shown: no control characters, at most 60 characters.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut cut: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        cut.pop();
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_archive_is_not_safe() {
        for path in [
            "/etc/passwd",
            "../a",
            "a/../b",
            "a\\b",
            "C:/a",
            "",
            "a//b",
            "./a",
            "a\0",
        ] {
            assert!(!is_safe(path), "{path:?}");
        }
        for path in ["users.csv", "export/users.csv", "export/", "a..b.csv"] {
            assert!(is_safe(path), "{path:?}");
        }
    }

    #[test]
    fn only_a_folder_that_holds_everything_is_taken_off() {
        let files = |names: &[&str]| {
            let files = names.iter().map(|name| ArchiveFile {
                name: (*name).to_owned(),
                size_bytes: 0,
                index: 0,
            });
            let stripped = without_common_folder(files.collect());
            stripped.into_iter().map(|f| f.name).collect::<Vec<_>>()
        };
        assert_eq!(files(&["x/a.csv", "x/b.csv"]), ["a.csv", "b.csv"]);
        assert_eq!(files(&["x/a.csv", "b.csv"]), ["x/a.csv", "b.csv"]);
        assert_eq!(files(&["x/a.csv", "xy/b.csv"]), ["x/a.csv", "xy/b.csv"]);
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        assert_eq!(shown("a\nb"), "a b");
        assert_eq!(shown(&"é".repeat(61)).chars().count(), 60);
        assert_eq!(shown(&"é".repeat(60)), "é".repeat(60));
    }
}
