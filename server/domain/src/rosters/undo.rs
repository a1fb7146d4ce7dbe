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
use vocab::rosters::{ImportStage, RosterKind, Stayed, WhyNot};

use super::apply::{
    RolesFrom, end_roles_then, find, save_classrooms, save_enrolments, save_people, save_ties,
};
use super::changes::Changes;
use super::check::locked_school;
use super::plan::leave_ids;
use super::present::{self, ClassroomNow, IDS_AT_ONCE};
use super::states::{ClassroomState, EnrolmentState, TieState, Touched};
use super::undo_people::people;
use super::{Error, UNDO_DAYS, report};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Db;
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
pub(super) fn put_back<T: PartialEq + Clone>(current: &T, before: &T, after: &T) -> T {
    if current == after { before } else { current }.clone()
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
            began_at: put_back(&current.began_at, &before.began_at, &after.began_at),
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
