//! The manifest: which edition of the standard a package follows, which tables
//! it holds, and how each is meant.
//!
//! The manifest is read first and decides everything else, so it is held to the
//! letter in both editions: a package that says one thing and holds another is
//! refused, because the missing table might be the one with half of the school.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use super::lines::{LineError, Lines};
use super::model::{Mode, Version};
use super::problem::{Findings, Problem, Severity, shown};
use super::tables::Table;
use crate::archive::{Archive, ArchiveFile};

const FILE: &str = "manifest.csv";

/// What the manifest says.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) version: Version,
    /// Tables said to be there.
    pub(crate) modes: BTreeMap<Table, Mode>,
    /// The system that made it.
    pub(crate) system: Option<String>,
}

/// A table that is there and expected.
#[derive(Debug)]
pub(crate) struct Supplied {
    pub(crate) table: Table,
    pub(crate) mode: Mode,
    pub(crate) file: ArchiveFile,
}

/// Reads the manifest. `None` when nothing more can be said about the package.
pub(crate) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    findings: &mut Findings,
) -> Option<Manifest> {
    let file = archive
        .files()
        .iter()
        .find(|file| file.name.eq_ignore_ascii_case(FILE))
        .cloned();
    let Some(file) = file else {
        let reason = match folder_around(archive.files()) {
            Some(folder) => format!(
                "The files lie in a folder of the zip file, \"{}\". Make the zip file of the \
                 files themselves, without the folder.",
                shown(folder)
            ),
            None => {
                "The zip file holds no manifest.csv, so it is not a OneRoster export.".to_owned()
            }
        };
        findings.refuse(Problem::in_file(FILE, "manifest.missing", reason));
        return guess(archive.files());
    };
    let properties = match archive.read(&file) {
        Ok(bytes) => properties(bytes, findings),
        Err(error) => Err(LineError::Archive(error)),
    };
    match properties {
        Ok(Some(properties)) => interpret(&properties, findings),
        Ok(None) => None,
        Err(error) => {
            let problem = Problem::in_file(FILE, error.code(), error.to_string());
            findings.refuse(match error.row() {
                Some(row) => problem.at_row(row),
                None => problem,
            });
            None
        }
    }
}

/// What the manifest would say, so that everything else that is wrong with a package
/// without one is told too. `None` when there is no table at all to read.
fn guess(files: &[ArchiveFile]) -> Option<Manifest> {
    let is_there = |table: Table| files.iter().any(|file| file.name == table.file_name());
    let version = if is_there(Table::Roles) {
        Version::V1_2
    } else {
        Version::V1_1
    };
    let tables = Table::ALL.iter().filter(|table| is_there(**table));
    let modes: BTreeMap<_, _> = tables.map(|table| (*table, Mode::Bulk)).collect();
    (!modes.is_empty()).then_some(Manifest {
        version,
        modes,
        system: None,
    })
}

type Properties = BTreeMap<String, (u64, String)>;

fn properties<R: Read>(bytes: R, findings: &mut Findings) -> Result<Option<Properties>, LineError> {
    // A manifest has some thirty rows: far more is not one.
    const MOST_ROWS: u64 = 500;
    let mut lines = Lines::new(bytes)?;
    let is_header_right = lines.next()?.is_some_and(|(_, header)| {
        without_empty_end(header) == [b"propertyName".as_slice(), b"value"]
    });
    if !is_header_right {
        findings.refuse(
            Problem::in_file(
                FILE,
                "manifest.invalid_header",
                "The first row must be exactly: propertyName,value",
            )
            .at_row(1),
        );
        return Ok(None);
    }
    let mut properties = Properties::new();
    while let Some((row, record)) = lines.next()? {
        let at = |code, reason: String| Problem::in_file(FILE, code, reason).at_row(row);
        let cell = |i| {
            String::from_utf8_lossy(record.get(i).unwrap_or_default())
                .trim()
                .to_owned()
        };
        let (name, value) = (cell(0), cell(1));
        if row > MOST_ROWS {
            findings.refuse(at(
                "manifest.too_long",
                "The manifest has too many rows.".to_owned(),
            ));
            return Ok(None);
        }
        if name.is_empty() && value.is_empty() {
            continue;
        }
        if without_empty_end(record).len() > 2 {
            findings.refuse(at(
                "manifest.invalid_row",
                "A row of the manifest has a name and a value, nothing else.".to_owned(),
            ));
        }
        let shown_name = shown(&name);
        if properties.insert(name, (row, value)).is_some() {
            findings.refuse(at(
                "manifest.duplicate_property",
                format!("\"{shown_name}\" is in the manifest twice."),
            ));
        }
    }
    Ok(Some(properties))
}

