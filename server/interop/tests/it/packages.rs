//! Small packages made in memory, and where the sample data lies.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use interop::oneroster::{Problem, Table, Version};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder beside the workspace, or `None` (with a word about it) when it is not there.
pub(crate) fn sample(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    if full.exists() {
        return Some(full);
    }
    println!("skipped: the sample data {path} is not here");
    None
}

pub(crate) fn zip_of<N: AsRef<str>, C: AsRef<[u8]>>(files: &[(N, C)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_ref(), SimpleFileOptions::default())
            .expect("a new entry");
        zip.write_all(content.as_ref()).expect("memory takes it");
    }
    zip.finish().expect("memory takes it").into_inner()
}

/// A package of named tables; the manifest follows from them.
#[derive(Clone)]
pub(crate) struct Sketch {
    version: Version,
    mode: &'static str,
    pub(crate) files: Vec<(String, String)>,
}

impl Sketch {
    pub(crate) fn new(version: Version, mode: &'static str) -> Self {
        Self {
            version,
            mode,
            files: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, table: Table, content: &str) -> Self {
        self.files.retain(|(name, _)| name != table.file_name());
        self.files
            .push((table.file_name().to_owned(), content.to_owned()));
        self
    }

    /// Replaces a piece of one table, which must be there.
    pub(crate) fn but(mut self, table: Table, from: &str, to: &str) -> Self {
        let file = self
            .files
            .iter_mut()
            .find(|(name, _)| name == table.file_name())
            .expect("the table is in the sketch");
        assert!(file.1.contains(from), "{from:?} is not in {}", file.0);
        file.1 = file.1.replace(from, to);
        self
    }

    pub(crate) fn manifest(&self) -> String {
        let version = match self.version {
            Version::V1_1 => "1.1",
            Version::V1_2 => "1.2",
        };
        let mut text =
            format!("propertyName,value\nmanifest.version,1.0\noneroster.version,{version}\n");
        for table in Table::ALL.iter().filter(|table| table.is_in(self.version)) {
            let is_there = self.files.iter().any(|(name, _)| name == table.file_name());
            let mode = if is_there { self.mode } else { "absent" };
            writeln!(text, "file.{},{mode}", table.name()).expect("a string takes it");
        }
        text
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut files = vec![("manifest.csv".to_owned(), self.manifest())];
        files.extend(self.files.iter().cloned());
        zip_of(&files)
    }
}

pub(crate) const ORGS: &str = "\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
org-1,,,Northgate,school,100001,
";
pub(crate) const USERS: &str = "\
sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns
mum,,,true,mum,,Mei,Chen,,,mei@home.example,,0123,,,secret1,,,,,org-1,
ada,,,true,ada,,Ada,Chen,Grace,A17,,,,mum,\"07,08\",secret2,,Addy,,,org-1,
tom,,,false,tom,,Tom,O'Brien,,,tom@staff.example,,,,,,,,,,org-1,
";
pub(crate) const ROLES: &str = "\
sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r1,,,mum,primary,guardian,2026-09-01,,org-1,
r2,,,ada,primary,student,2026-09-01,2027-07-21,org-1,
r3,,,tom,secondary,ext:librarian,,,org-1,
r4,,,tom,primary,teacher,,,org-1,
";

/// A small sound school in the given mode of 1.2.
pub(crate) fn small_school() -> Sketch {
    Sketch::new(Version::V1_2, "bulk")
        .with(Table::Orgs, ORGS)
        .with(Table::Users, USERS)
        .with(Table::Roles, ROLES)
}

pub(crate) fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}
