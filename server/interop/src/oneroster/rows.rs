//! The check of one row: every cell against its column, every reference against
//! the package.
//!
//! What passes is handed on as a [`Row`] of clean cells; what does not is
//! reported with its file, row and column. In 1.2 every fault refuses the
//! package. In 1.1 a fault in a cell that is not essential is a warning, and the
//! cell counts as empty.

use std::borrow::Cow;

use csv::ByteRecord;

use super::columns::{Column, Kind, Need, STATUS_WORDS};
use super::fields;
use super::header::Header;
use super::model::{Mode, Version};
use super::problem::{Findings, Problem, Severity, shown};
use super::references::{Ids, Reference};
use super::tables::Table;
use super::words::RowStatus;

/// A row whose cells are right, or empty.
pub(crate) struct Row<'r> {
    pub(crate) number: u64,
    pub(crate) status: Option<RowStatus>,
    columns: &'static [Column],
    cells: Vec<Cow<'r, str>>,
}

impl Row<'_> {
    /// A cell by its column's standard name; empty when there is nothing in it.
    pub(crate) fn cell(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|column| column.name == name);
        at.map_or("", |at| &self.cells[at])
    }
}

/// What the rows of one table are checked against.
pub(crate) struct Checks<'a> {
    pub(crate) table: Table,
    pub(crate) version: Version,
    pub(crate) mode: Mode,
    pub(crate) ids: &'a Ids,
    pub(crate) findings: &'a mut Findings,
}

/// Why a cell is not right.
struct Fault {
    code: &'static str,
    reason: String,
}

impl Fault {
    fn new(code: &'static str, cell: &str, wanted: &str) -> Self {
        let reason = format!("\"{}\" is not {wanted}.", shown(cell));
        Self { code, reason }
    }
}

