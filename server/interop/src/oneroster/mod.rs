//! OneRoster CSV, versions 1.1 and 1.2: a school's people and classes as a zip of tables.
//!
//! [`read`] takes the bytes somebody uploaded and gives back a [`Package`], or
//! every [`Problem`] that a school office has to mend, with its file, row and
//! column. Version 1.2 is read to the letter of the 1EdTech CSV binding; version
//! 1.1 as its real exports are, with a warning for each liberty they take. The
//! tables about marks and learning resources are checked like the others and
//! then let go. Nothing here decides what becomes of the people: that is
//! `domain`'s.

mod build;
mod columns;
mod fields;
mod header;
mod lines;
mod manifest;
mod model;
mod problem;
mod references;
mod rows;
mod tables;
mod words;

use std::io::{Cursor, Read, Seek};

pub use model::{
    AcademicSession, Class, Course, Demographics, Enrollment, LooseRole, Mode, Org, Package, User,
    UserRole, Version,
};
pub use problem::Problem;
pub use tables::Table;
pub use words::{ClassKind, OrgKind, RosterRole, RowStatus, SessionKind, Sex};

use crate::archive::{Archive, ArchiveError, Limits};
use build::Roster;
use header::Header;
use lines::{LineError, Lines};
use manifest::{Manifest, Supplied};
use problem::{Findings, Severity};
use references::Ids;
use rows::Checks;

/// Rows of all tables together. A secondary school of 1,200 students has under
/// 20,000; at this many, what is kept of them takes some 200 MB.
const MOST_ROWS: u64 = 250_000;

/// Reads a package from memory.
///
/// # Errors
/// Everything that is wrong with it, at most 1,000 problems and a last one that
/// says there are more. Nothing of a refused package is handed out.
pub fn read(bytes: &[u8]) -> Result<Package, Vec<Problem>> {
    read_from(Cursor::new(bytes))
}

/// Reads a package from a file or another seekable reader, in bounded memory:
/// tables are read row by row and never held as a whole.
///
/// # Errors
/// As [`read`].
pub fn read_from<R: Read + Seek>(reader: R) -> Result<Package, Vec<Problem>> {
    let mut archive = Archive::open(reader, &Limits::roster()).map_err(archive_problems)?;
    let mut findings = Findings::default();
    for name in archive.clutter() {
        let reason = format!("\"{name}\" was left out: a computer put it there by itself.");
        findings.warn(Problem::in_file(name, "package.clutter", reason));
    }
    let Some(manifest) = manifest::read(&mut archive, &mut findings) else {
        manifest::refuse_unknown_files(archive.files(), &mut findings);
        return Err(findings.settle().err().unwrap_or_default());
    };
    let supplied = manifest.match_files(archive.files(), &mut findings);
    let mut package = Reading {
        archive,
        manifest,
        findings,
        ids: Ids::default(),
        roster: Roster::default(),
    };
    package.read_tables(&supplied);
    package.finish()
}

fn archive_problems(errors: Vec<ArchiveError>) -> Vec<Problem> {
    errors
        .into_iter()
        .map(|error| {
            let file = error.entry().unwrap_or_default();
            Problem::in_file(file, error.code(), error.to_string())
        })
        .collect()
}

/// A package while it is read.
struct Reading<R> {
    archive: Archive<R>,
    manifest: Manifest,
    findings: Findings,
    ids: Ids,
    roster: Roster,
}

impl<R: Read + Seek> Reading<R> {
    fn read_tables(&mut self, supplied: &[Supplied]) {
        // A table that is said to be there and is not must not make every reference to it wrong.
        for (table, mode) in &self.manifest.modes {
            self.ids.begin(*table, *mode);
        }
        let mut rows = 0;
        let mut readable = Vec::new();
        for table in supplied {
            match self.gather_ids(table, &mut rows) {
                Ok(Some(header)) => {
                    self.ids.complete(table.table);
                    readable.push((table, header));
                }
                Ok(None) => {}
                Err(error) => self.refuse_file(table.table, &error),
            }
            if rows > MOST_ROWS {
                self.findings.refuse(Problem::of_package(
                    "package.too_many_rows",
                    format!("The tables have more than {MOST_ROWS} rows together."),
                ));
                return;
            }
        }
        for (table, header) in readable {
            if let Err(error) = self.check_rows(table, &header) {
                self.refuse_file(table.table, &error);
            }
        }
    }

