//! Which roles a package gives people and takes from them. A student is that and nothing
//! else, as with roles that are given by hand: students are handed their passwords, so
//! nobody who sees other people's data may be one. What a package says beside it is left
//! out with a remark. A teacher of a class is one as `teaching` says.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use interop::oneroster::{Mode, Package, RosterRole, Table, User, UserRole, Version};
use vocab::people::{Role, Roles};

use super::plan::{Plan, Setting};
use super::present::PersonNow;
use super::report::Remarks;
use super::scope::{is_active, is_guardian};
use super::states::PersonState;
use super::teaching::Teaching;

/// The roles that a roster gives and takes back.
const OF_A_ROSTER: [Role; 3] = [Role::Student, Role::Guardian, Role::Teacher];

/// What the package says about roles.
pub(super) struct RoleRules<'s, 'p> {
    setting: &'s Setting<'p>,
    teaching: Teaching<'p>,
    /// Whether the package names all roles of the people in it.
    is_whole: bool,
    /// By day, the first row of the roles that begin then and were left out, and how many.
    to_come: BTreeMap<NaiveDate, (u64, u64)>,
}

impl<'s, 'p> RoleRules<'s, 'p> {
    pub(super) fn begin(setting: &'s Setting<'p>) -> Self {
        let package: &'p Package = setting.package;
        Self {
            setting,
            teaching: Teaching::begin(setting),
            is_whole: package.version == Version::V1_1
                || package.mode_of(Table::Roles) == Some(Mode::Bulk),
            to_come: BTreeMap::new(),
        }
    }

    /// True for the row of a student, or of somebody whose roles are over and who was one.
    pub(super) fn is_student(&self, user: &User) -> bool {
        let given = self.in_file(&user.roles);
        let was_one = || {
            let mut roles = user.roles.iter();
            roles.any(|role| role.role == RosterRole::Student)
        };
        given.contains(&Role::Student) || (given.is_empty() && was_one())
    }

    /// Gives and takes what a person's row and places say.
    pub(super) fn of_user(
        &mut self,
        user: &User,
        known: Option<&PersonNow>,
        after: &mut PersonState,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) {
        let mut given = self.in_file(&user.roles);
        let id = user.sourced_id.as_str();
        if self.teaching.has_begun(id) {
            given.insert(Role::Teacher);
        }
        let mut taken = if self.is_whole {
            let later = self.later(&user.roles);
            OF_A_ROSTER
                .into_iter()
                .filter(|role| !given.contains(role) && !later.contains(role))
                .collect()
        } else {
            self.taken(&user.roles)
        };
        if known.is_some_and(|person| self.teaching.goes_on(id, person.id)) {
            taken.retain(|role| *role != Role::Teacher);
        }
        let refused = self.settle(given, taken, known, after, plan);
        remark_on_refused((Table::Users, Some(user.row)), refused, after, remarks);
        self.leave_out_later(&user.roles, after);
        if after.roles.is_empty() && !self.has_later(user) {
            remark_on_no_role(user, self.setting.today, remarks);
        }
    }

    /// Gives and takes what rows of a delta say of somebody whom it does not list.
    pub(super) fn alone(
        &mut self,
        roles: &[UserRole],
        person: &PersonNow,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) -> PersonState {
        let mut after = person.state.clone();
        let (given, mut taken) = (self.in_file(roles), self.taken(roles));
        let id = person.state.sourced_id.as_deref().unwrap_or_default();
        if self.teaching.goes_on(id, person.id) {
            taken.retain(|role| *role != Role::Teacher);
        }
        let refused = self.settle(given, taken, Some(person), &mut after, plan);
        let row = roles.first().map(|role| role.row);
        remark_on_refused((Table::Roles, row), refused, &after, remarks);
        self.leave_out_later(roles, &after);
        after
    }

    /// True for the row of somebody with a role whose first day is still to come.
    pub(super) fn has_later(&self, user: &User) -> bool {
        self.rows_to_come(&user.roles).next().is_some()
    }

    /// Says which roles are still to come: one remark for a day, as with places.
    pub(super) fn remark_on_later(&self, remarks: &mut Remarks) {
        for (day, (row, count)) in &self.to_come {
            let reason = match count {
                1 => format!("The role begins on {day} and was left out; import again then."),
                many => format!(
                    "{many} roles begin on {day}, the first of them in this row, and were left \
                     out; import again then."
                ),
            };
            remarks.add(
                Table::Roles,
                Some(*row),
                Some("beginDate"),
                "role.not_begun",
                reason,
            );
        }
    }

    fn leave_out_later(&mut self, roles: &[UserRole], after: &PersonState) {
        let left_out: Vec<(NaiveDate, u64)> = self
            .rows_to_come(roles)
            .filter(|(_, role, _)| !after.has(*role))
            .map(|(row, _, day)| (day, row))
            .collect();
        for (day, row) in left_out {
            self.to_come.entry(day).or_insert((row, 0)).1 += 1;
        }
    }