impl Checks<'_> {
    /// Checks a row. `None` when it is empty or cannot be read at all.
    pub(crate) fn check<'r>(
        &mut self,
        header: &Header,
        record: &'r ByteRecord,
        number: u64,
    ) -> Option<Row<'r>> {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return None;
        }
        self.check_width(header, record, number)?;
        let mut texts = Vec::with_capacity(header.columns.len());
        for (column, cell) in header.cells(record) {
            let text = cell.map(std::str::from_utf8).transpose();
            let Ok(text) = text else {
                let reason = "This cell is not written as UTF-8. Save the file as \"CSV UTF-8\".";
                let fault = Fault {
                    code: "row.not_utf8",
                    reason: reason.to_owned(),
                };
                let problem = self.problem(column, number, fault);
                self.findings.add_once(Severity::Refuse, problem);
                return None;
            };
            texts.push((column, text.map(|text| self.trimmed(column, text))));
        }
        let status = texts
            .iter()
            .find(|(column, _)| matches!(column.kind, Kind::Status))
            .and_then(|(_, text)| RowStatus::of(text.unwrap_or_default()));
        let is_deleted = status == Some(RowStatus::ToBeDeleted);
        let cells = texts
            .into_iter()
            .map(|(column, text)| self.kept(column, text, number, is_deleted))
            .collect();
        let row = Row {
            number,
            status,
            columns: header.columns,
            cells,
        };
        self.check_dates(&row);
        Some(row)
    }

    fn check_width(&mut self, header: &Header, record: &ByteRecord, number: u64) -> Option<()> {
        let beyond = record.iter().skip(header.width);
        let is_too_wide = beyond.into_iter().any(|cell| !cell.trim_ascii().is_empty());
        let is_too_short = record.len() < header.width;
        if !is_too_wide && !is_too_short {
            return Some(());
        }
        // A short row may have lost its last, empty cells; a wide one has shifted.
        let severity = if is_too_wide || self.version == Version::V1_2 {
            Severity::Refuse
        } else {
            Severity::Warn
        };
        let reason = format!(
            "This row has {} cells, the first row has {}. Is a comma or a quotation mark missing?",
            record.len(),
            header.width
        );
        let problem = Problem::in_file(self.table.file_name(), "row.wrong_cell_count", reason);
        self.findings.add(severity, problem.at_row(number));
        (severity == Severity::Warn).then_some(())
    }

    /// Text loses the spaces around it; in 1.2 anything else must be exact.
    fn trimmed<'r>(&self, column: &Column, text: &'r str) -> &'r str {
        let trimmed = text.trim();
        let is_exact = self.version == Version::V1_2
            && !trimmed.is_empty()
            && !matches!(column.kind, Kind::Text);
        if is_exact { text } else { trimmed }
    }

    /// The cell as it may be used: itself, or empty where it is missing or wrong.
    fn kept<'r>(
        &mut self,
        column: &Column,
        text: Option<&'r str>,
        number: u64,
        is_deleted: bool,
    ) -> Cow<'r, str> {
        let Some(text) = text else {
            return Cow::Borrowed("");
        };
        if text.is_empty() {
            self.check_empty(column, number, is_deleted);
            return Cow::Borrowed("");
        }
        if self.mode == Mode::Bulk && matches!(column.kind, Kind::Status | Kind::Changed) {
            self.forbid_in_bulk(column, number);
            if matches!(column.kind, Kind::Changed) {
                return Cow::Borrowed("");
            }
        }
        match self.value(column, text) {
            Ok(value) => self.referring(column, value, number, is_deleted),
            Err(fault) => {
                self.report(column, number, fault);
                Cow::Borrowed("")
            }
        }
    }

    fn check_empty(&mut self, column: &Column, number: u64, is_deleted: bool) {
        let is_wanted = match column.kind {
            Kind::Status | Kind::Changed => self.mode == Mode::Delta,
            Kind::Id | Kind::IdOf(_) => true,
            _ => column.need != Need::Optional && !is_deleted,
        };
        if is_wanted {
            let fault = Fault {
                code: "row.missing_required_value",
                reason: format!("\"{}\" must not be empty.", column.name),
            };
            self.report(column, number, fault);
        }
    }

    fn forbid_in_bulk(&mut self, column: &Column, number: u64) {
        let fault = Fault {
            code: "row.field_forbidden_in_bulk",
            reason: format!(
                "\"{}\" must be empty in a table that the manifest calls bulk.",
                column.name
            ),
        };
        let problem = self.problem(column, number, fault);
        let severity = match self.version {
            Version::V1_2 => Severity::Refuse,
            Version::V1_1 => Severity::Warn,
        };
        // A system that fills this column fills it in every row.
        self.findings.add_once(severity, problem);
    }

    /// The cell by its type, written as the exact parsers expect it.
    fn value<'r>(&self, column: &Column, text: &'r str) -> Result<Cow<'r, str>, Fault> {
        if text.len() > fields::LONGEST_CELL_BYTES {
            return Err(Fault {
                code: "row.value_too_long",
                reason: format!(
                    "This is longer than {} characters.",
                    fields::LONGEST_CELL_BYTES
                ),
            });
        }
        let is_exact = self.version == Version::V1_2;
        let as_it_is = |is_right: bool, code, wanted: &str| {
            if is_right {
                Ok(Cow::Borrowed(text))
            } else {
                Err(Fault::new(code, text, wanted))
            }
        };
        match column.kind {
            Kind::Secret => Ok(Cow::Borrowed("")),
            Kind::Text => as_it_is(fields::is_text(text), "row.invalid_text", "printable text"),
            Kind::Id | Kind::IdOf(_) | Kind::One(_) => {
                self.guid(text).map(|()| Cow::Borrowed(text))
            }
            Kind::Many(_) => {
                for id in self.items(text)? {
                    self.guid(&id)?;
                }
                Ok(Cow::Borrowed(text))
            }
            Kind::List => self.items(text).map(|_| Cow::Borrowed(text)),
            Kind::Scale => {
                let is_right = self
                    .items(text)?
                    .iter()
                    .all(|item| fields::is_scale_step(item));
                as_it_is(is_right, "row.invalid_list", "a list such as {A:94},{B:84}")
            }
            Kind::Status => self.word(text, STATUS_WORDS),
            Kind::Word(words) => self.word(text, words),
            Kind::Words(words) => {
                for item in self.items(text)? {
                    self.word(&item, words)?;
                }
                Ok(Cow::Borrowed(text))
            }
            Kind::Integer => as_it_is(
                fields::integer(text).is_some(),
                "row.invalid_integer",
                "a whole number",
            ),
            Kind::Float => as_it_is(
                fields::float(text).is_some(),
                "row.invalid_float",
                "a number",
            ),
            Kind::Year => as_it_is(
                fields::year(text).is_some(),
                "row.invalid_year",
                "a year such as 2027",
            ),
            Kind::Changed => {
                let is_right = fields::moment(text).is_some()
                    || (!is_exact && fields::is_relaxed_moment(text));
                let wanted = "a date and time such as 2026-09-01T08:30:00.000Z";
                as_it_is(is_right, "row.invalid_datetime", wanted)
            }
            Kind::Boolean => {
                let value = match self.version {
                    Version::V1_2 => fields::boolean(text),
                    Version::V1_1 => fields::relaxed_boolean(text),
                };
                match value {
                    Some(true) => Ok(Cow::Borrowed("true")),
                    Some(false) => Ok(Cow::Borrowed("false")),
                    None => Err(Fault::new(
                        "row.invalid_boolean",
                        text,
                        "true or false (in small letters)",
                    )),
                }
            }
            Kind::Date => {
                let value = match self.version {
                    Version::V1_2 => fields::date(text),
                    Version::V1_1 => fields::relaxed_date(text),
                };
                let wanted = "a date such as 2026-09-01";
                value
                    .map(|date| Cow::Owned(date.format("%Y-%m-%d").to_string()))
                    .ok_or_else(|| Fault::new("row.invalid_date", text, wanted))
            }
        }
    }

    fn guid(&self, text: &str) -> Result<(), Fault> {
        let is_right = match self.version {
            Version::V1_2 => fields::is_guid(text),
            Version::V1_1 => fields::is_relaxed_guid(text),
        };
        let wanted = "an id: letters, digits and . - _ / @ only, at most 255 of them";
        if is_right {
            Ok(())
        } else {
            Err(Fault::new("row.invalid_guid", text, wanted))
        }
    }

    fn items(&self, text: &str) -> Result<Vec<String>, Fault> {
        let items = match self.version {
            Version::V1_2 => fields::list(text),
            Version::V1_1 => fields::relaxed_list(text),
        };
        let wanted = "a list with commas between its items";
        items.ok_or_else(|| Fault::new("row.invalid_list", text, wanted))
    }

    fn word<'r>(&self, text: &'r str, words: &[&str]) -> Result<Cow<'r, str>, Fault> {
        let is_right = match self.version {
            Version::V1_2 => fields::is_word(text, words),
            Version::V1_1 => {
                fields::is_relaxed_word(text, words)
                    || (words == STATUS_WORDS && RowStatus::of(text).is_some())
            }
        };
        if is_right {
            Ok(Cow::Borrowed(text))
        } else {
            let wanted = format!("one of: {}", words.join(", "));
            Err(Fault::new("row.invalid_enum", text, &wanted))
        }
    }

    /// Checks what a cell points at, and keeps only what is there.
    fn referring<'r>(
        &mut self,
        column: &Column,
        value: Cow<'r, str>,
        number: u64,
        is_deleted: bool,
    ) -> Cow<'r, str> {
        match column.kind {
            Kind::Id => {
                self.check_unique(column, &value, number);
                value
            }
            Kind::IdOf(target) => {
                self.check_unique(column, &value, number);
                if is_deleted || self.is_there(column, target, &value, number) {
                    value
                } else {
                    Cow::Borrowed("")
                }
            }
            Kind::One(target) if !is_deleted => {
                if self.is_there(column, target, &value, number) {
                    value
                } else {
                    Cow::Borrowed("")
                }
            }
            Kind::Many(target) if !is_deleted => {
                let ids = fields::relaxed_list(&value).unwrap_or_default();
                let there: Vec<&str> = ids
                    .iter()
                    .filter(|id| self.is_there(column, target, id, number))
                    .map(String::as_str)
                    .collect();
                if there.len() == ids.len() {
                    value
                } else {
                    Cow::Owned(there.join(","))
                }
            }
            _ => value,
        }
    }

    fn check_unique(&mut self, column: &Column, id: &str, number: u64) {
        if let Some(first) = self.ids.first_row(self.table, id)
            && first != number
        {
            let fault = Fault {
                code: "reference.duplicate_sourced_id",
                reason: format!("The id \"{}\" is already used in row {first}.", shown(id)),
            };
            let problem = self.problem(column, number, fault);
            self.findings.refuse(problem);
        }
    }

    fn is_there(&mut self, column: &Column, target: Table, id: &str, number: u64) -> bool {
        let reference = self.ids.judge(self.mode, target, id);
        let (one, file, id) = (target.one(), target.file_name(), shown(id));
        match reference {
            Reference::Good => return true,
            Reference::NoRecord => {
                let fault = Fault {
                    code: "reference.missing_record",
                    reason: format!("The {one} \"{id}\" is not in {file}."),
                };
                let severity = self.reference_severity(column);
                let problem = self.problem(column, number, fault);
                self.findings.add(severity, problem);
            }
            Reference::NoTable => {
                let fault = Fault {
                    code: "reference.missing_target_file",
                    reason: format!("The {one} \"{id}\" cannot be found: {file} is absent."),
                };
                let severity = self.reference_severity(column);
                let problem = self.problem(column, number, fault);
                self.findings.add_once(severity, problem);
            }
        }
        false
    }

    /// Demographics of somebody who is not in the package can simply be left out in 1.1.
    fn reference_severity(&self, column: &Column) -> Severity {
        match (self.version, column.kind) {
            (Version::V1_1, Kind::IdOf(_)) => Severity::Warn,
            _ => self.severity(column),
        }
    }

    fn severity(&self, column: &Column) -> Severity {
        match (self.version, column.need, column.kind) {
            // A word in `status` that nobody knows may mean that the record is gone.
            (_, _, Kind::Status) | (Version::V1_2, ..) | (_, Need::Essential, _) => {
                Severity::Refuse
            }
            _ => Severity::Warn,
        }
    }

    fn report(&mut self, column: &Column, number: u64, fault: Fault) {
        let severity = self.severity(column);
        let problem = self.problem(column, number, fault);
        self.findings.add(severity, problem);
    }

    fn problem(&self, column: &Column, number: u64, fault: Fault) -> Problem {
        Problem::in_file(self.table.file_name(), fault.code, fault.reason)
            .at_row(number)
            .at_field(column.name)
    }

    fn check_dates(&mut self, row: &Row<'_>) {
        for (from, to) in [
            ("beginDate", "endDate"),
            ("startDate", "endDate"),
            ("assignDate", "dueDate"),
        ] {
            let dates = (fields::date(row.cell(from)), fields::date(row.cell(to)));
            if let (Some(first), Some(last)) = dates
                && first > last
            {
                let problem = Problem::in_file(
                    self.table.file_name(),
                    "row.dates_out_of_order",
                    format!("{to} ({last}) is before {from} ({first})."),
                );
                self.findings.warn(problem.at_row(row.number).at_field(to));
            }
        }
    }
}
