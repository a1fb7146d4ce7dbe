//! Who looks after whom. A tie needs a guardian and a student; the package may
//! name it from either side. Ties made by hand are left alone.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Mode, Table, User};
use vocab::ids::{GuardianshipId, PersonId};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::plan::{Cast, Plan, Setting};
use super::report::Remarks;
use super::states::{TieState, Touched};
use crate::secrets::new_id;

type Tie = (PersonId, PersonId);

/// Plans the ties between guardians and students.
pub(super) fn plan(setting: &Setting<'_>, cast: &Cast<'_>, plan: &mut Plan, remarks: &mut Remarks) {
    let (wanted, named) = wanted(setting, cast, remarks);
    let open: HashMap<Tie, GuardianshipId> = setting
        .present
        .ties
        .iter()
        .map(|(id, state)| ((state.guardian_id, state.student_id), *id))
        .collect();
    let is_whole = setting.package.mode_of(Table::Users) == Some(Mode::Bulk);
    let is_silent = is_whole && names_no_agents(setting, cast);
    let mut is_left = false;
    let back = bring_back(setting, cast, &open, plan);
    for tie in &wanted.in_order {
        if open.contains_key(tie) {
            plan.count(RosterKind::Guardianships).unchanged += 1;
            continue;
        }
        if back.contains(tie) {
            continue;
        }
        plan.count(RosterKind::Guardianships).created += 1;
        plan.ties.push(Touched {
            id: GuardianshipId(new_id()),
            before: None,
            after: TieState {
                guardian_id: tie.0,
                student_id: tie.1,
                began_at: setting.now,
                ended_at: None,
                by_roster: Some(true),
            },
        });
    }
    for (id, before) in &setting.present.ties {
        let tie = (before.guardian_id, before.student_id);
        if wanted.all.contains(&tie) {
            continue;
        }
        let has_leaver = cast.leavers.contains(&tie.0) || cast.leavers.contains(&tie.1);
        // A delta unties only where the student's own row names other guardians, and no
        // package the people of another source.
        let is_named_anew = is_whole || named.contains(&tie.1);
        let is_replaced = is_whole && is_of_replaced(tie, setting, cast);
        let is_dropped = is_named_anew && (is_replaced || is_of_source(tie, setting, cast));
        if !has_leaver && is_dropped && before.by_roster.is_none() {
            plan.doubts.ties.insert(*id);
        }
        let is_made = || {
            let by_roster = before.by_roster;
            by_roster.unwrap_or_else(|| setting.origins.made_tie(*id))
        };
        if !has_leaver && is_silent && is_dropped && !is_replaced && fits(tie, setting, cast) {
            is_left = is_left || is_made();
            continue;
        }
        if has_leaver || (is_dropped && is_made()) {
            if !has_leaver && is_replaced {
                remark_on_replaced(tie, setting, cast, remarks);
            }
            plan.count(RosterKind::Guardianships).ended += 1;
            plan.ties.push(Touched {
                id: *id,
                before: Some(before.clone()),
                after: TieState {
                    ended_at: Some(setting.now),
                    ..before.clone()
                },
            });
        }
    }
    if is_left {
        remark_on_silence(remarks);
    }
}

/// True for a package in which nobody of the school names a guardian or is named as one: it was
/// made without this column, and does not say that nobody looks after anybody any more.
fn names_no_agents(setting: &Setting<'_>, cast: &Cast<'_>) -> bool {
    let users = setting.package.users.iter();
    users
        .filter(|user| cast.active.contains_key(user.sourced_id.as_str()))
        .all(|user| user.agent_sourced_ids.is_empty())
}

/// Says that a whole package ends no tie between a guardian and a student who are both here.
fn remark_on_silence(remarks: &mut Remarks) {
    remarks.add(
        Table::Users,
        None,
        Some("agentSourcedIds"),
        "user.no_agents",
        "This package names nobody's guardians: who looks after whom stays as it is. End by hand \
         what is over.",
    );
}

/// True where the one is a guardian and the other a student after this package.
fn fits((guardian, student): Tie, setting: &Setting<'_>, cast: &Cast<'_>) -> bool {
    let has = |id: PersonId, role: Role| {
        cast.state(id, setting.present)
            .is_some_and(|state| state.has(role))
    };
    has(guardian, Role::Guardian) && has(student, Role::Student)
}

/// True where both people are the package's source's to tie. People added by hand are the
/// school's own.
fn is_of_source((guardian, student): Tie, setting: &Setting<'_>, cast: &Cast<'_>) -> bool {
    let present = setting.present;
    [guardian, student].into_iter().all(|id| {
        cast.state(id, present)
            .is_some_and(|state| present.lineage.holds(state.source_id))
    })
}

