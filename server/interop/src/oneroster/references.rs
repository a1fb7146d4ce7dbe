//! Who is who in a package: the ids of every table, and what a reference to one means.
//!
//! The ids are gathered in a first pass over all tables, because tables point at
//! each other in both directions. Whether a reference that is not found is wrong
//! depends on the tables: a delta may speak of what an earlier package brought,
//! a bulk table may not.

use std::collections::{BTreeMap, HashMap};

use super::model::Mode;
use super::tables::Table;

#[derive(Debug)]
struct TableIds {
    mode: Mode,
    /// Each id and the row in which it is first used.
    rows: HashMap<Box<str>, u64>,
    /// False when the table could not be read to its end.
    is_whole: bool,
}

/// The ids of all tables of a package.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    tables: BTreeMap<Table, TableIds>,
}

/// What a reference turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// The record is there, or it is not for this package to know.
    Good,
    /// The table is there, the record is not.
    NoRecord,
    /// The table is not in the package.
    NoTable,
}

impl Ids {
    /// Announces a table of the package; until it is [`Ids::complete`], references to it are not judged.
    pub(crate) fn begin(&mut self, table: Table, mode: Mode) {
        let ids = TableIds {
            mode,
            rows: HashMap::new(),
            is_whole: false,
        };
        self.tables.insert(table, ids);
    }

    pub(crate) fn add(&mut self, table: Table, id: &str, row: u64) {
        if let Some(ids) = self.tables.get_mut(&table)
            && !ids.rows.contains_key(id)
        {
            ids.rows.insert(id.into(), row);
        }
    }

    pub(crate) fn complete(&mut self, table: Table) {
        if let Some(ids) = self.tables.get_mut(&table) {
            ids.is_whole = true;
        }
    }

    /// The first row with this id.
    pub(crate) fn first_row(&self, table: Table, id: &str) -> Option<u64> {
        self.tables.get(&table)?.rows.get(id).copied()
    }

    /// Judges a reference from a table of mode `from` to the record `id` of `target`.
    pub(crate) fn judge(&self, from: Mode, target: Table, id: &str) -> Reference {
        match self.tables.get(&target) {
            None if from == Mode::Bulk => Reference::NoTable,
            Some(ids) if ids.mode == Mode::Bulk && ids.is_whole && !ids.rows.contains_key(id) => {
                Reference::NoRecord
            }
            _ => Reference::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_bulk_table_proves_that_somebody_is_missing() {
        let mut ids = Ids::default();
        ids.begin(Table::Users, Mode::Bulk);
        ids.begin(Table::Orgs, Mode::Delta);
        ids.add(Table::Users, "a", 2);
        ids.add(Table::Users, "a", 3);
        assert_eq!(ids.judge(Mode::Bulk, Table::Users, "b"), Reference::Good);
        ids.complete(Table::Users);
        ids.complete(Table::Orgs);
        assert_eq!(ids.judge(Mode::Bulk, Table::Users, "a"), Reference::Good);
        assert_eq!(
            ids.judge(Mode::Bulk, Table::Users, "b"),
            Reference::NoRecord
        );
        assert_eq!(ids.judge(Mode::Bulk, Table::Orgs, "b"), Reference::Good);
        assert_eq!(
            ids.judge(Mode::Bulk, Table::Courses, "b"),
            Reference::NoTable
        );
        assert_eq!(ids.judge(Mode::Delta, Table::Courses, "b"), Reference::Good);
        assert_eq!(ids.first_row(Table::Users, "a"), Some(2));
    }
}