/// The cells without the empty ones that a spreadsheet may add at the end.
fn without_empty_end(record: &csv::ByteRecord) -> Vec<&[u8]> {
    let mut cells: Vec<&[u8]> = record.iter().collect();
    while cells.len() > 2 && cells.last().is_some_and(|cell| cell.is_empty()) {
        cells.pop();
    }
    cells
}

fn interpret(properties: &Properties, findings: &mut Findings) -> Option<Manifest> {
    let value = |name: &str| {
        properties
            .get(name)
            .map(|(row, value)| (*row, value.as_str()))
    };
    match value("manifest.version") {
        Some((_, "1.0" | "1")) => {}
        Some((row, other)) => findings.refuse(
            Problem::in_file(
                FILE,
                "manifest.unsupported_version",
                format!(
                    "manifest.version is \"{}\"; only 1.0 can be read.",
                    shown(other)
                ),
            )
            .at_row(row)
            .at_field("manifest.version"),
        ),
        None => findings.refuse(missing("manifest.version")),
    }
    let version = match value("oneroster.version") {
        Some((_, "1.1" | "1.1.0" | "1.1.1")) => Version::V1_1,
        Some((_, "1.2" | "1.2.0" | "1.2.1")) => Version::V1_2,
        Some((row, other)) => {
            findings.refuse(
                Problem::in_file(
                    FILE,
                    "manifest.unsupported_version",
                    format!(
                        "oneroster.version is \"{}\"; 1.1 and 1.2 can be read.",
                        shown(other)
                    ),
                )
                .at_row(row)
                .at_field("oneroster.version"),
            );
            return None;
        }
        None => {
            findings.refuse(missing("oneroster.version"));
            return None;
        }
    };

    let mut modes = BTreeMap::new();
    for table in Table::ALL
        .iter()
        .copied()
        .filter(|table| table.is_in(version))
    {
        let property = format!("file.{}", table.name());
        let Some((row, word)) = value(&property) else {
            // Without a word about a table it is absent; `match_files` refuses it if it is there.
            if version == Version::V1_2 {
                findings.refuse(missing(&property));
            }
            continue;
        };
        let mode = match word {
            "bulk" => Some(Mode::Bulk),
            "delta" => Some(Mode::Delta),
            "absent" => None,
            _ => {
                findings.refuse(
                    Problem::in_file(
                        FILE,
                        "manifest.invalid_value",
                        format!("\"{}\" must be bulk, delta or absent.", shown(word)),
                    )
                    .at_row(row)
                    .at_field(&property),
                );
                None
            }
        };
        if let Some(mode) = mode {
            modes.insert(table, mode);
        }
    }
    warn_about_unknown_properties(properties, version, findings);
    let system = value("source.systemName")
        .map(|(_, name)| name.chars().take(100).collect::<String>())
        .filter(|name| !name.is_empty());
    Some(Manifest {
        version,
        modes,
        system,
    })
}

