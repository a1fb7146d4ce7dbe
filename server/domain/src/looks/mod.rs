//! Who looked at whose data. The doors of [`access`](crate::access) and the reads of
//! lists note a [`Look`] at the place where they decide; [`Recorder`] writes it down
//! before the answer goes out, so that nothing is seen that is not on record.

mod read;
mod record;
mod same_name;
mod school;
mod settings;

pub use read::who_looked;
pub use record::{NotKept, Recorder, write};
pub use school::school_looks;
pub use settings::{Choices, choices, choose};

use std::sync::{Arc, Mutex, PoisonError};

use vocab::ids::{ClassroomId, PersonId};
use vocab::looks::{LookKind, LookRelation, LookVia};
use vocab::people::Role;

use crate::actor::Actor;

/// Whose data was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// One person's.
    Person(PersonId),
    /// Of everybody who learns in a classroom.
    Classroom(ClassroomId),
    /// Of everybody in the school.
    School,
}

/// Somebody saw another person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Look {
    /// Whose.
    pub whose: Whose,
    /// What of it.
    pub kind: LookKind,
    /// As what.
    pub relation: LookRelation,
    /// On which way.
    pub via: LookVia,
}

/// What was looked at in one request, until it is written down. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Looks(Arc<Mutex<Vec<Look>>>);

impl Looks {
    /// Notes a look; the same one within a request is noted once.
    pub fn note(&self, look: Look) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.contains(&look) {
            noted.push(look);
        }
    }

    /// Everything noted so far; nothing is left behind.
    pub fn take(&self) -> Vec<Look> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Actor {
    /// Notes that the actor saw a person's page or work. One's own data is no look.
    pub(crate) fn saw(&self, person: PersonId, kind: LookKind, relation: LookRelation) {
        self.saw_by(Whose::Person(person), kind, relation, LookVia::Page);
    }

    /// Notes that the actor saw people in a list.
    pub(crate) fn saw_list(&self, whose: Whose, kind: LookKind, relation: LookRelation) {
        self.saw_by(whose, kind, relation, LookVia::List);
    }

    pub(crate) fn saw_by(
        &self,
        whose: Whose,
        kind: LookKind,
        relation: LookRelation,
        via: LookVia,
    ) {
        if whose != Whose::Person(self.person) {
            self.looks.note(Look {
                whose,
                kind,
                relation,
                via,
            });
        }
    }

    /// As what somebody of the office reads: an admin runs the school, a lead watches.
    pub(crate) const fn office_relation(&self) -> LookRelation {
        if self.is(Role::SchoolAdmin) {
            LookRelation::Office
        } else {
            LookRelation::ProtectionLead
        }
    }
}
