//! What a package would change in a school, worked out in memory. A plan writes
//! nothing: a dry run shows it, a confirmation makes it again and applies it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use interop::oneroster::{Package, Table};
use serde_json::{Value, json};
use vocab::ids::{ClassroomId, EnrolmentId, GuardianshipId, PersonId};
use vocab::rosters::{Counts, Loss, Losses, RosterKind, RosterProblem};

use super::origins::{Doubts, Origins};
use super::present::{AccountNow, PersonNow, Present};
use super::report::Remarks;
use super::scope::Scope;
use super::states::{ClassroomState, EnrolmentState, PersonState, TieState, Touched};
use super::{lost, match_people, match_places, match_ties};
use crate::clock::Time;
use crate::sources::{Lineage, Source};

/// A person who is made, changed or ended.
#[derive(Debug)]
pub(super) struct PersonChange {
    pub(super) row: Touched<PersonId, PersonState>,
    pub(super) created_at: Time,
    pub(super) account: Option<AccountNow>,
}

impl PersonChange {
    /// What somebody who is here from a roster loses by it; of most people nothing.
    pub(super) fn loss(&self) -> Option<Loss> {
        if self.row.after.ended_at.is_some() {
            return Some(Loss::Everything);
        }
        if self.loses_last_role() {
            return Some(Loss::LastRole);
        }
        self.loses_account().then_some(Loss::Account)
    }

    /// True of somebody of a roster who stays and has no role any more.
    fn loses_last_role(&self) -> bool {
        let after = &self.row.after;
        let had_one = self.row.before.as_ref().is_some_and(|before| {
            let is_here = before.sourced_id.is_some() && before.ended_at.is_none();
            is_here && !before.roles.is_empty()
        });
        had_one && after.ended_at.is_none() && after.roles.is_empty()
    }

    /// True of somebody of a roster who stays with a role and whose account is closed.
    fn loses_account(&self) -> bool {
        let after = &self.row.after;
        let had_one = self.row.before.as_ref().is_some_and(|before| {
            let is_here = before.sourced_id.is_some() && before.ended_at.is_none();
            is_here && self.account.is_some() && before.disabled_at.is_none()
        });
        let stays = after.ended_at.is_none() && !after.roles.is_empty();
        had_one && stays && after.disabled_at.is_some()
    }

    /// True of somebody who is here from another source and whom the package takes on.
    fn is_taken_on(&self, lineage: &Lineage) -> bool {
        self.row.before.as_ref().is_some_and(|before| {
            let is_here = before.sourced_id.is_some() && before.ended_at.is_none();
            is_here && !lineage.holds(before.source_id)
        })
    }
}

/// All that an import would do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) people: Vec<PersonChange>,
    pub(super) classrooms: Vec<Touched<ClassroomId, ClassroomState>>,
    pub(super) enrolments: Vec<Touched<EnrolmentId, EnrolmentState>>,
    pub(super) ties: Vec<Touched<GuardianshipId, TieState>>,
    pub(super) counts: HashMap<RosterKind, Counts>,
    pub(super) remarks: Vec<RosterProblem>,
    /// Who came by an import and is here before it: from the package's source, or taken on from
    /// another by this one.
    pub(super) people_now: u64,
    /// Places in classes that people who stay would lose, and how many there are.
    pub(super) places: (u64, u64),
    pub(super) doubts: Doubts,
    /// The ids of the school's organisations, where they are known.
    pub(super) orgs: Option<Vec<String>>,
}

