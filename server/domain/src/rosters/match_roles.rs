//! Which roles a package gives people and takes from them. A student is that and nothing
//! else, as with roles that are given by hand: students are handed their passwords, so
//! nobody who sees other people's data may be one. What a package says beside it is left
//! out with a remark.

use std::collections::HashSet;

use chrono::NaiveDate;
use interop::oneroster::{Mode, Package, RosterRole, Table, User, UserRole, Version};
use vocab::people::{Role, Roles};

use super::plan::{Plan, Setting};
use super::present::PersonNow;
use super::report::Remarks;
use super::scope::{is_active, is_guardian};
use super::states::PersonState;

/// The roles that a roster gives and takes back.
const OF_A_ROSTER: [Role; 3] = [Role::Student, Role::Guardian, Role::Teacher];

/// What the package says about roles.
pub(super) struct RoleRules<'s, 'p> {
    setting: &'s Setting<'p>,
    /// People whom the enrolments that have begun make teachers of a class.
    teaching: HashSet<&'p str>,
    /// Whether the package names all roles of the people in it.
    is_whole: bool,
}

impl<'s, 'p> RoleRules<'s, 'p> {
    pub(super) fn begin(setting: &'s Setting<'p>) -> Self {
        let package: &'p Package = setting.package;
        Self {
            setting,
            teaching: package
                .enrollments
                .iter()
                .filter(|row| is_active(row.status))
                .filter(|row| row.begin.is_none_or(|begin| begin <= setting.today))
                .filter(|row| matches!(row.role, Some(RosterRole::Teacher | RosterRole::Aide)))
                .map(|row| row.user.as_str())
                .collect(),
            is_whole: package.version == Version::V1_1
                || package.mode_of(Table::Roles) == Some(Mode::Bulk),
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
        &self,
        user: &User,
        known: Option<&PersonNow>,
        after: &mut PersonState,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) {
        let mut given = self.in_file(&user.roles);
        if self.teaching.contains(user.sourced_id.as_str()) {
            given.insert(Role::Teacher);
        }
        let taken = if self.is_whole {
            OF_A_ROSTER
                .into_iter()
                .filter(|role| !given.contains(role))
                .collect()
        } else {
            self.taken(&user.roles)
        };
        let refused = self.settle(given, taken, known, after, plan);
        remark_on_refused((Table::Users, Some(user.row)), refused, after, remarks);
        if after.roles.is_empty() {
            remark_on_no_role(user, self.setting.today, remarks);
        }
    }

    /// Gives and takes what rows of a delta say of somebody whom it does not list.
    pub(super) fn alone(
        &self,
        roles: &[UserRole],
        person: &PersonNow,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) -> PersonState {
        let mut after = person.state.clone();
        let (given, taken) = (self.in_file(roles), self.taken(roles));
        let refused = self.settle(given, taken, Some(person), &mut after, plan);
        let row = roles.first().map(|role| role.row);
        remark_on_refused((Table::Roles, row), refused, &after, remarks);
        after
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
        let kept = self.kept(known, &taken, plan);
        let is_student =
            kept.contains(&Role::Student) || (kept.is_empty() && given.contains(&Role::Student));
        let (refused, given): (Vec<Role>, Vec<Role>) = given
            .into_iter()
            .partition(|role| (*role == Role::Student) != is_student);
        taken.extend(&refused);
        after.roles = self.kept(known, &taken, plan);
        for role in given {
            after.give(role);
        }
        refused.into_iter().collect()
    }

    /// A role is taken only if it was a roster that gave it.
    fn kept(&self, known: Option<&PersonNow>, taken: &[Role], plan: &mut Plan) -> Vec<Role> {
        let Some(person) = known else {
            return Vec::new();
        };
        let mut kept = person.state.roles.clone();
        for role in taken.iter().copied().filter(|role| person.state.has(*role)) {
            plan.doubts.people.insert(person.id);
            if self.setting.origins.gave_role(person.id, role) {
                kept.retain(|other| *other != role);
            }
        }
        kept
    }

    fn in_file(&self, roles: &[UserRole]) -> HashSet<Role> {
        roles
            .iter()
            .filter(|role| is_active(role.status) && self.setting.scope.holds_role(role))
            .filter(|role| role.end.is_none_or(|end| end >= self.setting.today))
            .filter_map(|role| role_of(&role.role))
            .collect()
    }

    /// What a delta takes away, unless another row of it gives the same.
    fn taken(&self, roles: &[UserRole]) -> Vec<Role> {
        let given = self.in_file(roles);
        roles
            .iter()
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
