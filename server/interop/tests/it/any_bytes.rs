//! Whatever comes in, an answer comes out: no panic, no endless loop.

use interop::oneroster::{Table, read};
use proptest::prelude::*;

use crate::packages::small_school;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn a_package_with_changed_bytes_gets_an_answer(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        length in any::<proptest::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = small_school().zip();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Err(problems) = read(&bytes) {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn arbitrary_cells_get_an_answer(cells in proptest::collection::vec(".{0,40}", 1..24)) {
        let row = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        for table in [Table::Users, Table::Roles, Table::Orgs] {
            let mut school = small_school();
            for (name, content) in &mut school.files {
                if name == table.file_name() {
                    content.push_str(&row);
                }
            }
            if let Err(problems) = read(&school.zip()) {
                prop_assert!(!problems.is_empty());
                prop_assert!(problems.iter().all(|problem| problem.reason.chars().count() < 400));
            }
        }
    }

    #[test]
    fn arbitrary_text_as_a_table_gets_an_answer(text in "[a-zA-Z,\"\r\n \u{e9}]{0,300}") {
        let school = small_school().with(Table::Users, &text);
        prop_assert!(read(&school.zip()).is_err());
    }
}
