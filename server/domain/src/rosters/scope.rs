//! Which rows of a package are this school's. Most packages hold one school;
//! a trust's holds several, and then the one with the school's code or name is
//! taken, together with the departments below it and the trust above it. The source keeps
//! which they are, because a package of changes may hold those of a whole trust and seldom
//! says which are whose.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{
    Mode, Org, OrgKind, Package, RosterRole, RowStatus, Table, User, UserRole, Version,
};
use vocab::people::Role;

use super::present::Present;
use super::report::Remarks;
use crate::people::fold;

/// The organisations whose rows are taken.
#[derive(Debug, Default)]
pub(super) struct Scope<'p> {
    /// `None`: all of them.
    orgs: Option<HashSet<&'p str>>,
    /// The school's own where the package or an earlier one says so; none where nothing is known.
    own: Option<HashSet<&'p str>>,
    /// True where there are several schools and none of them is clearly this one.
    pub(super) is_unclear: bool,
    /// True where an earlier package of the source said which are the school's.
    is_remembered: bool,
    /// Guardians of the school's students, who may belong to another school themselves.
    agents: HashSet<&'p str>,
}

impl<'p> Scope<'p> {
    pub(super) fn of(package: &'p Package, present: &'p Present) -> Self {
        let schools: Vec<&'p Org> = package
            .orgs
            .iter()
            .filter(|org| org.kind == Some(OrgKind::School) && is_active(org.status))
            .collect();
        let before: Option<HashSet<&'p str>> = present
            .org_ids
            .as_ref()
            .map(|ids| ids.iter().map(String::as_str).collect());
        let is_whole = package.mode_of(Table::Orgs) == Some(Mode::Bulk);
        let chosen = (schools.len() > 1)
            .then(|| ours(&schools, present, before.as_ref()))
            .flatten();
        let mut scope = Self::default();
        match (chosen, before, schools.as_slice()) {
            (Some(org), before, _) => {
                let mut own = family(&package.orgs, &org.sourced_id);
                own.extend(before.filter(|_| !is_whole).into_iter().flatten());
                scope.orgs = Some(own);
            }
            (None, _, [_]) if is_whole => {
                scope.own = Some(package.orgs.iter().map(|org| &*org.sourced_id).collect());
            }
            (None, Some(before), [] | [_]) => scope.remember(before, package),
            (None, Some(before), _) if !is_whole => scope.remember(before, package),
            (None, _, [_, _, ..]) => scope.is_unclear = true,
            (None, None, _) => {}
        }
        if scope.orgs.is_some() {
            scope.own.clone_from(&scope.orgs);
            scope.agents = scope.guardians(package, present);
        }
        scope
    }

