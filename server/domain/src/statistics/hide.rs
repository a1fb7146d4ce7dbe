//! From what people contributed to a table that may be shown: a pure function.
//!
//! A line is hidden where fewer than ten people or three schools are in it, where one
//! person or one school makes up most of it, and where a share is nought or everything.
//! Then as many more are hidden as it takes that the difference between the line over all
//! and the shown lines is again about ten people and two lines at least.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// Fewer people than this are never shown.
pub const FEWEST: usize = 10;
/// Fewer schools than this are never shown: two would know each other's numbers.
pub const FEWEST_SCHOOLS: usize = 3;
/// Numbers are rounded to this.
pub const ROUNDING: i64 = 5;

/// What one person contributes to one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Whose school.
    pub school: Uuid,
    /// Who.
    pub person: Uuid,
    /// To which line.
    pub label: String,
    /// How many of what is counted.
    pub counted: i64,
    /// Out of how many; the same where it is no share.
    pub of: i64,
}

/// One line, with who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it is about.
    pub label: String,
    /// Who is in it.
    pub cohort: BTreeSet<Uuid>,
    /// The rounded number of people, and the rounded value; none where it is hidden.
    pub shown: Option<(i64, i64)>,
}

/// A table: its lines, and the line over all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The lines by their label.
    pub cells: Vec<Cell>,
    /// The line over all.
    pub total: Cell,
}

impl Table {
    /// Every line that is shown, the one over all among them.
    pub fn shown(&self) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .chain([&self.total])
            .filter(|cell| cell.shown.is_some())
    }

    /// How many lines are hidden.
    pub fn hidden(&self) -> usize {
        self.cells.len() + 1 - self.shown().count()
    }
}

/// Makes the table of what people contributed. `is_rate`: the value is a share in per cent.
pub fn table(contributions: &[Contribution], is_rate: bool) -> Table {
    let mut by_label: BTreeMap<&str, Vec<&Contribution>> = BTreeMap::new();
    for one in contributions.iter().filter(|one| one.of > 0) {
        by_label.entry(&one.label).or_default().push(one);
    }
    let all: Vec<&Contribution> = by_label.values().flatten().copied().collect();
    let cells = by_label
        .into_iter()
        .map(|(label, of_label)| cell(label, &of_label, is_rate))
        .collect();
    let mut table = Table {
        cells,
        total: cell("All", &all, is_rate),
    };
    hide_what_can_be_subtracted(&mut table);
    table
}

fn cell(label: &str, contributions: &[&Contribution], is_rate: bool) -> Cell {
    let sum = |value: fn(&Contribution) -> i64| -> i64 {
        contributions.iter().map(|one| value(one)).sum()
    };
    let (counted, of) = (sum(|one| one.counted), sum(|one| one.of));
    let cohort: BTreeSet<Uuid> = contributions.iter().map(|one| one.person).collect();
    let schools: BTreeSet<Uuid> = contributions.iter().map(|one| one.school).collect();
    let value = if is_rate && of > 0 {
        rounded(counted * 100 / of)
    } else {
        rounded(counted)
    };
    let is_plain = !is_rate || (value > 0 && value < 100);
    let is_shown = cohort.len() >= FEWEST
        && schools.len() >= FEWEST_SCHOOLS
        && is_plain
        && !is_dominated(contributions, of);
    Cell {
        label: label.to_owned(),
        shown: is_shown.then(|| (rounded(count(cohort.len())), value)),
        cohort,
    }
}

/// One person makes up more than a quarter of a line, or one school more than three
/// quarters.
fn is_dominated(contributions: &[&Contribution], of: i64) -> bool {
    let most = |key: fn(&Contribution) -> Uuid| {
        let mut by: BTreeMap<Uuid, i64> = BTreeMap::new();
        for one in contributions {
            *by.entry(key(one)).or_default() += one.of;
        }
        by.into_values().max().unwrap_or_default()
    };
    most(|one| one.person) * 4 > of || most(|one| one.school) * 4 > of * 3
}

/// Hides the smallest shown line, until what is left by subtracting every shown line from
/// the one over all is nothing, or at least two lines and ten people. Without enough lines
/// for that the line over all is hidden.
fn hide_what_can_be_subtracted(table: &mut Table) {
    loop {
        let hidden: Vec<&Cell> = table
            .cells
            .iter()
            .filter(|cell| cell.shown.is_none())
            .collect();
        if table.total.shown.is_none() || hidden.is_empty() {
            return;
        }
        let people: BTreeSet<Uuid> = hidden
            .iter()
            .flat_map(|cell| &cell.cohort)
            .copied()
            .collect();
        if hidden.len() >= 2 && people.len() >= FEWEST {
            return;
        }
        let smallest = table
            .cells
            .iter_mut()
            .filter(|cell| cell.shown.is_some())
            .min_by_key(|cell| cell.cohort.len());
        match smallest {
            Some(cell) => cell.shown = None,
            None => table.total.shown = None,
        }
    }
}

/// To the nearest [`ROUNDING`].
pub(super) const fn rounded(number: i64) -> i64 {
    (number + ROUNDING / 2) / ROUNDING * ROUNDING
}

fn count(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}
