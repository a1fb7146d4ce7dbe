//! People who were added by hand and stand in a package too. A wrong guess would hand an
//! account with its work and marks to somebody else, and a family may share one address.
//! So a username counts with one of the names; an address only with both, and only if
//! nobody else has it; and a student is taken on by the row of a student alone. Whoever
//! has no role now may have been one: the row of a student takes them on by username and both names.
//!
//! People of a source from which nothing comes any more are taken on as well: so a school that
//! changes its information system keeps their accounts. A system gives usernames by a rule, and
//! may give one again, so here both names have to agree, and nobody else may have the address.
//!
//! Whoever has left and came from another source is the same person by the username and both
//! names: two systems that have one pupil may drop and list them at different times, and nobody
//! loses an account and its work by that.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Table, User};
use vocab::ids::PersonId;
use vocab::people::Role;

use super::names;
use super::plan::Setting;
use super::present::{PersonNow, Present};
use super::report::Remarks;
use super::scope::is_active;
use crate::people::fold;
use crate::sources::Lineage;

/// People added by hand, of a source that is over, or gone from another source, until they are
/// taken on.
pub(super) struct ByHand<'p> {
    present: &'p Present,
    by_username: HashMap<String, usize>,
    /// `None` where several people have the address.
    by_email: HashMap<String, Option<usize>>,
    /// Addresses that several people of the package have.
    shared: HashSet<String>,
    /// Addresses that several people of the package or of the school have.
    of_several: HashSet<String>,
    taken_on: HashSet<PersonId>,
    /// Rows of new people with the address of somebody added by hand.
    met: Vec<(u64, String)>,
}

impl<'p> ByHand<'p> {
    pub(super) fn begin(setting: &Setting<'p>) -> Self {
        let present: &'p Present = setting.present;
        let mut by_username = HashMap::new();
        let mut by_email: HashMap<String, Option<usize>> = HashMap::new();
        for (at, person) in present.people.iter().enumerate() {
            if !may_be_taken_on(person, present) {
                continue;
            }
            if let Some(username) = &person.state.username {
                by_username.insert(username.to_lowercase(), at);
            }
            if person.state.ended_at.is_none()
                && let Some(email) = person.state.address()
            {
                by_email
                    .entry(email)
                    .and_modify(|found| *found = None)
                    .or_insert(Some(at));
            }
        }
        Self {
            present,
            by_username,
            by_email,
            shared: shared_addresses(&setting.package.users),
            of_several: addresses_of_several(setting),
            taken_on: HashSet::new(),
            met: Vec::new(),
        }
    }

    /// The person whom a row means, who is taken on from then on. `is_student` says what
    /// the row makes of them.
    pub(super) fn take_on(&mut self, user: &User, is_student: bool) -> Option<&'p PersonNow> {
        let present: &'p Present = self.present;
        let people = &present.people;
        let is_free = |person: &PersonNow| !self.taken_on.contains(&person.id);
        let by_username = user
            .username
            .as_deref()
            .and_then(names::username)
            .and_then(|name| self.by_username.get(&name).copied())
            .map(|at| &people[at])
            .filter(|person| is_free(person) && self.is_known(user, person, is_student));
        let email = address(user);
        let by_email = email
            .as_deref()
            .filter(|email| !self.shared.contains(*email))
            .and_then(|email| self.by_email.get(email).copied().flatten())
            .map(|at| &people[at])
            .filter(|person| is_free(person) && fits(person, is_student))
            .filter(|person| names_agree(user, person) == (true, true))
            .filter(|person| {
                let is_of_several = email
                    .as_ref()
                    .is_some_and(|email| self.of_several.contains(email));
                is_by_hand(person) || !is_of_several
            });
        let found = by_username.or(by_email);
        match (found, email) {
            (Some(person), _) => {
                self.taken_on.insert(person.id);
            }
            (None, Some(email)) if self.by_email.contains_key(&email) => {
                self.met.push((user.row, email));
            }
            _ => {}
        }
        found
    }

    /// Whether a row with somebody's username is about them.
    fn is_known(&self, user: &User, person: &PersonNow, is_student: bool) -> bool {
        let (given, family) = names_agree(user, person);
        if person.state.ended_at.is_some() {
            let roles = self.present.returns.roles(person.id);
            let was_student = roles.contains(&Role::Student) || (roles.is_empty() && is_student);
            was_student == is_student && given && family
        } else if person.state.roles.is_empty() && is_student {
            given && family
        } else if is_by_hand(person) {
            fits(person, is_student) && (given || family)
        } else {
            fits(person, is_student) && given && family
        }
    }

    /// Says which new people have an address of somebody who was not taken on: only the
    /// office can tell whether the two are one.
    pub(super) fn remark(&self, remarks: &mut Remarks) {
        for (row, email) in &self.met {
            let only = self.by_email.get(email).copied().flatten();
            let only = only.map(|at| &self.present.people[at]);
            if only.is_some_and(|person| self.taken_on.contains(&person.id)) {
                continue;
            }
            let who = only.map_or_else(
                || "Several people who were added by hand have".to_owned(),
                |person| format!("{} {} and has", person.state.name(), self.came(person)),
            );
            remarks.add(
                Table::Users,
                Some(*row),
                Some("email"),
                "user.same_email",
                format!(
                    "{who} the same e-mail address; this row is a new person. If they are one, \
                     give both the same username, name and role before the roster goes in."
                ),
            );
        }
    }

    /// Says who of a source that the package's replaces was not found in it. They stay as they
    /// are: only the office can tell who has left.
    pub(super) fn remark_on_who_stays(&self, remarks: &mut Remarks) {
        let lineage = &self.present.lineage;
        for person in &self.present.people {
            let state = &person.state;
            let is_left_over = state.sourced_id.is_some()
                && state.ended_at.is_none()
                && lineage.replaces(state.source_id);
            if is_left_over && !self.taken_on.contains(&person.id) {
                let source = lineage.name_of(state.source_id);
                remarks.add(
                    Table::Users,
                    None,
                    None,
                    "user.of_replaced_source",
                    format!(
                        "{} came from {source}, and no row has both names, the role, and a \
                         username or e-mail address that nobody else has: this person stays in \
                         the school. If a row is theirs, give both the same username before the \
                         roster goes in; if they have left, end them by hand.",
                        state.name()
                    ),
                );
            }
        }
    }

    /// Where somebody came from, for a sentence.
    fn came(&self, person: &PersonNow) -> String {
        if is_by_hand(person) {
            return "was added by hand".to_owned();
        }
        let source = self.present.lineage.name_of(person.state.source_id);
        format!("came from {source}")
    }
}

