//! Small OneRoster packages for the tests: a school of five people, and what a
//! test changes of it.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use bytes::Bytes;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TABLES: [&str; 21] = [
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courseResources",
    "courses",
    "demographics",
    "enrollments",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "orgs",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "roles",
    "scoreScales",
    "userProfiles",
    "userResources",
    "users",
];
const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId";
const SESSIONS: &str =
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear";
const COURSES: &str = "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes";
const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods";
const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns";
const ROLES: &str = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId";
const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate";

/// A row of `users`, with the role it has.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// Its `sourcedId`.
    pub id: &'static str,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// The given name they go by.
    pub preferred: &'static str,
    /// Username, or empty.
    pub username: &'static str,
    /// E-mail address, or empty.
    pub email: &'static str,
    /// Such as "07".
    pub grade: &'static str,
    /// Ids of guardians.
    pub agents: &'static str,
    /// A word for the role.
    pub role: &'static str,
    /// The role's first day, where that is not 1 September 2026.
    pub role_begins: &'static str,
    /// The role's last day, or empty.
    pub role_ends: &'static str,
    /// The school in which the role is, where that is not the school of the row.
    pub role_org: &'static str,
    /// The role stands beside another that is the primary one.
    pub is_secondary: bool,
    /// Not to be let in.
    pub is_closed: bool,
    /// The school's id, or empty.
    pub org: &'static str,
}

/// A package: whole tables, or only what changed.
#[derive(Clone, Debug)]
pub struct Roster {
    /// Only what changed.
    pub is_delta: bool,
    /// Who is in it.
    pub users: Vec<User>,
    /// Id and title.
    pub classes: Vec<(&'static str, &'static str)>,
    /// Id, class, person, role.
    pub enrolments: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    /// Id of an enrolment and its first day, where that is not 1 September 2026.
    pub begins: Vec<(&'static str, &'static str)>,
    /// Table and id of what a delta takes away.
    pub gone: Vec<(&'static str, &'static str)>,
    /// Whether a second school stands in it.
    pub other_school: bool,
    /// Id, status, person, role: rows beside those of the people.
    pub roles: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    /// The system that made it; empty where the package names none.
    pub system: &'static str,
}

/// Somebody with an id, a name and a role.
pub fn user(
    id: &'static str,
    given: &'static str,
    family: &'static str,
    role: &'static str,
) -> User {
    User {
        id,
        given,
        family,
        role,
        org: "org-1",
        ..User::default()
    }
}

impl Roster {
    /// A teacher, somebody in the office, a guardian and two students in one class.
    pub fn five_people() -> Self {
        Self {
            is_delta: false,
            users: vec![
                User {
                    username: "Wanda.Teale",
                    email: "wanda@north.example",
                    ..user("t1", "Wanda", "Teale", "teacher")
                },
                user("a1", "Olive", "Office", "administrator"),
                user("g1", "Greta", "Stone", "guardian"),
                User {
                    grade: "07",
                    agents: "g1",
                    ..user("s1", "Séan", "Stone", "student")
                },
                User {
                    grade: "07",
                    preferred: "Tilly",
                    ..user("s2", "Matilda", "Moss", "student")
                },
            ],
            classes: vec![("c1", "7Ma9")],
            enrolments: vec![
                ("e1", "c1", "t1", "teacher"),
                ("e2", "c1", "s1", "student"),
                ("e3", "c1", "s2", "student"),
            ],
            begins: Vec::new(),
            gone: Vec::new(),
            other_school: false,
            roles: Vec::new(),
            system: "",
        }
    }

    /// Changes only.
    pub fn delta() -> Self {
        Self {
            is_delta: true,
            users: Vec::new(),
            classes: Vec::new(),
            enrolments: Vec::new(),
            begins: Vec::new(),
            gone: Vec::new(),
            other_school: false,
            roles: Vec::new(),
            system: "",
        }
    }

    /// The same without one person.
    #[must_use]
    pub fn without(mut self, id: &str) -> Self {
        self.users.retain(|user| user.id != id);
        self.enrolments.retain(|row| row.2 != id);
        self
    }

    /// One person, to be changed.
    pub fn user(&mut self, id: &str) -> &mut User {
        self.users
            .iter_mut()
            .find(|user| user.id == id)
            .expect("the roster has that person")
    }