    /// The first pass over a table. `None` when its header is not usable.
    fn gather_ids(
        &mut self,
        supplied: &Supplied,
        rows: &mut u64,
    ) -> Result<Option<Header>, LineError> {
        let bytes = self
            .archive
            .read(&supplied.file)
            .map_err(LineError::Archive)?;
        let mut lines = Lines::new(bytes)?;
        let version = self.manifest.version;
        let Some((_, first)) = lines.next()? else {
            self.findings.refuse(Problem::in_file(
                supplied.table.file_name(),
                "file.empty",
                "The file is empty: not even the names of its columns are there.",
            ));
            return Ok(None);
        };
        let Some(header) = header::read(first, supplied.table, version, &mut self.findings) else {
            return Ok(None);
        };
        let rows_before = *rows;
        while let Some((number, record)) = lines.next()? {
            *rows += 1;
            if *rows > MOST_ROWS {
                return Ok(None);
            }
            match header.id(record) {
                Some(id) if !id.is_empty() && id.len() <= 255 => {
                    self.ids.add(supplied.table, id, number);
                }
                _ => {}
            }
        }
        drop(lines);
        if *rows == rows_before {
            self.report_no_rows(supplied);
            self.manifest.modes.remove(&supplied.table);
        }
        Ok(Some(header))
    }

    /// An empty bulk table says that nobody is left: never what somebody means.
    fn report_no_rows(&mut self, supplied: &Supplied) {
        let severity = match (self.manifest.version, supplied.mode) {
            (Version::V1_2, Mode::Bulk) => Severity::Refuse,
            _ => Severity::Warn,
        };
        let reason = "The file has no rows below the names of its columns. A table without rows \
                      is marked absent in the manifest and left out.";
        let problem = Problem::in_file(supplied.table.file_name(), "file.no_rows", reason);
        self.findings.add(severity, problem);
    }

    /// The second pass: every row is checked, and kept where nothing is refused.
    fn check_rows(&mut self, supplied: &Supplied, header: &Header) -> Result<(), LineError> {
        let bytes = self
            .archive
            .read(&supplied.file)
            .map_err(LineError::Archive)?;
        let mut lines = Lines::new(bytes)?;
        let version = self.manifest.version;
        lines.next()?;
        while let Some((number, record)) = lines.next()? {
            if self.findings.is_full() {
                return Ok(());
            }
            let mut checks = Checks {
                table: supplied.table,
                version,
                mode: supplied.mode,
                ids: &self.ids,
                findings: &mut self.findings,
            };
            let row = checks.check(header, record, number);
            if let Some(row) = row
                && supplied.table.is_rostering()
                && !self.findings.is_refused()
            {
                self.roster.add(supplied.table, version, &row);
            }
        }
        Ok(())
    }

    fn refuse_file(&mut self, table: Table, error: &LineError) {
        let problem = Problem::in_file(table.file_name(), error.code(), error.to_string());
        self.findings.refuse(match error.row() {
            Some(row) => problem.at_row(row),
            None => problem,
        });
    }

    fn finish(self) -> Result<Package, Vec<Problem>> {
        let warnings = self.findings.settle()?;
        let mut roster = self.roster;
        roster.join_roles();
        let modes = self.manifest.modes;
        let is_delta = modes.values().any(|mode| *mode == Mode::Delta);
        Ok(Package {
            version: self.manifest.version,
            system: self.manifest.system,
            mode: if is_delta { Mode::Delta } else { Mode::Bulk },
            modes,
            orgs: roster.orgs,
            academic_sessions: roster.academic_sessions,
            courses: roster.courses,
            classes: roster.classes,
            users: roster.users,
            loose_roles: roster.loose_roles,
            enrollments: roster.enrollments,
            demographics: roster.demographics,
            warnings,
        })
    }
}