fn is_by_hand(person: &PersonNow) -> bool {
    person.state.sourced_id.is_none()
}

/// A student is taken on by the row of a student alone.
fn fits(person: &PersonNow, is_student: bool) -> bool {
    person.state.has(Role::Student) == is_student
}

fn may_be_taken_on(person: &PersonNow, present: &Present) -> bool {
    let is_left_over = || present.lineage.takes_people_of(person.state.source_id);
    if person.state.ended_at.is_some() {
        has_left_elsewhere(person, &present.lineage)
    } else {
        is_by_hand(person) || is_left_over()
    }
}

/// True for somebody who has left, and of whom the package's source does not know.
pub(super) fn has_left_elsewhere(person: &PersonNow, lineage: &Lineage) -> bool {
    let state = &person.state;
    state.ended_at.is_some() && !is_by_hand(person) && !lineage.holds(state.source_id)
}

pub(super) fn address(user: &User) -> Option<String> {
    let email = user.email.as_deref()?.trim().to_lowercase();
    (!email.is_empty()).then_some(email)
}

/// Addresses that tell nobody apart: several rows of the package have them, or several people
/// who are here.
pub(super) fn addresses_of_several(setting: &Setting<'_>) -> HashSet<String> {
    let mut several = shared_addresses(&setting.package.users);
    let mut owned = HashSet::new();
    let here = setting.present.people.iter();
    for person in here.filter(|person| person.state.ended_at.is_none()) {
        if let Some(email) = person.state.address()
            && !owned.insert(email.clone())
        {
            several.insert(email);
        }
    }
    several
}

fn shared_addresses(users: &[User]) -> HashSet<String> {
    let mut owners: HashMap<String, &str> = HashMap::new();
    let mut shared = HashSet::new();
    for user in users.iter().filter(|user| is_active(user.status)) {
        let Some(email) = address(user) else {
            continue;
        };
        let id = user.sourced_id.as_str();
        if *owners.entry(email.clone()).or_insert(id) != id {
            shared.insert(email);
        }
    }
    shared
}

/// Whether the given name and the family name agree, as they are written or gone by.
pub(super) fn names_agree(user: &User, person: &PersonNow) -> (bool, bool) {
    let is = |own: &str, written: &str, preferred: Option<&str>| {
        let own = fold(own);
        fold(written) == own || preferred.is_some_and(|name| fold(name) == own)
    };
    (
        is(
            &person.state.given_name,
            &user.given_name,
            user.preferred_given_name.as_deref(),
        ),
        is(
            &person.state.family_name,
            &user.family_name,
            user.preferred_family_name.as_deref(),
        ),
    )
}
