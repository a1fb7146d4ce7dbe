//! What an import may change of a row, as it is kept before and after in
//! `roster_change`. A person's state holds the account's and the roles' part too,
//! so that undoing puts all of it back together. No password is ever in it.

use serde::{Deserialize, Serialize};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, DataSourceId, PersonId};
use vocab::people::{Role, Roles};

use crate::clock::Time;
use crate::people::contact;
use crate::sources::Source;

/// A person with the account and the open roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PersonState {
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) sort_name: String,
    pub(super) year_group: Option<String>,
    pub(super) email: Option<String>,
    pub(super) sourced_id: Option<String>,
    pub(super) ended_at: Option<Time>,
    pub(super) username: Option<String>,
    pub(super) disabled_at: Option<Time>,
    /// In the order of `Role::ALL`.
    pub(super) roles: Vec<Role>,
    /// Whose id `sourced_id` is. Absent in records that are older than it, as below.
    #[serde(default)]
    pub(super) source_id: Option<DataSourceId>,
    /// Those of the roles that were given by hand, ended with a leaver and are back with them.
    /// Empty but for what an import makes of somebody who returns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) roles_back: Vec<Role>,
}

impl PersonState {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
            .trim()
            .to_owned()
    }

    /// Whether an address is kept that does not open. Nothing is known of it, so it is
    /// neither compared nor written over.
    pub(super) fn has_unreadable_email(&self) -> bool {
        self.email.as_deref().is_some_and(contact::is_kept_sealed)
    }

    /// The address as addresses are compared, where one is kept that can be read.
    pub(super) fn address(&self) -> Option<String> {
        let email = self.email.as_deref()?;
        (!self.has_unreadable_email()).then(|| email.trim().to_lowercase())
    }

    /// The id with whose it is: one person of the school has both.
    pub(super) fn id_of_source(&self) -> Option<(Source, String)> {
        Some((self.source_id, self.sourced_id.clone()?))
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The roles as people say them.
    pub(super) fn role_words(&self) -> String {
        self.roles.iter().copied().collect::<Roles>().words()
    }

    pub(super) fn give(&mut self, role: Role) {
        if !self.has(role) {
            self.roles.push(role);
            self.roles.sort_unstable();
        }
    }

    /// As a leaver: no role, no way in.
    pub(super) fn ended(&self, now: Time) -> Self {
        Self {
            ended_at: Some(now),
            disabled_at: self.disabled_at.or(self.username.as_ref().map(|_| now)),
            roles: Vec::new(),
            ..self.clone()
        }
    }
}

/// A classroom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClassroomState {
    pub(super) name: String,
    pub(super) subject: Option<String>,
    pub(super) year_group: Option<String>,
    pub(super) sourced_id: Option<String>,
    pub(super) archived_at: Option<Time>,
    #[serde(default)]
    pub(super) source_id: Option<DataSourceId>,
}

/// A place in a classroom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EnrolmentState {
    pub(super) classroom_id: ClassroomId,
    pub(super) person_id: PersonId,
    pub(super) role: ClassroomRole,
    pub(super) sourced_id: Option<String>,
    pub(super) began_at: Time,
    pub(super) ended_at: Option<Time>,
    #[serde(default)]
    pub(super) source_id: Option<DataSourceId>,
    /// Whether a roster made it; none where it is not known. It stands in the row and never
    /// changes, so the record does not keep it, as below.
    #[serde(skip)]
    pub(super) by_roster: Option<bool>,
}

impl EnrolmentState {
    /// The id with whose it is: one place of the school has both.
    pub(super) fn id_of_source(&self) -> Option<(Source, String)> {
        Some((self.source_id, self.sourced_id.clone()?))
    }
}

/// A tie between a guardian and a student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TieState {
    pub(super) guardian_id: PersonId,
    pub(super) student_id: PersonId,
    pub(super) began_at: Time,
    pub(super) ended_at: Option<Time>,
    #[serde(skip)]
    pub(super) by_roster: Option<bool>,
}

/// A row that an import touches.
#[derive(Clone, Debug)]
pub(super) struct Touched<I, S> {
    pub(super) id: I,
    /// `None` for a new row.
    pub(super) before: Option<S>,
    pub(super) after: S,
}