    /// Who keeps the role of a student gets no other, and who keeps another does not become
    /// a student; of somebody new, a student comes first. Answers the roles that were refused:
    /// they are taken back as well, where a roster gave them once.
    fn settle(
        &self,
        given: HashSet<Role>,
        mut taken: Vec<Role>,
        known: Option<&PersonNow>,
        after: &mut PersonState,
        plan: &mut Plan,
    ) -> Roles {
        after.roles_back = self.back(known);
        let kept = self.kept(known, &after.roles_back, &taken, plan);
        let is_student =
            kept.contains(&Role::Student) || (kept.is_empty() && given.contains(&Role::Student));
        let (refused, given): (Vec<Role>, Vec<Role>) = given
            .into_iter()
            .partition(|role| (*role == Role::Student) != is_student);
        taken.extend(&refused);
        after.roles = self.kept(known, &after.roles_back, &taken, plan);
        for role in given {
            after.give(role);
        }
        refused.into_iter().collect()
    }

    /// What somebody who returns was given by hand, and what ended with them. Whoever ran the
    /// school is not made to by a roster.
    fn back(&self, known: Option<&PersonNow>) -> Vec<Role> {
        let Some(person) = known else {
            return Vec::new();
        };
        let returns = &self.setting.present.returns;
        OF_A_ROSTER
            .into_iter()
            .filter(|role| returns.has_by_hand(person.id, *role))
            .collect()
    }

    /// A role is taken only if it was a roster that gave it.
    fn kept(
        &self,
        known: Option<&PersonNow>,
        back: &[Role],
        taken: &[Role],
        plan: &mut Plan,
    ) -> Vec<Role> {
        let Some(person) = known else {
            return Vec::new();
        };
        let mut kept = person.state.roles.clone();
        for role in taken.iter().copied().filter(|role| person.state.has(*role)) {
            let by_roster = person.by_roster.get(&role).copied();
            if by_roster.is_none() {
                plan.doubts.people.insert(person.id);
            }
            if by_roster.unwrap_or_else(|| self.setting.origins.gave_role(person.id, role)) {
                kept.retain(|other| *other != role);
            }
        }
        kept.extend(back);
        kept.sort_unstable();
        kept
    }

    /// What the file gives today.
    fn in_file(&self, roles: &[UserRole]) -> HashSet<Role> {
        self.not_over(roles)
            .filter(|role| role.begin.is_none_or(|begin| begin <= self.setting.today))
            .filter_map(|role| role_of(&role.role))
            .collect()
    }

    /// What it gives on a day to come. Whoever has such a role already keeps it.
    fn later(&self, roles: &[UserRole]) -> HashSet<Role> {
        self.rows_to_come(roles).map(|(_, role, _)| role).collect()
    }

    /// The rows of these: the row, the role and its first day.
    fn rows_to_come(&self, roles: &[UserRole]) -> impl Iterator<Item = (u64, Role, NaiveDate)> {
        self.not_over(roles).filter_map(move |role| {
            let day = role.begin.filter(|day| *day > self.setting.today)?;
            Some((role.row, role_of(&role.role)?, day))
        })
    }

    fn not_over<'r>(&self, roles: &'r [UserRole]) -> impl Iterator<Item = &'r UserRole> {
        roles
            .iter()
            .filter(move |role| is_active(role.status) && self.setting.scope.holds_role(role))
            .filter(move |role| role.end.is_none_or(|end| end >= self.setting.today))
    }

    /// What a delta takes away, unless another row of it gives the same, be it later.
    fn taken(&self, roles: &[UserRole]) -> Vec<Role> {
        let mut given = self.in_file(roles);
        given.extend(self.later(roles));
        roles
            .iter()
            .filter(|role| self.setting.scope.holds_role(role))
            .filter(|role| {
                !is_active(role.status) || role.end.is_some_and(|end| end < self.setting.today)
            })
            .filter_map(|role| role_of(&role.role))
            .filter(|role| !given.contains(role))
            .collect()
    }
}

/// What a role of a roster makes somebody here.
fn role_of(role: &RosterRole) -> Option<Role> {
    match role {
        RosterRole::Student => Some(Role::Student),
        RosterRole::Teacher | RosterRole::Aide | RosterRole::Proctor => Some(Role::Teacher),
        role if is_guardian(role) => Some(Role::Guardian),
        _ => None,
    }
}

fn remark_on_refused(
    (table, row): (Table, Option<u64>),
    refused: Roles,
    after: &PersonState,
    remarks: &mut Remarks,
) {
    if refused == Roles::default() {
        return;
    }
    let own = if after.has(Role::Student) {
        "a student".to_owned()
    } else {
        format!("here as \"{}\"", after.role_words())
    };
    remarks.add(
        table,
        row,
        None,
        "user.student_alone",
        format!(
            "This person is {own}, and a student has no other role: \"{}\" was left out. Who is \
             both needs a second row with an id and a username of its own.",
            refused.words()
        ),
    );
}

fn remark_on_no_role(user: &User, today: NaiveDate, remarks: &mut Remarks) {
    let over = user
        .roles
        .iter()
        .filter(|role| role_of(&role.role).is_some())
        .filter_map(|role| role.end.filter(|end| *end < today))
        .max();
    let word = user.roles.first().map(|role| role.role.as_str());
    remarks.add(
        Table::Users,
        Some(user.row),
        None,
        "user.no_role",
        match (over, word) {
            (Some(over), _) => format!(
                "In this file the person's role ended on {over}: they are here without a role. \
                 Give one under People."
            ),
            (None, Some(word)) => format!(
                "A roster gives no rights for \"{word}\": this person comes in without a role. \
                 Give one under People."
            ),
            (None, None) => {
                "This person comes in without a role. Give one under People.".to_owned()
            }
        },
    );
}