impl Plan {
    /// Leaves these people as they are, with their places and ties, and says so.
    pub(super) fn pass_over(&mut self, people: &HashSet<PersonId>) {
        if people.is_empty() {
            return;
        }
        let names: Vec<String> = self
            .people
            .iter()
            .filter(|change| people.contains(&change.row.id))
            .map(|change| change.row.after.name())
            .collect();
        let is_passed = |person: &PersonId| people.contains(person);
        let (rows, counts) = (&mut self.people, &mut self.counts);
        pass(counts, RosterKind::People, rows, |change| {
            let row = &change.row;
            let ends = row.after.ended_at.is_some();
            let is_new = is_new(row.before.as_ref(), |before| before.ended_at.is_some());
            is_passed(&row.id).then_some((is_new && !ends, ends))
        });
        let places = &mut self.enrolments;
        let theirs = places
            .iter()
            .filter(|row| is_passed(&row.after.person_id))
            .filter_map(|row| row.before.as_ref()?.id_of_source());
        let held: HashSet<(Source, String)> = theirs.collect();
        // The time before a place that is opened again goes with it, and was counted nowhere.
        places.retain(|row| {
            let is_time_before = row.before.is_none() && row.after.ended_at.is_some();
            !(is_time_before && is_passed(&row.after.person_id))
        });
        pass(counts, RosterKind::Enrolments, places, |row| {
            let ends = row.after.ended_at.is_some();
            let is_new = is_new(row.before.as_ref(), |before| before.ended_at.is_some());
            is_passed(&row.after.person_id).then_some((is_new && !ends, ends))
        });
        // Who has the place of the package keeps it, and is given its id by a later one.
        leave_ids(places, &held);
        pass(counts, RosterKind::Enrolments, places, |row| {
            (row.before.as_ref() == Some(&row.after)).then_some((false, false))
        });
        pass(counts, RosterKind::Guardianships, &mut self.ties, |row| {
            let ends = row.after.ended_at.is_some();
            let (one, other) = (&row.after.student_id, &row.after.guardian_id);
            let is_theirs = is_passed(one) || is_passed(other);
            let is_new = is_new(row.before.as_ref(), |before| before.ended_at.is_some());
            is_theirs.then_some((is_new && !ends, ends))
        });
        self.remarks.extend(names.into_iter().map(|name| RosterProblem {
            file: String::new(),
            row: None,
            field: None,
            code: "person.restricted".to_owned(),
            reason: format!(
                "{name} stays as they are: their data is restricted. Once that has ended, the next roster brings them up to date."
            ),
        }));
    }

    /// The school's organisations as an import's row keeps them.
    pub(super) fn org_ids(&self) -> Option<Value> {
        self.orgs.as_ref().map(|ids| json!(ids))
    }

    pub(super) fn counts(&self, kind: RosterKind) -> Counts {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// Who would be lost of the people who came by imports, and how many places in classes.
    pub(super) fn losses(&self) -> Losses {
        let many = |lose: fn(&PersonChange) -> bool| {
            self.people.iter().filter(|person| lose(person)).count() as u64
        };
        Losses {
            leavers: self.counts(RosterKind::People).ended,
            roleless: many(PersonChange::loses_last_role),
            closed: many(PersonChange::loses_account),
            people: self.people_now,
            places: self.places.0,
            places_now: self.places.1,
        }
    }

    /// How many roles, places and ties that were made by hand come back with people who had
    /// left.
    pub(super) fn back(&self) -> u64 {
        let roles: usize = self
            .people
            .iter()
            .map(|person| person.row.after.roles_back.len())
            .sum();
        let places = self.enrolments.iter().filter(|row| {
            let before = row.before.as_ref();
            let was_over = before.is_some_and(|before| before.ended_at.is_some());
            was_over && row.after.ended_at.is_none() && row.after.sourced_id.is_none()
        });
        let ties = self.ties.iter().filter(|row| {
            let before = row.before.as_ref();
            before.is_some() && row.after.ended_at.is_none()
        });
        (roles + places.count() + ties.count()) as u64
    }

    pub(super) fn count(&mut self, kind: RosterKind) -> &mut Counts {
        self.counts.entry(kind).or_default()
    }
}

/// Gives none of these places an id that another has still: each keeps the one it had.
pub(super) fn leave_ids(
    places: &mut [Touched<EnrolmentId, EnrolmentState>],
    held: &HashSet<(Source, String)>,
) {
    for place in places {
        let id = place.after.id_of_source();
        if id.is_some_and(|id| held.contains(&id)) {
            let before = place.before.as_ref();
            place.after.sourced_id = before.and_then(|before| before.sourced_id.clone());
            place.after.source_id = before.and_then(|before| before.source_id);
        }
    }
}

/// A row that an import makes or opens again is counted as new.
fn is_new<S>(before: Option<&S>, is_over: impl Fn(&S) -> bool) -> bool {
    before.is_none_or(is_over)
}

/// Takes rows out of a plan, and out of its counts. `which` answers of a row that goes
/// whether it is new, and whether it ends.
fn pass<R>(
    counts: &mut HashMap<RosterKind, Counts>,
    kind: RosterKind,
    rows: &mut Vec<R>,
    which: impl Fn(&R) -> Option<(bool, bool)>,
) {
    let counted = counts.entry(kind).or_default();
    rows.retain(|row| {
        let Some((is_new, ends)) = which(row) else {
            return true;
        };
        let from = match (is_new, ends) {
            (true, _) => &mut counted.created,
            (false, true) => &mut counted.ended,
            (false, false) => &mut counted.changed,
        };
        *from = from.saturating_sub(1);
        counted.unchanged += u64::from(!is_new);
        false
    });
}

/// What the rules look at.
pub(super) struct Setting<'p> {
    pub(super) package: &'p Package,
    pub(super) present: &'p Present,
    pub(super) origins: &'p Origins,
    pub(super) scope: Scope<'p>,
    pub(super) now: Time,
    /// The date in the school.
    pub(super) today: NaiveDate,
    pub(super) zone: chrono_tz::Tz,
}

