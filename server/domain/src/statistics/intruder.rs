//! Somebody who wants to find somebody: tries on a table, and on it together with the
//! earlier ones, what such a person would try. What it finds is recorded with the release,
//! and a release in which it finds anything is not made.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Error;
use super::hide::{FEWEST, ROUNDING, Table};

/// What the search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Lines that were looked at.
    pub lines: usize,
    /// Shown lines with fewer than ten people, or a number that is not rounded.
    pub small: usize,
    /// What is left by subtracting the shown lines from the one over all is few people.
    pub by_subtracting: usize,
    /// People who are alone in a shown line, so that whoever knows that much of them has
    /// found them.
    pub alone: usize,
    /// Lines that show a share of nought or everything, and so tell it of each.
    pub of_everybody: usize,
}

impl Found {
    /// True where nobody could be found.
    pub const fn is_nothing(self) -> bool {
        self.small + self.by_subtracting + self.alone + self.of_everybody == 0
    }

    /// As it is recorded.
    pub fn words(self) -> String {
        format!(
            "{} shown lines: {} small or not rounded, {} found by subtracting, {} people alone in a line, {} lines true of everybody",
            self.lines, self.small, self.by_subtracting, self.alone, self.of_everybody
        )
    }
}

/// A table in which the search found nobody: no other one is released.
#[derive(Debug)]
pub(super) struct Searched {
    table: Table,
    found: Found,
}

impl Searched {
    /// Searches a table, and refuses it where it finds anything.
    pub(super) fn new(table: Table, is_rate: bool) -> Result<Self, Error> {
        let found = search(&table, is_rate);
        if found.is_nothing() {
            Ok(Self { table, found })
        } else {
            Err(Error::Found(found.words()))
        }
    }

    /// The table that was searched.
    pub(super) const fn table(&self) -> &Table {
        &self.table
    }

    /// What was looked at, as it is recorded.
    pub(super) fn words(&self) -> String {
        self.found.words()
    }
}

/// Searches a table for somebody. The searcher has the table and, to be as strong as can
/// be, knows of everybody in which lines they are.
pub fn search(table: &Table, is_rate: bool) -> Found {
    let mut found = Found::default();
    for cell in table.shown() {
        found.lines += 1;
        let (people, value) = cell.shown.unwrap_or_default();
        let is_round = people % ROUNDING == 0 && value % ROUNDING == 0;
        if cell.cohort.len() < FEWEST || !is_round {
            found.small += 1;
        }
        if is_rate && (value <= 0 || value >= 100) {
            found.of_everybody += 1;
        }
        // Lines of one template do not cross: what is published of somebody is one line.
        if cell.cohort.len() == 1 {
            found.alone += 1;
        }
    }
    let rest: BTreeSet<Uuid> = table
        .cells
        .iter()
        .filter(|cell| cell.shown.is_none())
        .flat_map(|cell| &cell.cohort)
        .copied()
        .collect();
    if table.total.shown.is_some() && !rest.is_empty() {
        let hidden = table.cells.iter().filter(|cell| cell.shown.is_none());
        if rest.len() < FEWEST || hidden.count() < 2 {
            found.by_subtracting += 1;
        }
    }
    found
}
