//! From checked rows to records: picks what a roster keeps and lets go of the rest.
//!
//! A row arrives here only after `rows` has checked it, so nothing is reported
//! any more. Roles of 1.2 stand in a table of their own and those of 1.1 in the
//! users table; both end up with their person.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::fields;
use super::model::{
    AcademicSession, Class, Course, Demographics, Enrollment, LooseRole, Org, User, UserRole,
    Version,
};
use super::rows::Row;
use super::tables::Table;
use super::words::{ClassKind, OrgKind, RosterRole, SessionKind, Sex};

/// The records gathered so far.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    pub(crate) orgs: Vec<Org>,
    pub(crate) academic_sessions: Vec<AcademicSession>,
    pub(crate) courses: Vec<Course>,
    pub(crate) classes: Vec<Class>,
    pub(crate) users: Vec<User>,
    pub(crate) loose_roles: Vec<LooseRole>,
    pub(crate) enrollments: Vec<Enrollment>,
    pub(crate) demographics: Vec<Demographics>,
}

impl Roster {
    /// Adds a row of a rostering table; rows of other tables leave nothing behind.
    pub(crate) fn add(&mut self, table: Table, version: Version, row: &Row<'_>) {
        if row.cell("sourcedId").is_empty() {
            return;
        }
        match table {
            Table::Orgs => self.orgs.push(org(row)),
            Table::AcademicSessions => self.academic_sessions.push(academic_session(row)),
            Table::Courses => self.courses.push(course(row)),
            Table::Classes => self.classes.push(class(row)),
            Table::Users => self.users.push(user(row, version)),
            Table::Roles => self.loose_roles.push(loose_role(row)),
            Table::Enrollments => self.enrollments.push(enrollment(row)),
            Table::Demographics => self.demographics.push(demographics(row)),
            _ => {}
        }
    }

    /// Gives each role to its person; those without one in the package stay loose.
    pub(crate) fn join_roles(&mut self) {
        let people: HashMap<String, usize> = self
            .users
            .iter()
            .enumerate()
            .map(|(at, user)| (user.sourced_id.clone(), at))
            .collect();
        for loose in std::mem::take(&mut self.loose_roles) {
            match loose.user.as_ref().and_then(|user| people.get(user)) {
                Some(at) => self.users[*at].roles.push(loose.role),
                None => self.loose_roles.push(loose),
            }
        }
        for user in &mut self.users {
            user.roles.sort_by_key(|role| !role.is_primary);
        }
    }
}

fn org(row: &Row<'_>) -> Org {
    Org {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        name: string(row, "name"),
        kind: text(row, "type").map(|word| OrgKind::of(&word)),
        identifier: text(row, "identifier"),
        parent: text(row, "parentSourcedId"),
    }
}

fn academic_session(row: &Row<'_>) -> AcademicSession {
    AcademicSession {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        title: string(row, "title"),
        kind: text(row, "type").map(|word| SessionKind::of(&word)),
        start_date: date(row, "startDate"),
        end_date: date(row, "endDate"),
        parent: text(row, "parentSourcedId"),
        school_year: fields::year(row.cell("schoolYear")),
    }
}

fn course(row: &Row<'_>) -> Course {
    Course {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        title: string(row, "title"),
        code: text(row, "courseCode"),
        grades: list(row, "grades"),
        subjects: list(row, "subjects"),
        school_year: text(row, "schoolYearSourcedId"),
        org: text(row, "orgSourcedId"),
    }
}

fn class(row: &Row<'_>) -> Class {
    Class {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        title: string(row, "title"),
        code: text(row, "classCode"),
        kind: text(row, "classType").map(|word| ClassKind::of(&word)),
        location: text(row, "location"),
        grades: list(row, "grades"),
        subjects: list(row, "subjects"),
        periods: list(row, "periods"),
        course: text(row, "courseSourcedId"),
        school: text(row, "schoolSourcedId"),
        terms: list(row, "termSourcedIds"),
    }
}

fn user(row: &Row<'_>, version: Version) -> User {
    let orgs = list(row, "orgSourcedIds");
    User {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        username: text(row, "username"),
        given_name: string(row, "givenName"),
        family_name: string(row, "familyName"),
        middle_name: text(row, "middleName"),
        preferred_given_name: text(row, "preferredGivenName"),
        preferred_family_name: text(row, "preferredFamilyName"),
        email: text(row, "email"),
        identifier: text(row, "identifier"),
        // Only an export that says "false" closes an account.
        enabled: row.cell("enabledUser") != "false",
        grades: list(row, "grades"),
        agent_sourced_ids: list(row, "agentSourcedIds"),
        primary_org: match version {
            Version::V1_1 => orgs.first().cloned(),
            Version::V1_2 => text(row, "primaryOrgSourcedId"),
        },
        roles: match version {
            Version::V1_1 => roles_of_user(row, &orgs),
            Version::V1_2 => Vec::new(),
        },
    }
}

fn roles_of_user(row: &Row<'_>, orgs: &[String]) -> Vec<UserRole> {
    if row.cell("role").is_empty() {
        return Vec::new();
    }
    let role_in = |at: usize, org: Option<String>| UserRole {
        sourced_id: None,
        status: row.status,
        row: row.number,
        role: RosterRole::of(row.cell("role")),
        is_primary: at == 0,
        org,
        begin: None,
        end: None,
    };
    if orgs.is_empty() {
        return vec![role_in(0, None)];
    }
    let orgs = orgs.iter().cloned().enumerate();
    orgs.map(|(at, org)| role_in(at, Some(org))).collect()
}

fn loose_role(row: &Row<'_>) -> LooseRole {
    LooseRole {
        user: text(row, "userSourcedId"),
        role: UserRole {
            sourced_id: text(row, "sourcedId"),
            status: row.status,
            row: row.number,
            role: RosterRole::of(row.cell("role")),
            is_primary: row.cell("roleType") == "primary",
            org: text(row, "orgSourcedId"),
            begin: date(row, "beginDate"),
            end: date(row, "endDate"),
        },
    }
}

fn enrollment(row: &Row<'_>) -> Enrollment {
    Enrollment {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        class: string(row, "classSourcedId"),
        user: string(row, "userSourcedId"),
        school: text(row, "schoolSourcedId"),
        role: text(row, "role").map(|word| RosterRole::of(&word)),
        is_primary: row.cell("primary") == "true",
        begin: date(row, "beginDate"),
        end: date(row, "endDate"),
    }
}

fn demographics(row: &Row<'_>) -> Demographics {
    Demographics {
        sourced_id: string(row, "sourcedId"),
        status: row.status,
        row: row.number,
        birth_date: date(row, "birthDate"),
        sex: text(row, "sex").map(|word| Sex::of(&word)),
    }
}

fn string(row: &Row<'_>, column: &str) -> String {
    row.cell(column).to_owned()
}

fn text(row: &Row<'_>, column: &str) -> Option<String> {
    let cell = row.cell(column);
    (!cell.is_empty()).then(|| cell.to_owned())
}

fn date(row: &Row<'_>, column: &str) -> Option<NaiveDate> {
    fields::date(row.cell(column))
}

fn list(row: &Row<'_>, column: &str) -> Vec<String> {
    fields::relaxed_list(row.cell(column)).unwrap_or_default()
}