/// True for the tie of a student of the package's source to a guardian whom only a source before
/// it knew. Whether somebody still looks after a child is the source's to say that keeps the
/// child: otherwise a former guardian would see them for ever.
fn is_of_replaced((guardian, student): Tie, setting: &Setting<'_>, cast: &Cast<'_>) -> bool {
    let present = setting.present;
    let is_replaced = cast.state(guardian, present).is_some_and(|state| {
        state.sourced_id.is_some() && present.lineage.replaces(state.source_id)
    });
    let is_held = cast
        .state(student, present)
        .is_some_and(|state| present.lineage.holds(state.source_id));
    is_replaced && is_held
}

/// Says whose tie to a guardian of a source before the package's is over.
fn remark_on_replaced(
    (guardian, student): Tie,
    setting: &Setting<'_>,
    cast: &Cast<'_>,
    remarks: &mut Remarks,
) {
    let present = setting.present;
    let (Some(guardian), Some(student)) =
        (cast.state(guardian, present), cast.state(student, present))
    else {
        return;
    };
    let source = present.lineage.name_of(guardian.source_id);
    remarks.add(
        Table::Users,
        None,
        Some("agentSourcedIds"),
        "user.agent_of_replaced_source",
        format!(
            "{} came from {source} and was not found in this package, so they do not look after \
             {} any more. If a row is theirs, give both the same username before the roster goes \
             in; if no row is and they still look after this student, tie them by hand.",
            guardian.name(),
            student.name()
        ),
    );
}

/// Ties again what is known to be tied by hand and ended with somebody who returns, where both
/// are here. Answers these ties.
fn bring_back(
    setting: &Setting<'_>,
    cast: &Cast<'_>,
    open: &HashMap<Tie, GuardianshipId>,
    plan: &mut Plan,
) -> HashSet<Tie> {
    let present = setting.present;
    let mut back = HashSet::new();
    for (id, before) in &present.returns.ties {
        let (guardian, student) = (before.guardian_id, before.student_id);
        let both = [guardian, student];
        let is_back = both.iter().any(|id| cast.is_back(*id, present))
            && both.iter().all(|id| cast.is_here(*id, present));
        let fits = fits((guardian, student), setting, cast);
        let is_by_hand = before.by_roster == Some(false);
        if !is_by_hand || !is_back || !fits || open.contains_key(&(guardian, student)) {
            continue;
        }
        if back.insert((guardian, student)) {
            plan.count(RosterKind::Guardianships).created += 1;
            plan.ties.push(Touched {
                id: *id,
                before: Some(before.clone()),
                after: TieState {
                    ended_at: None,
                    ..before.clone()
                },
            });
        }
    }
    back
}

#[derive(Default)]
struct Ties {
    all: HashSet<Tie>,
    in_order: Vec<Tie>,
}

impl Ties {
    fn add(&mut self, tie: Tie) {
        if self.all.insert(tie) {
            self.in_order.push(tie);
        }
    }
}

/// The ties of the package, and the students whose own rows name guardians.
fn wanted(
    setting: &Setting<'_>,
    cast: &Cast<'_>,
    remarks: &mut Remarks,
) -> (Ties, HashSet<PersonId>) {
    let mut ties = Ties::default();
    let mut named = HashSet::new();
    for user in &setting.package.users {
        let Some(person) = cast.active.get(user.sourced_id.as_str()).copied() else {
            continue;
        };
        for agent in &user.agent_sourced_ids {
            if cast.left_out.contains(agent.as_str()) {
                continue;
            }
            let Some(other) = cast.find(agent, setting.present) else {
                remark(
                    user,
                    "reference.unknown_person",
                    format!("Nobody in the school has the id \"{agent}\"."),
                    remarks,
                );
                continue;
            };
            let is = |id: PersonId, role: Role| {
                cast.state(id, setting.present)
                    .is_some_and(|state| state.has(role))
            };
            if person != other && is(person, Role::Student) && is(other, Role::Guardian) {
                named.insert(person);
                ties.add((other, person));
            } else if person != other && is(person, Role::Guardian) && is(other, Role::Student) {
                ties.add((person, other));
            } else if person == other || ![person, other].iter().any(|id| cast.to_come.contains(id))
            {
                // Of a role to come the remark on it says that the file is to come again.
                remark(
                    user,
                    "user.agent_not_guardian",
                    format!(
                        "\"{agent}\" and this person are not a guardian and a student; \
                         they were not tied to each other."
                    ),
                    remarks,
                );
            }
        }
    }
    (ties, named)
}

fn remark(user: &User, code: &str, reason: String, remarks: &mut Remarks) {
    remarks.add(
        Table::Users,
        Some(user.row),
        Some("agentSourcedIds"),
        code,
        reason,
    );
}
