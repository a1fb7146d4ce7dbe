//! The first row of a table: which column stands where.
//!
//! Version 1.2 is held to the letter: every column, in the standard's order and
//! spelling, and only `metadata.` columns after them. For 1.1 a column is
//! recognised whatever its place and letter case, and by the other names that
//! systems of that time give it; each such liberty is a warning.

use std::collections::HashSet;

use csv::ByteRecord;

use super::columns::{Column, Kind, Need, columns};
use super::model::Version;
use super::problem::{Findings, Problem, Severity, shown};
use super::tables::Table;

/// Where each column of a table stands in its file.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) columns: &'static [Column],
    /// For each of `columns`, its place among the cells of a row.
    pub(crate) places: Vec<Option<usize>>,
    /// The number of cells in the header.
    pub(crate) width: usize,
}

impl Header {
    /// The cells of `record`, in the order of the standard's columns.
    pub(crate) fn cells<'r>(
        &self,
        record: &'r ByteRecord,
    ) -> impl Iterator<Item = (&'static Column, Option<&'r [u8]>)> {
        let places = self.places.iter();
        self.columns.iter().zip(places).map(move |(column, place)| {
            let cell = place.map(|place| record.get(place).unwrap_or_default());
            (column, cell)
        })
    }

    /// The cell that holds the row's own id.
    pub(crate) fn id<'r>(&self, record: &'r ByteRecord) -> Option<&'r str> {
        let cell = self
            .cells(record)
            .find(|(column, _)| matches!(column.kind, Kind::Id | Kind::IdOf(_)))
            .and_then(|(_, cell)| cell)?;
        std::str::from_utf8(cell).ok().map(str::trim)
    }
}

/// Reads a header; `None`, with a finding, when the rows below it cannot be read by it.
pub(crate) fn read(
    record: &ByteRecord,
    table: Table,
    version: Version,
    findings: &mut Findings,
) -> Option<Header> {
    let file = table.file_name();
    let mut names = Vec::with_capacity(record.len());
    for cell in record {
        match std::str::from_utf8(cell) {
            Ok(name) if !name.contains('\0') => names.push(name.trim()),
            _ => {
                let reason = "The file is not written as UTF-8. Save it as \"CSV UTF-8\".";
                findings.refuse(Problem::in_file(file, "file.not_utf8", reason).at_row(1));
                return None;
            }
        }
    }
    let mut reading = Reading {
        table,
        findings,
        is_usable: true,
    };
    reading.refuse_repeated(&names);
    let columns = columns(table, version);
    let places = match version {
        Version::V1_2 => reading.places_to_the_letter(columns, &names),
        Version::V1_1 => reading.places_by_meaning(columns, &names),
    };
    reading.is_usable.then_some(Header {
        columns,
        places,
        width: names.len(),
    })
}

struct Reading<'a> {
    table: Table,
    findings: &'a mut Findings,
    is_usable: bool,
}

impl Reading<'_> {
    fn add(&mut self, severity: Severity, field: &str, code: &'static str, reason: String) {
        self.is_usable &= severity == Severity::Warn;
        let problem = Problem::in_file(self.table.file_name(), code, reason)
            .at_row(1)
            .at_field(field);
        self.findings.add(severity, problem);
    }

    fn refuse_repeated(&mut self, names: &[&str]) {
        let mut seen = HashSet::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            if !seen.insert(*name) {
                let reason = format!("The column \"{}\" is there twice.", shown(name));
                self.add(Severity::Refuse, name, "header.duplicate_column", reason);
            }
        }
    }

    fn places_to_the_letter(
        &mut self,
        columns: &'static [Column],
        names: &[&str],
    ) -> Vec<Option<usize>> {
        let places: Vec<_> = columns
            .iter()
            .map(|column| names.iter().position(|name| *name == column.name))
            .collect();
        for (column, place) in columns.iter().zip(&places) {
            if place.is_none() {
                let reason = format!("The column \"{}\" is missing.", column.name);
                self.add(
                    Severity::Refuse,
                    column.name,
                    "header.missing_column",
                    reason,
                );
            }
        }
        for name in names {
            let is_known = columns.iter().any(|column| column.name == *name);
            if is_known || is_extension(name) {
                continue;
            }
            let alike = columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(name));
            let reason = match alike {
                Some(column) => format!(
                    "The column \"{}\" must be written \"{}\".",
                    shown(name),
                    column.name
                ),
                None => format!("The column \"{}\" is not known.", shown(name)),
            };
            self.add(Severity::Refuse, name, "header.unknown_column", reason);
        }
        let is_in_order = places
            .iter()
            .enumerate()
            .all(|(i, place)| *place == Some(i));
        if self.is_usable && !is_in_order {
            let wanted = places
                .iter()
                .enumerate()
                .find(|(i, place)| **place != Some(*i));
            let field = wanted.map_or("", |(i, _)| columns[i].name);
            let reason =
                format!("The columns are not in the standard's order: \"{field}\" is misplaced.");
            self.add(Severity::Refuse, field, "header.wrong_order", reason);
        }
        places
    }

    fn places_by_meaning(
        &mut self,
        columns: &'static [Column],
        names: &[&str],
    ) -> Vec<Option<usize>> {
        let mut taken = vec![false; names.len()];
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let place = place_by_meaning(column, names, &taken);
            if let Some(place) = place {
                taken[place] = true;
                let name = names[place];
                if name != column.name {
                    let reason = format!(
                        "The column \"{}\" was read as \"{}\".",
                        shown(name),
                        column.name
                    );
                    self.add(Severity::Warn, name, "header.renamed_column", reason);
                }
            } else if column.need != Need::Optional {
                let severity = match column.need {
                    Need::Essential => Severity::Refuse,
                    _ => Severity::Warn,
                };
                let reason = format!("The column \"{}\" is missing.", column.name);
                self.add(severity, column.name, "header.missing_column", reason);
            }
            places.push(place);
        }
        for (name, _) in names.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            if !is_extension(name) {
                let reason = format!(
                    "The column \"{}\" is not known and was left out.",
                    shown(name)
                );
                self.add(Severity::Warn, name, "header.unknown_column", reason);
            }
        }
        places
    }
}

fn place_by_meaning(column: &Column, names: &[&str], taken: &[bool]) -> Option<usize> {
    let find = |wanted: &str| {
        names
            .iter()
            .zip(taken)
            .position(|(name, taken)| !taken && name.eq_ignore_ascii_case(wanted))
    };
    let exact = names.iter().position(|name| *name == column.name);
    exact
        .or_else(|| find(column.name))
        .or_else(|| column.also.iter().find_map(|name| find(name)))
}

/// A column that the standard leaves to others, or one that a spreadsheet left empty.
fn is_extension(name: &str) -> bool {
    name.is_empty() || name.starts_with("metadata.")
}
