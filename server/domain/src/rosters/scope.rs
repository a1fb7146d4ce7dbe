//! Which rows of a package are this school's. Most packages hold one school;
//! a trust's holds several, and then the one with the school's code or name is
//! taken, together with the departments below it and the trust above it.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Org, OrgKind, Package, RosterRole, RowStatus, User, UserRole};

use crate::people::fold;

/// The organisations whose rows are taken.
#[derive(Debug)]
pub(super) struct Scope<'p> {
    /// `None`: all of them.
    orgs: Option<HashSet<&'p str>>,
    /// True where there are several schools and none of them is clearly this one.
    pub(super) is_unclear: bool,
    /// Guardians of the school's students, who may belong to another school themselves.
    agents: HashSet<&'p str>,
}

impl<'p> Scope<'p> {
    pub(super) fn of(package: &'p Package, code: &str, name: &str) -> Self {
        let schools: Vec<&Org> = package
            .orgs
            .iter()
            .filter(|org| org.kind == Some(OrgKind::School) && is_active(org.status))
            .collect();
        let mut scope = Self {
            orgs: None,
            is_unclear: false,
            agents: HashSet::new(),
        };
        if schools.len() < 2 {
            return scope;
        }
        let is_called = |text: &str, other: &str| fold(text.trim()) == fold(other.trim());
        let by_code = schools.iter().copied().find(|org| {
            org.identifier
                .as_deref()
                .is_some_and(|id| is_called(id, code))
        });
        let by_name: Vec<&Org> = schools
            .iter()
            .copied()
            .filter(|org| is_called(&org.name, name))
            .collect();
        let by_name = match by_name.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        match by_code.or(by_name) {
            Some(org) => {
                scope.orgs = Some(family(&package.orgs, &org.sourced_id));
                scope.agents = package
                    .users
                    .iter()
                    .filter(|user| is_active(user.status) && scope.is_own(user))
                    .flat_map(|user| user.agent_sourced_ids.iter().map(String::as_str))
                    .collect();
            }
            None => scope.is_unclear = true,
        }
        scope
    }

    /// True for a row of this school, or one that names none.
    pub(super) fn holds(&self, org: Option<&str>) -> bool {
        match (&self.orgs, org) {
            (Some(orgs), Some(org)) => orgs.contains(org),
            _ => true,
        }
    }

    /// True for a person of this school, and for a guardian of one of its students.
    pub(super) fn holds_user(&self, user: &User) -> bool {
        self.is_own(user) || self.agents.contains(user.sourced_id.as_str())
    }

    /// True for a role that counts in this school. A guardian is one everywhere.
    pub(super) fn holds_role(&self, role: &UserRole) -> bool {
        self.holds(role.org.as_deref()) || is_guardian(&role.role)
    }

    fn is_own(&self, user: &User) -> bool {
        if user.roles.is_empty() {
            return self.holds(user.primary_org.as_deref());
        }
        user.roles
            .iter()
            .any(|role| is_active(role.status) && self.holds(role.org.as_deref()))
    }
}

/// A row that is there: not one that a delta takes away.
pub(super) fn is_active(status: Option<RowStatus>) -> bool {
    status != Some(RowStatus::ToBeDeleted)
}

/// A parent, a guardian or a relative.
pub(super) const fn is_guardian(role: &RosterRole) -> bool {
    matches!(
        role,
        RosterRole::Guardian | RosterRole::Parent | RosterRole::Relative
    )
}

/// A school with what is above and below it, but for other schools.
fn family<'p>(orgs: &'p [Org], school: &'p str) -> HashSet<&'p str> {
    let by_id: HashMap<&str, &Org> = orgs.iter().map(|org| (&*org.sourced_id, org)).collect();
    let mut children: HashMap<&str, Vec<&Org>> = HashMap::new();
    for org in orgs {
        if let Some(parent) = org.parent.as_deref() {
            children.entry(parent).or_default().push(org);
        }
    }
    let is_other_school = |org: &Org| org.kind == Some(OrgKind::School);
    let mut family = HashSet::from([school]);
    let mut below = vec![school];
    while let Some(id) = below.pop() {
        for child in children.get(id).into_iter().flatten() {
            if !is_other_school(child) && family.insert(&child.sourced_id) {
                below.push(&child.sourced_id);
            }
        }
    }
    let mut above = by_id.get(school).and_then(|org| org.parent.as_deref());
    while let Some(org) = above.and_then(|id| by_id.get(id)) {
        if is_other_school(org) || !family.insert(&org.sourced_id) {
            break;
        }
        above = org.parent.as_deref();
    }
    family
}
