//! People who were added by hand and stand in a package too. A wrong guess would hand an
//! account with its work and marks to somebody else, and a family may share one address.
//! So a username counts with one of the names; an address only with both, and only if
//! nobody else has it; and a student is taken on by the row of a student alone. Whoever
//! has no role now may have been one: the row of a student takes them on by username and both names.

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

/// People added by hand, until they are taken on.
pub(super) struct ByHand<'p> {
    people: &'p [PersonNow],
    by_username: HashMap<String, usize>,
    /// `None` where several people have the address.
    by_email: HashMap<String, Option<usize>>,
    /// Addresses that several people of the package have.
    shared: HashSet<String>,
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
            if person.state.sourced_id.is_some() || person.state.ended_at.is_some() {
                continue;
            }
            if let Some(username) = &person.state.username {
                by_username.insert(username.to_lowercase(), at);
            }
            if let Some(email) = &person.state.email
                && !person.state.has_unreadable_email()
            {
                by_email
                    .entry(email.trim().to_lowercase())
                    .and_modify(|found| *found = None)
                    .or_insert(Some(at));
            }
        }
        Self {
            people: &present.people,
            by_username,
            by_email,
            shared: shared_addresses(&setting.package.users),
            taken_on: HashSet::new(),
            met: Vec::new(),
        }
    }

    /// The person whom a row means, who is taken on from then on. `is_student` says what
    /// the row makes of them.
    pub(super) fn take_on(&mut self, user: &User, is_student: bool) -> Option<&'p PersonNow> {
        let people = self.people;
        let is_free = |person: &PersonNow| !self.taken_on.contains(&person.id);
        let fits = |person: &PersonNow| person.state.has(Role::Student) == is_student;
        let by_username = user
            .username
            .as_deref()
            .and_then(names::username)
            .and_then(|name| self.by_username.get(&name).copied())
            .map(|at| &people[at])
            .filter(|person| {
                let (given, family) = names_agree(user, person);
                let is_known = if person.state.roles.is_empty() && is_student {
                    given && family
                } else {
                    fits(person) && (given || family)
                };
                is_free(person) && is_known
            });
        let email = address(user);
        let by_email = email
            .as_deref()
            .filter(|email| !self.shared.contains(*email))
            .and_then(|email| self.by_email.get(email).copied().flatten())
            .map(|at| &people[at])
            .filter(|person| is_free(person) && fits(person))
            .filter(|person| names_agree(user, person) == (true, true));
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

    /// Says which new people have an address of somebody who was not taken on: only the
    /// office can tell whether the two are one.
    pub(super) fn remark(&self, remarks: &mut Remarks) {
        for (row, email) in &self.met {
            let only = self.by_email.get(email).copied().flatten();
            let only = only.map(|at| &self.people[at]);
            if only.is_some_and(|person| self.taken_on.contains(&person.id)) {
                continue;
            }
            let who = only.map_or_else(
                || "Several people who were added by hand have".to_owned(),
                |person| format!("{} was added by hand and has", person.state.name()),
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
}

fn address(user: &User) -> Option<String> {
    let email = user.email.as_deref()?.trim().to_lowercase();
    (!email.is_empty()).then_some(email)
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
fn names_agree(user: &User, person: &PersonNow) -> (bool, bool) {
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