/// Who is who after the people are matched.
#[derive(Debug, Default)]
pub(super) struct Cast<'p> {
    /// The people whom the package says are here.
    pub(super) active: HashMap<&'p str, PersonId>,
    /// Ids of the package that belong to another school, or to somebody who leaves.
    pub(super) left_out: HashSet<&'p str>,
    /// Those who leave by this import.
    pub(super) leavers: HashSet<PersonId>,
    /// Those of the package with a role whose first day is still to come.
    pub(super) to_come: HashSet<PersonId>,
    /// People who are made or changed, as they will be.
    pub(super) after: HashMap<PersonId, PersonState>,
}

impl Cast<'_> {
    /// Whether somebody who had left is here again by this import.
    pub(super) fn is_back(&self, id: PersonId, present: &Present) -> bool {
        let had_left = |person: &PersonNow| person.state.ended_at.is_some();
        present.person(id).is_some_and(had_left) && self.is_here(id, present)
    }

    /// Whether somebody is in the school after this import.
    pub(super) fn is_here(&self, id: PersonId, present: &Present) -> bool {
        self.state(id, present)
            .is_some_and(|state| state.ended_at.is_none())
    }

    /// Somebody of the package, or of the school where the package leaves them out.
    pub(super) fn find(&self, sourced_id: &str, present: &Present) -> Option<PersonId> {
        self.active.get(sourced_id).copied().or_else(|| {
            let person = present.by_sourced_id(sourced_id)?;
            let is_here = person.state.ended_at.is_none() && !self.leavers.contains(&person.id);
            is_here.then_some(person.id)
        })
    }

    /// A person as they will be.
    pub(super) fn state<'a>(
        &'a self,
        id: PersonId,
        present: &'a Present,
    ) -> Option<&'a PersonState> {
        self.after
            .get(&id)
            .or_else(|| present.person(id).map(|person: &PersonNow| &person.state))
    }
}

/// Compares a package with the school.
pub(super) fn make(package: &Package, present: &Present, origins: &Origins, now: Time) -> Plan {
    let zone = present
        .school
        .time_zone
        .parse()
        .unwrap_or(chrono_tz::Tz::UTC);
    let setting = Setting {
        package,
        present,
        origins,
        scope: Scope::of(package, present),
        now,
        today: now.with_timezone(&zone).date_naive(),
        zone,
    };
    let mut plan = Plan {
        people_now: present.roster_people().count() as u64,
        orgs: setting.scope.to_keep(),
        ..Plan::default()
    };
    let mut remarks = Remarks::from_warnings(&package.warnings);
    if setting.scope.is_unclear {
        remarks.add(
            Table::Orgs,
            None,
            Some("name"),
            "org.several_schools",
            format!(
                "The package holds several schools and none of them has the name \"{}\" or the \
                 code \"{}\": everybody in it is taken.",
                present.school.name, present.school.code
            ),
        );
    }
    setting.scope.remark(package, present, &mut remarks);
    let cast = match_people::plan(&setting, &mut plan, &mut remarks);
    let taken_on = plan.people.iter();
    let taken_on = taken_on.filter(|person| person.is_taken_on(&present.lineage));
    plan.people_now += taken_on.count() as u64;
    let classrooms = match_places::classrooms(&setting, &mut plan, &mut remarks);
    match_places::enrolments(&setting, &cast, &classrooms, &mut plan, &mut remarks);
    plan.places = lost::places(&plan, present, &cast.leavers);
    match_ties::plan(&setting, &cast, &mut plan, &mut remarks);
    plan.remarks = remarks.into_problems();
    plan
}
