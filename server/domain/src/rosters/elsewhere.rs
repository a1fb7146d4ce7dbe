//! Rows about somebody who is in the school already, from another source than the package's.
//! Nobody's account changes hands for it. Where the names, the kind of role and a username or
//! an address agree, the row is left out: nobody gets a second account, and the source that
//! made the first goes on keeping it. Where only names and role agree, it is somebody new.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Table, User};
use vocab::people::Role;

use super::by_hand::{address, addresses_of_several, names_agree};
use super::names;
use super::plan::Setting;
use super::present::{PersonNow, Present};
use super::report::Remarks;
use crate::people::fold;

/// People who are here from sources that go on keeping them.
pub(super) struct Elsewhere<'p> {
    present: &'p Present,
    by_family_name: HashMap<String, Vec<&'p PersonNow>>,
    /// Addresses that tell nobody apart.
    shared: HashSet<String>,
}

impl<'p> Elsewhere<'p> {
    pub(super) fn begin(setting: &Setting<'p>) -> Self {
        let present: &'p Present = setting.present;
        let lineage = &present.lineage;
        let mut by_family_name: HashMap<String, Vec<&'p PersonNow>> = HashMap::new();
        for person in &present.people {
            let state = &person.state;
            let source = state.source_id;
            let is_kept_elsewhere = !lineage.holds(source) && !lineage.takes_people_of(source);
            if state.sourced_id.is_some() && state.ended_at.is_none() && is_kept_elsewhere {
                by_family_name
                    .entry(fold(&state.family_name))
                    .or_default()
                    .push(person);
            }
        }
        Self {
            present,
            by_family_name,
            shared: addresses_of_several(setting),
        }
    }

    /// True for the row of somebody whom another source keeps: it is left out. Says so, and
    /// says where a new person has the names of somebody else.
    pub(super) fn keeps(&self, user: &User, is_student: bool, remarks: &mut Remarks) -> bool {
        let namesakes = self.namesakes(user, is_student);
        let lineage = &self.present.lineage;
        if let Some(person) = namesakes.iter().find(|person| self.is_one(user, person)) {
            let source = lineage.name_of(person.state.source_id);
            remarks.add(
                Table::Users,
                Some(user.row),
                None,
                "user.in_another_source",
                format!(
                    "{} is here from {source} with the same names, role, and username or e-mail \
                     address, and that system goes on keeping them: the row was left out with \
                     its places.",
                    person.state.name()
                ),
            );
            return true;
        }
        if let Some(person) = namesakes.first() {
            let source = lineage.name_of(person.state.source_id);
            remarks.add(
                Table::Users,
                Some(user.row),
                None,
                "user.same_name",
                format!(
                    "{} is here from {source} with the same names and role; this row is a new \
                     person. If they are one, give both the same username or e-mail address \
                     before the roster goes in.",
                    person.state.name()
                ),
            );
        }
        false
    }

    fn namesakes(&self, user: &User, is_student: bool) -> Vec<&'p PersonNow> {
        [Some(&user.family_name), user.preferred_family_name.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|name| self.by_family_name.get(&fold(name)))
            .flatten()
            .copied()
            .filter(|person| person.state.has(Role::Student) == is_student)
            .filter(|person| names_agree(user, person) == (true, true))
            .collect()
    }

    /// Whether a row with somebody's names is about them.
    fn is_one(&self, user: &User, person: &PersonNow) -> bool {
        let username = user.username.as_deref().and_then(names::username);
        let has_username = username.is_some() && username == person.state.username;
        let email = address(user).filter(|email| !self.shared.contains(email));
        has_username || (email.is_some() && email == person.state.address())
    }
}