    /// Takes what an earlier package said, with the departments that are new since.
    fn remember(&mut self, mut orgs: HashSet<&'p str>, package: &'p Package) {
        let below = |orgs: &HashSet<&'p str>| {
            let mut rows = package.orgs.iter().filter(|org| {
                let is_below = org.parent.as_deref().is_some_and(|id| orgs.contains(id));
                is_below && org.kind != Some(OrgKind::School) && !orgs.contains(&*org.sourced_id)
            });
            rows.next().map(|org| &*org.sourced_id)
        };
        while let Some(org) = below(&orgs) {
            orgs.insert(org);
        }
        self.orgs = Some(orgs);
        self.is_remembered = true;
    }

    /// Guardians whom students of the school name; and where the package says only what
    /// changed, those who are here already.
    fn guardians(&self, package: &'p Package, present: &'p Present) -> HashSet<&'p str> {
        let named = package
            .users
            .iter()
            .filter(|user| is_active(user.status) && self.is_own(user))
            .flat_map(|user| user.agent_sourced_ids.iter().map(String::as_str));
        let is_whole = package.mode_of(Table::Users) == Some(Mode::Bulk);
        let here = present
            .roster_people()
            .filter(|person| !is_whole && person.state.has(Role::Guardian))
            .filter_map(|person| person.state.sourced_id.as_deref());
        named.chain(here).collect()
    }

    /// The school's own organisations, for packages that do not say which they are.
    pub(super) fn to_keep(&self) -> Option<Vec<String>> {
        let own = self.own.as_ref()?;
        let mut ids: Vec<String> = own.iter().map(|id| (*id).to_owned()).collect();
        ids.sort_unstable();
        Some(ids)
    }

    /// Says which rows are left out, where the package itself does not show whose they are:
    /// one remark for a table.
    pub(super) fn remark(&self, package: &Package, present: &Present, remarks: &mut Remarks) {
        if !self.is_remembered {
            return;
        }
        let users = package.users.iter();
        let classes = package.classes.iter();
        let places = package.enrollments.iter();
        let of_others = [
            (
                Table::Users,
                first_and_count(
                    users
                        .filter(|user| is_active(user.status) && !self.holds_user(user))
                        .filter(|user| !self.gives_away(user, package, present))
                        .map(|user| user.row),
                ),
            ),
            (
                Table::Classes,
                first_and_count(
                    classes
                        .filter(|class| is_active(class.status))
                        .filter(|class| !self.holds(class.school.as_deref()))
                        .map(|class| class.row),
                ),
            ),
            (
                Table::Enrollments,
                first_and_count(
                    places
                        .filter(|place| is_active(place.status))
                        .filter(|place| !self.holds(place.school.as_deref()))
                        .map(|place| place.row),
                ),
            ),
        ];
        for (table, (first, count)) in of_others {
            let Some(row) = first else { continue };
            let which = match count {
                1 => "This row is of another school or department than yours and was left out"
                    .to_owned(),
                many => format!(
                    "{many} rows, this one first, are of other schools or departments than yours \
                     and were left out"
                ),
            };
            let reason = format!(
                "{which}. Yours are those of an earlier file of this system that \
                 listed them; if one is missing, bring a whole file in first."
            );
            remarks.add(table, Some(row), None, "org.other_school", reason);
        }
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

    /// True for somebody who is here and whom the package gives to another school. A student is
    /// in one school. Staff may be in several, so a package of changes has to say that their role
    /// here is over. A row that does not say where somebody is first may only add a role beside
    /// the one here, which has not changed and is not in the package.
    pub(super) fn gives_away(&self, user: &User, package: &Package, present: &Present) -> bool {
        let known = present.by_sourced_id(&user.sourced_id);
        let here = known.filter(|person| person.state.ended_at.is_none());
        let Some(person) = here.filter(|_| !self.holds_user(user)) else {
            return false;
        };
        let names_all_roles =
            package.version == Version::V1_1 || package.mode_of(Table::Roles) == Some(Mode::Bulk);
        let mut roles = user.roles.iter();
        let is_over = roles.any(|role| !is_active(role.status) && self.holds(role.org.as_deref()));
        let mut elsewhere = user.roles.iter().filter(|role| is_active(role.status));
        let is_elsewhere = match user.primary_org.as_deref() {
            Some(org) => elsewhere.next().is_some() && !self.holds(Some(org)),
            None => elsewhere.any(|role| is_over || role.is_primary),
        };
        names_all_roles || (is_elsewhere && (is_over || person.state.has(Role::Student)))
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

/// The one of several schools that is this one: by its code or name, or because an earlier
/// package of the source said so.
fn ours<'p>(
    schools: &[&'p Org],
    present: &Present,
    before: Option<&HashSet<&'p str>>,
) -> Option<&'p Org> {
    let school = &present.school;
    let is_called = |text: &str, other: &str| fold(text.trim()) == fold(other.trim());
    let by_code = schools.iter().copied().find(|org| {
        org.identifier
            .as_deref()
            .is_some_and(|id| is_called(id, &school.code))
    });
    by_code
        .or_else(|| only(schools, |org| is_called(&org.name, &school.name)))
        .or_else(|| {
            only(schools, |org| {
                before.is_some_and(|ids| ids.contains(&*org.sourced_id))
            })
        })
}

/// The one school of which something is true, if it is one.
fn only<'p>(schools: &[&'p Org], is_it: impl Fn(&Org) -> bool) -> Option<&'p Org> {
    let mut found = schools.iter().copied().filter(|org| is_it(org));
    found.next().filter(|_| found.next().is_none())
}

fn first_and_count(rows: impl Iterator<Item = u64>) -> (Option<u64>, usize) {
    let rows: Vec<u64> = rows.collect();
    (rows.first().copied(), rows.len())
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