    /// The zip.
    pub fn bytes(&self) -> Bytes {
        let stamp = if self.is_delta {
            "active,2026-11-23T18:00:00.000Z"
        } else {
            ","
        };
        let mut tables: Vec<(&str, String)> = Vec::new();
        if !self.is_delta {
            let mut orgs = format!("{ORGS}\norg-1,{stamp},Northgate,school,100007,\n");
            if self.other_school {
                let _ = writeln!(orgs, "org-2,{stamp},Westgate,school,100008,");
            }
            tables.push(("orgs", orgs));
            tables.push((
                "academicSessions",
                format!("{SESSIONS}\ny1,{stamp},2026/27,schoolYear,2026-09-01,2027-07-21,,2027\n"),
            ));
            tables.push((
                "courses",
                format!("{COURSES}\nk1,{stamp},y1,Year 7 Mathematics,7Ma,07,org-1,Mathematics,\n"),
            ));
        }
        tables.push(("classes", self.class_rows(stamp)));
        tables.push(("users", self.user_rows(stamp)));
        tables.push(("roles", self.role_rows(stamp)));
        tables.push(("enrollments", self.enrolment_rows(stamp)));
        tables.retain(|(_, text)| text.lines().count() > 1);
        let mode = if self.is_delta { "delta" } else { "bulk" };
        zip(&tables, mode, self.system)
    }

    fn class_rows(&self, stamp: &str) -> String {
        let mut text = format!("{CLASSES}\n");
        for (id, title) in &self.classes {
            let _ = writeln!(
                text,
                "{id},{stamp},{title},07,k1,{title},scheduled,,org-1,y1,,,"
            );
        }
        self.add_gone(&mut text, "classes", CLASSES);
        text
    }

    fn user_rows(&self, stamp: &str) -> String {
        let mut text = format!("{USERS}\n");
        for user in &self.users {
            let _ = writeln!(
                text,
                "{},{stamp},{},{},,{},{},,,{},,,{},{},,,{},,,{},",
                user.id,
                !user.is_closed,
                user.username,
                user.given,
                user.family,
                user.email,
                user.agents,
                user.grade,
                user.preferred,
                user.org,
            );
        }
        self.add_gone(&mut text, "users", USERS);
        text
    }

    fn role_rows(&self, stamp: &str) -> String {
        let mut text = format!("{ROLES}\n");
        for user in self.users.iter().filter(|user| !user.role.is_empty()) {
            let begins = match user.role_begins {
                "" => "2026-09-01",
                day => day,
            };
            let rank = if user.is_secondary {
                "secondary"
            } else {
                "primary"
            };
            let org = match user.role_org {
                "" => user.org,
                org => org,
            };
            let _ = writeln!(
                text,
                "role-{},{stamp},{},{rank},{},{begins},{},{org},",
                user.id, user.id, user.role, user.role_ends
            );
        }
        for (id, status, user, role) in &self.roles {
            let _ = writeln!(
                text,
                "{id},{status},2026-11-23T18:00:00.000Z,{user},secondary,{role},,,org-1,"
            );
        }
        text
    }

    fn enrolment_rows(&self, stamp: &str) -> String {
        let mut text = format!("{ENROLLMENTS}\n");
        for (id, class, user, role) in &self.enrolments {
            let own = self.begins.iter().find(|(of, _)| of == id);
            let begins = own.map_or("2026-09-01", |(_, day)| *day);
            let _ = writeln!(text, "{id},{stamp},{class},org-1,{user},{role},,{begins},");
        }
        self.add_gone(&mut text, "enrollments", ENROLLMENTS);
        text
    }

    fn add_gone(&self, text: &mut String, table: &str, header: &str) {
        let commas = ",".repeat(header.matches(',').count() - 2);
        for (_, id) in self.gone.iter().filter(|(of, _)| *of == table) {
            let _ = writeln!(text, "{id},tobedeleted,2026-11-23T18:00:00.000Z{commas}");
        }
    }
}

fn zip(tables: &[(&str, String)], mode: &str, system: &str) -> Bytes {
    let mut manifest =
        String::from("propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n");
    for table in TABLES {
        let is_here = tables.iter().any(|(name, _)| *name == table);
        let mode = if is_here { mode } else { "absent" };
        let _ = writeln!(manifest, "file.{table},{mode}");
    }
    if !system.is_empty() {
        let _ = writeln!(manifest, "source.systemName,{system}");
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default())
            .and_then(|()| Ok(zip.write_all(text.as_bytes())?))
            .expect("a zip in memory can be written");
    };
    put("manifest.csv", &manifest);
    for (name, text) in tables {
        put(&format!("{name}.csv"), text);
    }
    let bytes = zip.finish().expect("a zip in memory can be finished");
    Bytes::from(bytes.into_inner())
}

/// The files of a folder as a package.
pub fn zip_folder(folder: &std::path::Path) -> Bytes {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str());
        zip.start_file(name.expect("a plain name"), SimpleFileOptions::default())
            .expect("a zip in memory can be written");
        let bytes = std::fs::read(&path).expect("the file can be read");
        zip.write_all(&bytes)
            .expect("a zip in memory can be written");
    }
    let bytes = zip.finish().expect("a zip in memory can be finished");
    Bytes::from(bytes.into_inner())
}
