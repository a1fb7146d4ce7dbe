//! Why an archive is refused, with a stable code and a sentence for people.
//!
//! A refusal also travels inside an I/O error, because an entry may turn out to
//! lie only while it is read.

use std::io;

/// Why an archive was refused. [`ArchiveError::code`] is stable, the text is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are no zip archive at all.
    #[error("This is not a zip file. Choose the .zip that your school's system exported.")]
    NotAZip,
    /// The archive is cut off, or contradicts itself.
    #[error("The zip file is damaged or incomplete ({what}). Export it again.")]
    Damaged {
        /// What did not fit.
        what: String,
    },
    /// More entries than [`Limits::entries`](super::Limits::entries).
    #[error("The zip file says it holds {found} files; at most {allowed} are read.")]
    TooManyEntries {
        /// The number the archive declares.
        found: u64,
        /// The limit.
        allowed: usize,
    },
    /// The archive, an entry or all entries together are larger than allowed.
    #[error("{what} is too large: at most {limit_mib} MB are read.")]
    TooLarge {
        /// The archive or the entry.
        what: String,
        /// The limit, in mebibytes.
        limit_mib: u64,
    },
    /// An entry grows out of all proportion when it is unpacked.
    #[error("\"{name}\" unpacks to more than {ratio} times its size, as a zip bomb does.")]
    TooDense {
        /// The entry.
        name: String,
        /// The limit.
        ratio: u64,
    },
    /// An entry's name is absolute, climbs out of the archive, or is no plain path.
    #[error("\"{name}\" is not a safe file name inside a zip file.")]
    UnsafePath {
        /// The entry.
        name: String,
    },
    /// An entry is a link or another special file.
    #[error("\"{name}\" is a link or a special file, not a table.")]
    Symlink {
        /// The entry.
        name: String,
    },
    /// An entry is protected by a password.
    #[error("\"{name}\" is protected by a password. Export it without one.")]
    Encrypted {
        /// The entry.
        name: String,
    },
    /// Two entries have the same name.
    #[error("\"{name}\" is in the zip file more than once.")]
    RepeatedName {
        /// The entry.
        name: String,
    },
    /// An entry is compressed in a way that is not read.
    #[error("\"{name}\" is compressed in a way that cannot be read. Use an ordinary zip file.")]
    Unsupported {
        /// The entry.
        name: String,
    },
    /// The reader below the archive failed.
    #[error("The file could not be read to its end. Try again.")]
    Unreadable,
}

impl ArchiveError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAZip => "archive.not_a_zip",
            Self::Damaged { .. } => "archive.damaged",
            Self::TooManyEntries { .. } => "archive.too_many_entries",
            Self::TooLarge { .. } | Self::TooDense { .. } => "archive.too_large",
            Self::UnsafePath { .. } => "archive.unsafe_path",
            Self::Symlink { .. } => "archive.symlink",
            Self::Encrypted { .. } => "archive.encrypted",
            Self::RepeatedName { .. } => "archive.repeated_name",
            Self::Unsupported { .. } => "archive.unsupported",
            Self::Unreadable => "archive.unreadable",
        }
    }

    /// The entry this is about, where there is one.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::TooDense { name, .. }
            | Self::UnsafePath { name }
            | Self::Symlink { name }
            | Self::Encrypted { name }
            | Self::RepeatedName { name }
            | Self::Unsupported { name } => Some(name),
            _ => None,
        }
    }

    /// The refusal that an [`EntryReader`](super::EntryReader) wrapped into an I/O error.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Self {
        error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Self>())
            .cloned()
            .unwrap_or(Self::Unreadable)
    }

    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
