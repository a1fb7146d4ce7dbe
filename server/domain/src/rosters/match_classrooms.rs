//! Classrooms: which of the package are in the school already, which are new, and which are
//! over.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Class, Course, Mode, Table};
use vocab::ids::ClassroomId;
use vocab::rosters::RosterKind;

use super::names;
use super::plan::{Plan, Setting};
use super::present::{ClassroomNow, Present, by_ids};
use super::scope::is_active;
use super::states::{ClassroomState, Touched};
use crate::secrets::new_id;
use crate::sources::Source;

/// The classrooms by the ids of the package.
#[derive(Debug, Default)]
pub(super) struct Rooms<'p> {
    pub(super) known: HashMap<&'p str, ClassroomId>,
    pub(super) left_out: HashSet<&'p str>,
    /// Archived, and not in the package as a class that is taught. Their places do not end
    /// with their rows: they are what lets people read the work and what came back for it.
    pub(super) at_rest: HashSet<ClassroomId>,
    /// Out of the archive again by the package. A place that no row of it fills was kept there
    /// to read, and ends now: the roster had ended it with the class.
    pub(super) reopened: HashSet<ClassroomId>,
}

/// Plans the classrooms.
pub(super) fn plan<'p>(setting: &Setting<'p>, plan: &mut Plan) -> Rooms<'p> {
    let courses: HashMap<&str, &Course> = setting
        .package
        .courses
        .iter()
        .map(|course| (course.sourced_id.as_str(), course))
        .collect();
    let source = setting.present.lineage.source;
    let present = rooms_by_id(setting, |_| true);
    let mut rooms = Rooms::default();
    let mut gone = HashSet::new();
    for class in &setting.package.classes {
        let id = class.sourced_id.as_str();
        if !is_active(class.status) {
            gone.insert(id);
        } else if !setting.scope.holds(class.school.as_deref()) {
            rooms.left_out.insert(id);
        } else if !rooms.known.contains_key(id) {
            let course = class
                .course
                .as_deref()
                .and_then(|id| courses.get(id))
                .copied();
            let row = classroom(class, course, present.get(id).copied(), source);
            rooms.known.insert(id, row.id);
            let was_archived = |before: &ClassroomState| before.archived_at.is_some();
            if row.after.archived_at.is_none() && row.before.as_ref().is_some_and(was_archived) {
                rooms.reopened.insert(row.id);
            }
            keep_classroom(row, plan);
        }
    }
    let is_whole = setting.package.mode_of(Table::Classes) == Some(Mode::Bulk);
    let replaced = setting.present.replaced_classrooms.iter();
    let not_there = setting.present.classrooms.iter().filter(|room| {
        let id = room.state.sourced_id.as_deref().unwrap_or_default();
        rooms.known.get(id) != Some(&room.id)
    });
    for room in not_there.chain(replaced.filter(|_| is_whole)) {
        let id = room.state.sourced_id.as_deref().unwrap_or_default();
        let is_archived = room.state.archived_at.is_some();
        let is_over = gone.contains(id) || is_whole;
        if is_archived || is_over {
            rooms.at_rest.insert(room.id);
        }
        if is_over && !is_archived {
            plan.count(RosterKind::Classrooms).ended += 1;
            plan.classrooms.push(Touched {
                id: room.id,
                before: Some(room.state.clone()),
                after: ClassroomState {
                    archived_at: Some(setting.now),
                    ..room.state.clone()
                },
            });
        }
    }
    rooms.left_out.extend(gone);
    rooms
}

/// The classrooms of the package's source by their ids.
pub(super) fn rooms_by_id<'p>(
    setting: &Setting<'p>,
    which: impl Fn(&ClassroomNow) -> bool,
) -> HashMap<&'p str, &'p ClassroomNow> {
    let present: &'p Present = setting.present;
    let rooms = present.classrooms.iter().filter(|room| which(room));
    let rooms = rooms.map(|room| (room.state.sourced_id.as_deref(), room.state.source_id, room));
    by_ids(&present.lineage, rooms)
}

fn classroom(
    class: &Class,
    course: Option<&Course>,
    known: Option<&ClassroomNow>,
    source_id: Source,
) -> Touched<ClassroomId, ClassroomState> {
    let before = known.map(|room| room.state.clone());
    let is_archived_by_hand = known.is_some_and(|room| room.is_archived_by_hand);
    let title = names::clean(&class.title);
    let name = if title.is_empty() {
        names::clean(class.code.as_deref().unwrap_or(&class.sourced_id))
    } else {
        title
    };
    let after = ClassroomState {
        name,
        subject: names::subject(&class.subjects)
            .or_else(|| course.and_then(|course| names::subject(&course.subjects)))
            .or_else(|| before.as_ref().and_then(|before| before.subject.clone())),
        year_group: names::year_group(&class.grades)
            .or_else(|| course.and_then(|course| names::year_group(&course.grades)))
            .or_else(|| before.as_ref().and_then(|before| before.year_group.clone())),
        sourced_id: Some(class.sourced_id.clone()),
        archived_at: before
            .as_ref()
            .and_then(|before| before.archived_at)
            .filter(|_| is_archived_by_hand),
        source_id,
    };
    Touched {
        id: known.map_or_else(|| ClassroomId(new_id()), |room| room.id),
        before,
        after,
    }
}

fn keep_classroom(row: Touched<ClassroomId, ClassroomState>, plan: &mut Plan) {
    let counts = plan.count(RosterKind::Classrooms);
    match &row.before {
        Some(before) if *before == row.after => {
            counts.unchanged += 1;
            return;
        }
        Some(before) if before.archived_at == row.after.archived_at => counts.changed += 1,
        _ => counts.created += 1,
    }
    plan.classrooms.push(row);
}
