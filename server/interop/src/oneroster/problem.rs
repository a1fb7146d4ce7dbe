//! What is wrong with a package, in words for a school office.
//!
//! A [`Problem`] names the place as a spreadsheet shows it: file, row and
//! column. Everything wrong is collected rather than the first thing only, up to
//! a cap, because a hostile or hopeless file must not fill memory with reasons.

use std::collections::HashSet;

pub(crate) use crate::archive::shown;

/// Problems (and, separately, warnings) that are kept of one package.
pub(crate) const MOST_PROBLEMS: usize = 1_000;

/// One thing that is wrong, or worth knowing, about a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file inside the zip, such as `users.csv`; empty when it is about the zip itself.
    pub file: String,
    /// The row as a spreadsheet numbers it: the header is row 1.
    pub row: Option<u64>,
    /// The column.
    pub field: Option<String>,
    /// A stable code such as `row.invalid_date`.
    pub code: &'static str,
    /// The reason in plain words. Quotes at most 60 characters of a cell.
    pub reason: String,
}

impl Problem {
    pub(crate) fn of_package(code: &'static str, reason: impl Into<String>) -> Self {
        Self::in_file("", code, reason)
    }

    pub(crate) fn in_file(file: &str, code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            file: shown(file),
            row: None,
            field: None,
            code,
            reason: reason.into(),
        }
    }

    pub(crate) fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub(crate) fn at_field(mut self, field: &str) -> Self {
        self.field = Some(shown(field));
        self
    }
}

/// How bad something is: refused, or read with a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The package is refused.
    Refuse,
    /// The package is read; the remark goes to [`super::Package::warnings`].
    Warn,
}

/// Collects what is found while a package is read.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    said: HashSet<(String, Option<String>, &'static str)>,
    is_cut: bool,
    are_warnings_cut: bool,
}

impl Findings {
    pub(crate) fn refuse(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.is_cut = true;
        }
    }

    pub(crate) fn warn(&mut self, warning: Problem) {
        if self.warnings.len() < MOST_PROBLEMS {
            self.warnings.push(warning);
        } else {
            self.are_warnings_cut = true;
        }
    }

    pub(crate) fn add(&mut self, severity: Severity, problem: Problem) {
        match severity {
            Severity::Refuse => self.refuse(problem),
            Severity::Warn => self.warn(problem),
        }
    }

    /// Adds what would be the same in every row only for the first of them.
    pub(crate) fn add_once(&mut self, severity: Severity, problem: Problem) {
        let place = (problem.file.clone(), problem.field.clone(), problem.code);
        if self.said.insert(place) {
            self.add(severity, problem);
        }
    }

    pub(crate) fn is_refused(&self) -> bool {
        !self.problems.is_empty()
    }

    /// True when reading on could not be reported any more.
    pub(crate) fn is_full(&self) -> bool {
        self.is_cut
    }

    /// The warnings where nothing was refused, the problems otherwise.
    pub(crate) fn settle(mut self) -> Result<Vec<Problem>, Vec<Problem>> {
        if self.are_warnings_cut {
            self.warnings.push(Problem::of_package(
                "package.too_many_warnings",
                format!("There are more remarks; only the first {MOST_PROBLEMS} are shown."),
            ));
        }
        if self.is_cut {
            self.problems.push(Problem::of_package(
                "package.too_many_problems",
                format!("There are more problems; only the first {MOST_PROBLEMS} are shown."),
            ));
        }
        if self.problems.is_empty() {
            Ok(self.warnings)
        } else {
            Err(self.problems)
        }
    }
}
