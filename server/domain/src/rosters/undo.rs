//! Undoing a whole import. What it changed is put back unless somebody changed it
//! again by hand since; what it made is ended, never deleted, so that nothing that
//! was handed in meanwhile is lost; whom it ended is back with roles and places.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use entity::{enrolment, guardianship, roster_change, roster_import};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition,
    ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{ClassroomId, EnrolmentId, GuardianshipId, ImportId, PersonId, SchoolId};
use vocab::people::Role;
use vocab::rosters::{ImportStage, RosterKind, Stayed, WhyNot};

use super::apply::{
    RolesFrom, end_roles_then, find, save_classrooms, save_enrolments, save_people, save_ties,
};
use super::changes::Changes;
use super::check::locked_school;
use super::plan::{PersonChange, leave_ids};
use super::present::{self, ClassroomNow, IDS_AT_ONCE, PersonNow};
use super::states::{ClassroomState, EnrolmentState, PersonState, TieState, Touched};
use super::{Error, UNDO_DAYS, report};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::{Db, Keyed};
use crate::events::{self, Event};
use crate::guard;
use crate::sources::{self, Source};

/// Undoes an import that stands and that no later one builds on, within 30 days of it.
pub async fn undo(db: &Db, school: &Permitted<()>, id: ImportId, now: Time) -> Result<(), Error> {
    let tx = db.write().await?;
    let school_id = school.school();
    locked_school(&*tx, school_id).await?;
    let import = find(&*tx, school_id, id).await?;
    if import.stage != ImportStage::Applied {
        return Err(Error::WrongStage(import.stage));
    }
    if let Some(why) = why_not_undone(&*tx, &import, now).await? {
        return Err(why.into());
    }
    let mut changes = Changes::load(&*tx, school_id, id).await?;
    let mut stayed = Stayed::default();
    // `Use::Roster`: whoever is restricted meanwhile stays as they are.
    let kept = guard::everybody(&*tx, school_id).await?;
    let mut passed_over = HashSet::new();
    let mut is_kept = |person: PersonId| {
        let is_kept = kept.contains(&person);
        if is_kept {
            passed_over.insert(person);
        }
        is_kept
    };
    let mut of_people = changes.take(RosterKind::People);
    of_people.retain(|change| !is_kept(PersonId(change.id)));
    let (people, given_since) = people(&*tx, school_id, of_people, now, &mut stayed).await?;
    let left: HashSet<PersonId> = people
        .iter()
        .filter(|person| person.row.after.ended_at.is_some())
        .map(|person| person.row.id)
        .collect();
    let rooms = changes.take(RosterKind::Classrooms);
    let rooms = classrooms(&*tx, school_id, rooms, now, &mut stayed).await?;
    let places = changes.take(RosterKind::Enrolments);
    let mut places = enrolments(&*tx, school_id, places, (&left, now), &mut stayed).await?;
    let ties = changes.take(RosterKind::Guardianships);
    let mut ties = ties_back(&*tx, school_id, ties, (&left, now), &mut stayed).await?;
    keep_places(&mut places, &mut is_kept);
    ties.retain(|tie| {
        let (student, guardian) = (
            is_kept(tie.after.student_id),
            is_kept(tie.after.guardian_id),
        );
        !student && !guardian
    });
    stayed.restricted = passed_over.len() as u64;
    let mut report = report::open(&*tx, &import).await?;
    report.stayed = Some(stayed);
    end_roles_then(&*tx, school_id, &given_since).await?;
    save_people(&*tx, school_id, &people, (RolesFrom::Before, now)).await?;
    save_classrooms(&*tx, school_id, &rooms, now).await?;
    save_enrolments(&*tx, school_id, &places).await?;
    save_ties(&*tx, school_id, &ties).await?;
    roster_import::ActiveModel {
        id: Set(id),
        stage: Set(ImportStage::Undone),
        report: Set(report::seal(&*tx, school_id, id, &report).await?),
        undone_at: Set(Some(now)),
        ..<roster_import::ActiveModel as ActiveModelBehavior>::new()
    }
    .update(&*tx)
    .await?;
    sources::take_back_said(&tx, &import).await?;
    let event = Event {
        school: school_id,
        actor: school.actor(),
        kind: "roster.undone",
        subject: id.0,
        before: None,
        after: Some(json!({
            "people": people.len(),
            "classrooms": rooms.len(),
            "enrolments": places.len(),
            "guardianships": ties.len(),
        })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The last moment at which an import that stands can be undone.
pub(super) fn undo_until(import: &roster_import::Model) -> Option<Time> {
    let applied = import
        .applied_at
        .filter(|_| import.stage == ImportStage::Applied)?;
    applied.checked_add_signed(TimeDelta::days(UNDO_DAYS))
}

/// Why an import that stands cannot be undone; nothing where it can be.
pub(super) async fn why_not_undone(
    db: &impl ConnectionTrait,
    import: &roster_import::Model,
    now: Time,
) -> Result<Option<WhyNot>, DbErr> {
    if undo_until(import).is_none_or(|until| until < now) {
        return Ok(Some(WhyNot::TooLate));
    }
    Ok(is_built_on(db, import).await?.then_some(WhyNot::BuiltOn))
}

/// Whether a later import that stands builds on this one. One that changed nothing builds
/// on none.
async fn is_built_on(
    db: &impl ConnectionTrait,
    import: &roster_import::Model,
) -> Result<bool, DbErr> {
    let with_changes = roster_change::Entity::find()
        .select_only()
        .column(roster_change::Column::ImportId)
        .filter(roster_change::Column::SchoolId.eq(import.school_id))
        .into_query();
    let later = Condition::any()
        .add(roster_import::Column::AppliedAt.gt(import.applied_at))
        .add(
            Condition::all()
                .add(roster_import::Column::AppliedAt.eq(import.applied_at))
                .add(roster_import::Column::Id.gt(import.id)),
        );
    let found = roster_import::Entity::find()
        .filter(roster_import::Column::SchoolId.eq(import.school_id))
        .filter(roster_import::Column::Stage.eq(ImportStage::Applied))
        .filter(later)
        .filter(roster_import::Column::Id.in_subquery(with_changes))
        .count(db)
        .await?;
    Ok(found > 0)
}

/// What it was, unless somebody changed it since.
fn put_back<T: PartialEq + Clone>(current: &T, before: &T, after: &T) -> T {
    if current == after { before } else { current }.clone()
}

/// A role, and the moment at which its person had left.
type RoleThen = (PersonId, Role, Time);

/// The people as they were, and the roles that were given since to those who are leavers again:
/// brought back by hand, they have these too.
async fn people(
    db: &impl Keyed,
    school: SchoolId,
    changes: Vec<Touched<Uuid, PersonState>>,
    now: Time,
    stayed: &mut Stayed,
) -> Result<(Vec<PersonChange>, Vec<RoleThen>), DbErr> {
    let everybody = present::people(db, school).await?;
    let mut usernames: HashMap<String, PersonId> = everybody
        .iter()
        .filter_map(|person| Some((person.state.username.clone()?, person.id)))
        .collect();
    let mut ids: HashMap<(Source, String), PersonId> = everybody
        .iter()
        .filter_map(|person| Some((person.state.id_of_source()?, person.id)))
        .collect();
    let by_id: HashMap<Uuid, &PersonNow> = everybody
        .iter()
        .map(|person| (person.id.0, person))
        .collect();
    let (mut undone, mut given_since) = (Vec::new(), Vec::new());
    for change in changes {
        let Some(person) = by_id.get(&change.id) else {
            continue;
        };
        let current = &person.state;
        let mut state = match &change.before {
            Some(before) => {
                let mut state = person_back(person, before, &change.after);
                if let (Some(then), None) = (state.ended_at, current.ended_at) {
                    if runs_the_school(current) {
                        stayed.in_charge += 1;
                        continue;
                    }
                    let roles = current.roles.iter().copied();
                    let since = roles.filter(|role| !change.after.has(*role));
                    given_since.extend(since.map(|role| (person.id, role, then)));
                }
                if let Some(id) = state.id_of_source()
                    && *ids.entry(id).or_insert(person.id) != person.id
                {
                    state.sourced_id.clone_from(&current.sourced_id);
                    state.source_id = current.source_id;
                }
                stayed.changed += u64::from(!is_as_it_was(&state, before, &change.after));
                state
            }
            None if current.ended_at.is_some() => {
                stayed.closed += 1;
                continue;
            }
            None if runs_the_school(current) => {
                stayed.in_charge += 1;
                continue;
            }
            None => {
                stayed.closed += 1;
                current.ended(now)
            }
        };
        if let Some(username) = &state.username {
            let owner = *usernames.entry(username.clone()).or_insert(person.id);
            if owner != person.id {
                state.username.clone_from(&current.username);
            }
        }
        if state != *current {
            undone.push(PersonChange {
                row: Touched {
                    id: person.id,
                    before: Some(current.clone()),
                    after: state,
                },
                created_at: person.created_at,
                account: person.account,
            });
        }
    }
    Ok((undone, given_since))
}

fn runs_the_school(state: &PersonState) -> bool {
    state.has(Role::SchoolAdmin) || state.has(Role::DataProtectionLead)
}

/// Whether all of a person is as it was, but for an account that the import made. An address
/// that cannot be read is not compared, nor whose the id is where the record does not say it.
fn is_as_it_was(state: &PersonState, before: &PersonState, after: &PersonState) -> bool {
    let with_the_same = PersonState {
        username: before
            .username
            .as_ref()
            .and_then(|_| state.username.clone()),
        email: if [state, before].iter().any(|one| one.has_unreadable_email()) {
            before.email.clone()
        } else {
            state.email.clone()
        },
        source_id: if after.source_id.is_none() {
            before.source_id
        } else {
            state.source_id
        },
        ..state.clone()
    };
    with_the_same == *before
}

fn person_back(person: &PersonNow, before: &PersonState, after: &PersonState) -> PersonState {
    let current = &person.state;
    let ended_at = put_back(&current.ended_at, &before.ended_at, &after.ended_at);
    // The import gave it, and the office by hand since.
    let is_by_hand_since = |role: Role| {
        let is_by_hand = person.by_roster.get(&role) == Some(&false);
        is_by_hand && !after.roles_back.contains(&role)
    };
    let mut roles: Vec<Role> = current
        .roles
        .iter()
        .copied()
        .filter(|role| before.has(*role) || !after.has(*role) || is_by_hand_since(*role))
        .collect();
    roles.extend(
        before
            .roles
            .iter()
            .copied()
            .filter(|role| !after.has(*role) && !current.has(*role)),
    );
    roles.sort_unstable();
    if ended_at.is_some() {
        roles.clear();
    }
    let id = put_back(&current.sourced_id, &before.sourced_id, &after.sourced_id);
    let source = put_back(&current.source_id, &before.source_id, &after.source_id);
    PersonState {
        given_name: put_back(&current.given_name, &before.given_name, &after.given_name),
        family_name: put_back(
            &current.family_name,
            &before.family_name,
            &after.family_name,
        ),
        sort_name: put_back(&current.sort_name, &before.sort_name, &after.sort_name),
        year_group: put_back(&current.year_group, &before.year_group, &after.year_group),
        // Where one of the three cannot be read, it stays as it is.
        email: if [current, before, after]
            .iter()
            .any(|state| state.has_unreadable_email())
        {
            current.email.clone()
        } else {
            put_back(&current.email, &before.email, &after.email)
        },
        source_id: source.filter(|_| id.is_some()),
        sourced_id: id,
        ended_at,
        // An account that the import made stays, closed.
        username: if before.username.is_some() {
            put_back(&current.username, &before.username, &after.username)
        } else {
            current.username.clone()
        },
        disabled_at: put_back(
            &current.disabled_at,
            &before.disabled_at,
            &after.disabled_at,
        ),
        roles,
        roles_back: Vec::new(),
    }
}

async fn classrooms(
    db: &impl ConnectionTrait,
    school: SchoolId,
    changes: Vec<Touched<Uuid, ClassroomState>>,
    now: Time,
    stayed: &mut Stayed,
) -> Result<Vec<Touched<ClassroomId, ClassroomState>>, DbErr> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let all = present::classrooms(db, school).await?;
    let by_id: HashMap<Uuid, &ClassroomNow> = all.iter().map(|room| (room.id.0, room)).collect();
    let mut undone = Vec::new();
    for change in changes {
        let Some(room) = by_id.get(&change.id) else {
            continue;
        };
        let current = &room.state;
        let after = &change.after;
        let state = match &change.before {
            None => {
                stayed.archived += 1;
                ClassroomState {
                    archived_at: current.archived_at.or(Some(now)),
                    ..current.clone()
                }
            }
            Some(before) => ClassroomState {
                name: put_back(&current.name, &before.name, &after.name),
                subject: put_back(&current.subject, &before.subject, &after.subject),
                year_group: put_back(&current.year_group, &before.year_group, &after.year_group),
                sourced_id: current.sourced_id.clone(),
                source_id: current.source_id,
                archived_at: put_back(
                    &current.archived_at,
                    &before.archived_at,
                    &after.archived_at,
                ),
            },
        };
        // Whose the id is stays as it is now, and an older record does not say it.
        let is_changed = change.before.as_ref().is_some_and(|before| {
            let with_the_same = ClassroomState {
                source_id: before.source_id,
                ..state.clone()
            };
            with_the_same != *before
        });
        stayed.changed += u64::from(is_changed);
        if state != *current {
            undone.push(Touched {
                id: room.id,
                before: Some(current.clone()),
                after: state,
            });
        }
    }
    Ok(undone)
}

async fn enrolments(
    db: &impl ConnectionTrait,
    school: SchoolId,
    changes: Vec<Touched<Uuid, EnrolmentState>>,
    (left, now): (&HashSet<PersonId>, Time),
    stayed: &mut Stayed,
) -> Result<Vec<Touched<EnrolmentId, EnrolmentState>>, DbErr> {
    let of_school = || {
        enrolment::Entity::find()
            .filter(enrolment::Column::SchoolId.eq(school))
            .order_by_asc(enrolment::Column::Id)
    };
    let mut rows = of_school()
        .filter(enrolment::Column::EndedAt.is_null())
        .all(db)
        .await?;
    let known: HashSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let others: Vec<Uuid> = changes
        .iter()
        .map(|change| change.id)
        .filter(|id| !known.contains(id))
        .collect();
    for ids in others.chunks(IDS_AT_ONCE) {
        let some = of_school().filter(enrolment::Column::Id.is_in(ids.iter().copied()));
        rows.extend(some.all(db).await?);
    }
    let (created, touched): (Vec<_>, Vec<_>) = changes
        .into_iter()
        .partition(|change| change.before.is_none());
    let created: HashSet<Uuid> = created.iter().map(|change| change.id).collect();
    let touched: HashMap<Uuid, _> = touched.iter().map(|change| (change.id, change)).collect();
    let place = |state: &EnrolmentState| (state.classroom_id, state.person_id, state.role);
    let mut open = HashSet::new();
    let (mut over, mut back) = (Vec::new(), Vec::new());
    for row in rows {
        let id = row.id;
        let current = present::enrolment_state(row);
        let is_made = created.contains(&id.0);
        let mut state = current.clone();
        if is_made || left.contains(&current.person_id) {
            state.ended_at = current.ended_at.or(Some(now));
        }
        if is_made {
            // Free for the row that had it, or for the next import.
            (state.sourced_id, state.source_id) = (None, None);
        } else if let Some(change) = touched.get(&id.0) {
            back.push((id, current, *change));
            continue;
        }
        if state.ended_at.is_none() {
            open.insert(place(&state));
        }
        if state != current {
            over.push(Touched {
                id,
                before: Some(current),
                after: state,
            });
        }
    }
    for (id, current, change) in back {
        let Some(before) = &change.before else {
            continue;
        };
        let after = &change.after;
        let own_id = put_back(&current.sourced_id, &before.sourced_id, &after.sourced_id);
        let source = put_back(&current.source_id, &before.source_id, &after.source_id);
        let mut state = EnrolmentState {
            source_id: source.filter(|_| own_id.is_some()),
            sourced_id: own_id,
            ended_at: put_back(&current.ended_at, &before.ended_at, &after.ended_at),
            ..current.clone()
        };
        let is_filled = state.ended_at.is_none() && !open.insert(place(&state));
        // What had ended keeps its moment: it is how a leaver's own places are known.
        if is_filled || left.contains(&state.person_id) {
            state.ended_at = state.ended_at.or(current.ended_at).or(Some(now));
        }
        let is_as_it_was =
            (&state.sourced_id, state.ended_at) == (&before.sourced_id, before.ended_at);
        stayed.changed += u64::from(!is_as_it_was);
        if state != current {
            over.push(Touched {
                id,
                before: Some(current),
                after: state,
            });
        }
    }
    Ok(over)
}

/// Leaves the places of these people as they are. An id that one of them has now goes back to
/// nobody else.
fn keep_places(
    places: &mut Vec<Touched<EnrolmentId, EnrolmentState>>,
    mut is_kept: impl FnMut(PersonId) -> bool,
) {
    let mut held: HashSet<(Source, String)> = HashSet::new();
    places.retain(|place| {
        let is_kept = is_kept(place.after.person_id);
        if is_kept {
            let before = place.before.as_ref();
            held.extend(before.and_then(EnrolmentState::id_of_source));
        }
        !is_kept
    });
    leave_ids(places, &held);
}

async fn ties_back(
    db: &impl ConnectionTrait,
    school: SchoolId,
    changes: Vec<Touched<Uuid, TieState>>,
    (left, now): (&HashSet<PersonId>, Time),
    stayed: &mut Stayed,
) -> Result<Vec<Touched<GuardianshipId, TieState>>, DbErr> {
    let of_school =
        || guardianship::Entity::find().filter(guardianship::Column::SchoolId.eq(school));
    let mut rows = of_school()
        .filter(guardianship::Column::EndedAt.is_null())
        .all(db)
        .await?;
    let known: HashSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let others: Vec<Uuid> = changes
        .iter()
        .map(|change| change.id)
        .filter(|id| !known.contains(id))
        .collect();
    for ids in others.chunks(IDS_AT_ONCE) {
        let some = of_school().filter(guardianship::Column::Id.is_in(ids.iter().copied()));
        rows.extend(some.all(db).await?);
    }
    let changes: HashMap<Uuid, Touched<Uuid, TieState>> = changes
        .into_iter()
        .map(|change| (change.id, change))
        .collect();
    let mut open: HashSet<(PersonId, PersonId)> = rows
        .iter()
        .filter(|row| row.ended_at.is_none() && !changes.contains_key(&row.id.0))
        .map(|row| (row.guardian_id, row.student_id))
        .collect();
    let mut undone = Vec::new();
    for row in rows {
        let current = present::tie_state(&row);
        let mut state = current.clone();
        if let Some(change) = changes.get(&row.id.0) {
            state.ended_at = match &change.before {
                None => current.ended_at.or(Some(now)),
                Some(before) => {
                    put_back(&current.ended_at, &before.ended_at, &change.after.ended_at)
                }
            };
            let pair = (state.guardian_id, state.student_id);
            if state.ended_at.is_none() && !open.insert(pair) {
                state.ended_at = current.ended_at.or(Some(now));
            }
        }
        if left.contains(&state.guardian_id) || left.contains(&state.student_id) {
            state.ended_at = state.ended_at.or(Some(now));
        }
        let before = changes
            .get(&row.id.0)
            .and_then(|change| change.before.as_ref());
        stayed.changed += u64::from(before.is_some_and(|before| state.ended_at != before.ended_at));
        if state != current {
            undone.push(Touched {
                id: row.id,
                before: Some(current),
                after: state,
            });
        }
    }
    Ok(undone)
}
