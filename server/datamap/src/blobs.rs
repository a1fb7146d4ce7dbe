//! What lies in the store of files: the register of its kinds. Each has the first part of its
//! key to itself, and `domain::keys::files` keeps nothing under any other. A copy of
//! somebody's data is never in the store: it is made in a file without a name.

use crate::class::Protect;

/// One kind of file in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobKind {
    /// The first part of its key.
    pub folder: &'static str,
    /// The tables whose rows name it, and with which it goes.
    pub tables: &'static [&'static str],
    /// What it holds.
    pub holds: &'static str,
    /// With whose key it is sealed.
    pub protect: Protect,
}

/// Every kind of file in the store.
pub const BLOBS: &[BlobKind] = &[
    BlobKind {
        folder: "submissions",
        tables: &["submission_file", "outbox_file"],
        holds: "what a student adds to an answer, photos among it",
        protect: Protect::WithTheSubjectsKey,
    },
    BlobKind {
        folder: "materials",
        tables: &["assignment_file"],
        holds: "what a teacher adds to set work",
        protect: Protect::WithTheSchoolsKey,
    },
    BlobKind {
        folder: "rosters",
        tables: &["roster_import"],
        holds: "a roster package, which names many people, until it is taken in or another is",
        protect: Protect::WithTheSchoolsKey,
    },
    BlobKind {
        folder: "measured",
        tables: &["submission_file"],
        holds: "made-up bytes, by which the operator measures how long things take",
        protect: Protect::WithTheSubjectsKey,
    },
];

/// The kind of the file with this key; none where nobody declared it.
pub fn blob_kind(key: &str) -> Option<&'static BlobKind> {
    let (folder, _) = key.split_once('/')?;
    BLOBS.iter().find(|kind| kind.folder == folder)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::registry;

    #[test]
    fn every_table_that_names_a_file_says_which_kind_and_every_kind_has_its_tables() {
        let tables = registry();
        let naming: BTreeSet<&str> = tables
            .iter()
            .filter(|table| table.file_key().is_some())
            .map(|table| table.table)
            .collect();
        let told: BTreeSet<&str> = BLOBS.iter().flat_map(|kind| kind.tables).copied().collect();
        assert_eq!(told, naming);
    }

    #[test]
    fn a_key_tells_its_kind_by_its_first_part_alone() {
        let table = |key| blob_kind(key).map(|kind| kind.tables[0]);
        assert_eq!(table("materials/a/b"), Some("assignment_file"));
        for of_no_kind in ["copies/materials/a", "materials", "submissionsx/a", ""] {
            assert_eq!(table(of_no_kind), None, "{of_no_kind}");
        }
    }
}