fn warn_about_unknown_properties(
    properties: &Properties,
    version: Version,
    findings: &mut Findings,
) {
    for (name, (row, value)) in properties {
        let table = name.strip_prefix("file.");
        let is_known = matches!(name.as_str(), "manifest.version" | "oneroster.version")
            || name.starts_with("source.")
            || table.is_some_and(|table| {
                let known = Table::ALL.iter().find(|known| known.name() == table);
                known.is_some_and(|known| known.is_in(version)) || value == "absent"
            });
        if !is_known {
            findings.warn(
                Problem::in_file(
                    FILE,
                    "manifest.unknown_property",
                    format!("\"{}\" is not known and was left out.", shown(name)),
                )
                .at_row(*row)
                .at_field(name),
            );
        }
    }
}

fn missing(property: &str) -> Problem {
    Problem::in_file(
        FILE,
        "manifest.missing_property",
        format!("The manifest does not say what {property} is."),
    )
    .at_field(property)
}

impl Manifest {
    /// Compares what the manifest says with what the archive holds.
    pub(crate) fn match_files(
        &self,
        files: &[ArchiveFile],
        findings: &mut Findings,
    ) -> Vec<Supplied> {
        let mut supplied = Vec::new();
        for file in files {
            if file.name.eq_ignore_ascii_case(FILE) {
                continue;
            }
            let Some(table) = table_of(&file.name, self.version, findings) else {
                findings.refuse(unknown_file(&file.name));
                continue;
            };
            match self.modes.get(&table) {
                Some(mode) => supplied.push(Supplied {
                    table,
                    mode: *mode,
                    file: file.clone(),
                }),
                None => findings.refuse(Problem::in_file(
                    table.file_name(),
                    "manifest.file_unexpected",
                    format!(
                        "The manifest says that {} is absent, but it is there.",
                        table.file_name()
                    ),
                )),
            }
        }
        for table in self.modes.keys() {
            if !supplied.iter().any(|file| file.table == *table) {
                findings.refuse(Problem::in_file(
                    table.file_name(),
                    "manifest.file_missing",
                    format!(
                        "The manifest says that {} is there, but it is not.",
                        table.file_name()
                    ),
                ));
            }
        }
        supplied.sort_by_key(|file| file.table);
        supplied
    }
}

fn table_of(name: &str, version: Version, findings: &mut Findings) -> Option<Table> {
    let mut tables = Table::ALL
        .iter()
        .copied()
        .filter(|table| table.is_in(version));
    let table = match version {
        Version::V1_2 => tables.find(|table| table.file_name() == name)?,
        Version::V1_1 => tables.find(|table| table.file_name().eq_ignore_ascii_case(name))?,
    };
    if table.file_name() != name {
        let reason = format!("\"{}\" was read as {}.", shown(name), table.file_name());
        findings.add(
            Severity::Warn,
            Problem::in_file(table.file_name(), "package.file_renamed", reason),
        );
    }
    Some(table)
}

/// The folder in which the whole export lies, beside other files: a folder that is alone in the
/// zip file is taken off before.
fn folder_around(files: &[ArchiveFile]) -> Option<&str> {
    files.iter().find_map(|file| {
        let (folder, name) = file.name.split_once('/')?;
        name.eq_ignore_ascii_case(FILE).then_some(folder)
    })
}

/// A file that no edition of the standard knows, found where there is no manifest to ask. What
/// lies in the one folder around all of them is told of together.
pub(crate) fn refuse_unknown_files(files: &[ArchiveFile], findings: &mut Findings) {
    let around = folder_around(files);
    let lies_in_it = |file: &ArchiveFile| {
        let folder = file.name.split_once('/').map(|(folder, _)| folder);
        folder.is_some() && folder == around
    };
    for file in files.iter().filter(|file| !lies_in_it(file)) {
        let is_known = file.name.eq_ignore_ascii_case(FILE)
            || Table::ALL
                .iter()
                .any(|table| table.file_name().eq_ignore_ascii_case(&file.name));
        if !is_known {
            findings.refuse(unknown_file(&file.name));
        }
    }
}

fn unknown_file(name: &str) -> Problem {
    let reason = format!("\"{}\" does not belong in a OneRoster export.", shown(name));
    Problem::in_file(name, "package.unknown_file", reason)
}
