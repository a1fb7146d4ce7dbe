//! Classrooms and the places in them: which of the package are in the school
//! already, which are new, and which are over.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{NaiveDate, NaiveTime};
use interop::oneroster::{Class, Course, Enrollment, Mode, RosterRole, Table};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, EnrolmentId, PersonId};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::altered;
use super::names;
use super::plan::{Cast, Plan, Setting};
use super::present::{ClassroomNow, Present, by_ids};
use super::report::Remarks;
use super::scope::is_active;
use super::states::{ClassroomState, EnrolmentState, PersonState, Touched};
use crate::classrooms::time_before_ends;
use crate::clock::Time;
use crate::moments;
use crate::secrets::new_id;
use crate::sources::Source;

/// The classrooms by the ids of the package.
#[derive(Debug, Default)]
pub(super) struct Rooms<'p> {
    known: HashMap<&'p str, ClassroomId>,
    left_out: HashSet<&'p str>,
    /// Archived, and not in the package as a class that is taught. Their places do not end
    /// with their rows: they are what lets people read the work and what came back for it.
    at_rest: HashSet<ClassroomId>,
    /// Out of the archive again by the package. A place that no row of it fills was kept there
    /// to read, and ends now: the roster had ended it with the class.
    reopened: HashSet<ClassroomId>,
}

/// Plans the classrooms.
pub(super) fn classrooms<'p>(
    setting: &Setting<'p>,
    plan: &mut Plan,
    remarks: &mut Remarks,
) -> Rooms<'p> {
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
            altered::remark_on_title(class, remarks);
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
fn rooms_by_id<'p>(
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

/// A place, as a person would say it: who, where, as what.
type Place = (ClassroomId, PersonId, ClassroomRole);

const fn place(state: &EnrolmentState) -> Place {
    (state.classroom_id, state.person_id, state.role)
}

/// Why somebody has no such place, if so: students learn, and nobody else does. Whose role
/// is over or still to be given keeps the place, which gives nothing until then.
fn why_not(state: &PersonState, role: ClassroomRole) -> Option<String> {
    let is_student = state.has(Role::Student);
    match role {
        ClassroomRole::Teacher if is_student => Some(
            "This person is a student, and a student has no other role: the place as a teacher \
             was left out."
                .to_owned(),
        ),
        ClassroomRole::Student if !is_student && !state.roles.is_empty() => Some(format!(
            "This person is here as \"{}\", and a student has no other role: the place as a \
             student was left out.",
            state.role_words()
        )),
        _ => None,
    }
}

/// Plans the places in classrooms.
pub(super) fn enrolments(
    setting: &Setting<'_>,
    cast: &Cast<'_>,
    rooms: &Rooms<'_>,
    plan: &mut Plan,
    remarks: &mut Remarks,
) {
    let mut places = Places::begin(setting, cast, rooms);
    let (mut known, mut new, mut to_come) = (Vec::new(), Vec::new(), Vec::new());
    for row in &setting.package.enrollments {
        let is_over = row.end.is_some_and(|end| end < setting.today);
        if !is_active(row.status) || is_over {
            places.gone.insert(&row.sourced_id);
        } else if let Some(place) = places.place(row, remarks) {
            let at = places.by_sourced_id.get(row.sourced_id.as_str()).copied();
            let later = row.begin.filter(|day| *day > setting.today);
            match (later, at) {
                (Some(day), _) => to_come.push((row, place, day)),
                (None, Some(at)) => known.push((row, place, at)),
                (None, None) => new.push((row, place)),
            }
        }
    }
    // Whoever has a place keeps it: a second row for it must not push them out.
    let is_ended = |at: usize| setting.present.enrolments[at].1.ended_at.is_some();
    known.sort_by_key(|(_, _, at)| is_ended(*at));
    for (row, place, at) in known {
        if !places.known(at, place, row, plan) {
            new.push((row, place));
        }
    }
    for (row, place) in new {
        places.new_place(row, place, plan, remarks);
    }
    // By day: the first row, and how many.
    let mut left_out: BTreeMap<NaiveDate, (u64, u64)> = BTreeMap::new();
    for (row, place, day) in to_come {
        if !places.holds_until(row, place, plan) {
            left_out.entry(day).or_insert((row.row, 0)).1 += 1;
        }
    }
    for (day, (row, count)) in left_out {
        remark_on_places_to_come(day, row, count, remarks);
    }
    places.bring_back(plan);
    places.end_the_rest(plan);
}

/// One remark for a day: before a new year begins, nearly every row is still to come.
fn remark_on_places_to_come(day: NaiveDate, row: u64, count: u64, remarks: &mut Remarks) {
    let reason = match count {
        1 => format!("The place begins on {day} and was left out; import again then."),
        many => format!(
            "{many} places begin on {day}, the first of them in this row, and were left out; \
             import again then."
        ),
    };
    remarks.add(
        Table::Enrollments,
        Some(row),
        Some("beginDate"),
        "enrollment.not_begun",
        reason,
    );
}

struct Places<'s, 'p> {
    setting: &'s Setting<'p>,
    cast: &'s Cast<'p>,
    rooms: &'s Rooms<'p>,
    room_by_sourced_id: HashMap<&'s str, ClassroomId>,
    /// Whose the classrooms are of which the package may end places.
    source_by_room: HashMap<ClassroomId, Source>,
    by_sourced_id: HashMap<&'s str, usize>,
    open: HashMap<Place, usize>,
    /// Places that the package has, and the row that has them.
    filled: HashMap<Place, u64>,
    /// Rows of the school that were dealt with.
    seen: HashSet<EnrolmentId>,
    gone: HashSet<&'p str>,
}

impl<'s, 'p> Places<'s, 'p> {
    fn begin(setting: &'s Setting<'p>, cast: &'s Cast<'p>, rooms: &'s Rooms<'p>) -> Self {
        let all = &setting.present.enrolments;
        let (own, replaced) = (
            &setting.present.classrooms,
            &setting.present.replaced_classrooms,
        );
        Self {
            setting,
            cast,
            rooms,
            room_by_sourced_id: rooms_by_id(setting, |room| room.state.archived_at.is_none())
                .into_iter()
                .map(|(id, room)| (id, room.id))
                .collect(),
            source_by_room: own
                .iter()
                .chain(replaced)
                .map(|room| (room.id, room.state.source_id))
                .collect(),
            by_sourced_id: by_ids(
                &setting.present.lineage,
                all.iter()
                    .enumerate()
                    .map(|(at, (_, state))| (state.sourced_id.as_deref(), state.source_id, at)),
            ),
            open: all
                .iter()
                .enumerate()
                .filter(|(_, (_, state))| state.ended_at.is_none())
                .map(|(at, (_, state))| (place(state), at))
                .collect(),
            filled: HashMap::new(),
            seen: HashSet::new(),
            gone: HashSet::new(),
        }
    }

    /// The place that a row means, or `None` with a remark where it means none of ours.
    fn place(&self, row: &Enrollment, remarks: &mut Remarks) -> Option<Place> {
        let (class, user) = (row.class.as_str(), row.user.as_str());
        let is_elsewhere = self.rooms.left_out.contains(class) || self.cast.left_out.contains(user);
        if is_elsewhere || !self.setting.scope.holds(row.school.as_deref()) {
            return None;
        }
        let mut remark = |field, code, reason: String| {
            remarks.add(Table::Enrollments, Some(row.row), Some(field), code, reason);
        };
        let room = self.rooms.known.get(class).copied();
        let Some(room) = room.or_else(|| self.room_by_sourced_id.get(class).copied()) else {
            remark(
                "classSourcedId",
                "reference.unknown_class",
                "No classroom of the school has this id; the row was left out.".to_owned(),
            );
            return None;
        };
        let Some(person) = self.cast.find(user, self.setting.present) else {
            remark(
                "userSourcedId",
                "reference.unknown_person",
                "Nobody in the school has this id; the row was left out.".to_owned(),
            );
            return None;
        };
        let role = match &row.role {
            Some(RosterRole::Student) => ClassroomRole::Student,
            Some(RosterRole::Teacher | RosterRole::Aide) => ClassroomRole::Teacher,
            other => {
                let word = other.as_ref().map_or("nothing", RosterRole::as_str);
                remark(
                    "role",
                    "enrollment.role_left_out",
                    format!(
                        "A classroom has teachers and students; \"{word}\" has no place in it, \
                         so the row was left out."
                    ),
                );
                return None;
            }
        };
        let state = self.cast.state(person, self.setting.present);
        if let Some(reason) = state.and_then(|state| why_not(state, role)) {
            remark("role", "enrollment.student_alone", reason);
            return None;
        }
        Some((room, person, role))
    }

    /// Deals with a row whose id the school knows. False if the id means another
    /// place than before: then the old one is over, and the row is like a new one.
    fn known(&mut self, at: usize, wanted: Place, row: &Enrollment, plan: &mut Plan) -> bool {
        let (id, before) = &self.setting.present.enrolments[at];
        if !self.seen.insert(*id) {
            return true;
        }
        if place(before) != wanted {
            let stays = before.ended_at.is_none() && self.is_at_rest(before);
            let ended_at = before.ended_at.or(Some(self.setting.now));
            plan.enrolments.push(Touched {
                id: *id,
                before: Some(before.clone()),
                after: EnrolmentState {
                    sourced_id: None,
                    source_id: None,
                    ended_at: ended_at.filter(|_| !stays),
                    ..before.clone()
                },
            });
            let counts = plan.count(RosterKind::Enrolments);
            if stays {
                counts.changed += 1;
            } else if before.ended_at.is_none() {
                counts.ended += 1;
                self.open.remove(&place(before));
            }
            return false;
        }
        let is_open = before.ended_at.is_none();
        if !is_open && (self.filled.contains_key(&wanted) || self.still_held(wanted)) {
            return true;
        }
        self.filled.insert(wanted, row.row);
        if is_open {
            plan.count(RosterKind::Enrolments).unchanged += 1;
            return true;
        }
        self.open_again(*id, before, plan);
        true
    }

    fn new_place(
        &mut self,
        row: &'p Enrollment,
        wanted: Place,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) {
        let by_hand = self
            .open
            .get(&wanted)
            .map(|at| &self.setting.present.enrolments[*at])
            .filter(|(id, state)| state.sourced_id.is_none() && !self.seen.contains(id));
        if let Some((id, before)) = by_hand {
            self.seen.insert(*id);
            self.filled.insert(wanted, row.row);
            plan.count(RosterKind::Enrolments).changed += 1;
            plan.enrolments.push(Touched {
                id: *id,
                before: Some(before.clone()),
                after: EnrolmentState {
                    sourced_id: Some(row.sourced_id.clone()),
                    source_id: self.setting.present.lineage.source,
                    ..before.clone()
                },
            });
        } else if let Some(first) = self.filled.get(&wanted) {
            remarks.add(
                Table::Enrollments,
                Some(row.row),
                None,
                "enrollment.twice",
                format!("The same person has the same place in row {first} already."),
            );
        } else if self.still_held(wanted) {
            // A delta gives a place a new id while the school has it under the old one.
            plan.count(RosterKind::Enrolments).unchanged += 1;
            self.filled.insert(wanted, row.row);
        } else {
            self.create(row, wanted, plan);
        }
    }

    /// Deals with a row whose first day is still to come: it fills no place, and ends none
    /// that the school has under its id or for the same person. True if the person is in
    /// the place already.
    fn holds_until(&mut self, row: &Enrollment, wanted: Place, plan: &mut Plan) -> bool {
        let with_its_id = self.by_sourced_id.get(row.sourced_id.as_str()).copied();
        let of_its_place = self.open.get(&wanted).copied();
        for at in [with_its_id, of_its_place].into_iter().flatten() {
            let (id, state) = &self.setting.present.enrolments[at];
            let is_gone = |id: &str| self.gone.contains(id);
            let is_over = state.ended_at.is_some()
                || self.cast.leavers.contains(&state.person_id)
                || state.sourced_id.as_deref().is_some_and(is_gone);
            if !is_over && self.seen.insert(*id) {
                plan.count(RosterKind::Enrolments).unchanged += 1;
                self.filled.insert(place(state), row.row);
            }
        }
        self.filled.contains_key(&wanted)
    }

    /// True if the place is taken by a row that this import will not end.
    fn still_held(&self, wanted: Place) -> bool {
        self.open.get(&wanted).is_some_and(|at| {
            let (_, state) = &self.setting.present.enrolments[*at];
            !self.will_end(state)
        })
    }

    fn will_end(&self, state: &EnrolmentState) -> bool {
        let is_whole = self.setting.package.mode_of(Table::Enrollments) == Some(Mode::Bulk);
        let id = state.sourced_id.as_deref();
        let lineage = &self.setting.present.lineage;
        let is_reopened = self.rooms.reopened.contains(&state.classroom_id);
        let is_gone = id.is_some_and(|id| self.gone.contains(id));
        let is_over = is_whole || is_reopened || is_gone;
        let is_dropped = self.source_of(state).is_some_and(|source| {
            (lineage.holds(source) && is_over) || (lineage.replaces(source) && is_whole)
        });
        self.leaves(state) || (is_dropped && !self.is_at_rest(state))
    }

    /// The source that may end a place: the one of its id. A place that a roster made and that
    /// has lost its id to another is its classroom's source's. One made by hand is no source's.
    fn source_of(&self, state: &EnrolmentState) -> Option<Source> {
        if state.sourced_id.is_some() {
            return Some(state.source_id);
        }
        let source = self.source_by_room.get(&state.classroom_id).copied();
        source.filter(|_| state.by_roster == Some(true))
    }

    /// The person leaves the school by this import: no classroom keeps a place for them.
    fn leaves(&self, state: &EnrolmentState) -> bool {
        self.cast.leavers.contains(&state.person_id)
    }

    /// The classroom is archived, and stays so.
    fn is_at_rest(&self, state: &EnrolmentState) -> bool {
        self.rooms.at_rest.contains(&state.classroom_id) && !self.leaves(state)
    }

    fn create(&mut self, row: &Enrollment, wanted: Place, plan: &mut Plan) {
        let (classroom_id, person_id, role) = wanted;
        self.filled.insert(wanted, row.row);
        plan.count(RosterKind::Enrolments).created += 1;
        plan.enrolments.push(Touched {
            id: EnrolmentId(new_id()),
            before: None,
            after: EnrolmentState {
                classroom_id,
                person_id,
                role,
                sourced_id: Some(row.sourced_id.clone()),
                began_at: self.began(row),
                ended_at: None,
                source_id: self.setting.present.lineage.source,
                by_roster: Some(true),
            },
        });
    }

    /// The first day of the row, if it names one.
    fn began(&self, row: &Enrollment) -> Time {
        row.begin
            .map(|day| moments::from_local(day.and_time(NaiveTime::MIN), self.setting.zone))
            .filter(|began| *began < self.setting.now)
            .unwrap_or(self.setting.now)
    }

    /// Opens what ended with somebody who returns and what no row of the package speaks of:
    /// places that were given by hand, and those in classrooms that are archived by now. One of
    /// a roster that has no id any more was undone, or was another's.
    fn bring_back(&mut self, plan: &mut Plan) {
        let present = self.setting.present;
        for (id, before) in &present.returns.places {
            let is_theirs = match before.sourced_id {
                None => before.by_roster == Some(false),
                Some(_) => self.is_at_rest(before),
            };
            let state = self.cast.state(before.person_id, present);
            let fits = state.is_some_and(|state| why_not(state, before.role).is_none());
            let is_free = !self.filled.contains_key(&place(before))
                && !self.open.contains_key(&place(before));
            let is_back = self.cast.is_back(before.person_id, present);
            if is_theirs && fits && is_free && is_back && self.seen.insert(*id) {
                self.open_again(*id, before, plan);
            }
        }
    }

    /// Opens a place that had ended: it begins anew, and its time before stays as a row of its
    /// own.
    fn open_again(&self, id: EnrolmentId, before: &EnrolmentState, plan: &mut Plan) {
        plan.count(RosterKind::Enrolments).created += 1;
        plan.enrolments.push(Touched {
            id,
            before: Some(before.clone()),
            after: EnrolmentState {
                began_at: self.setting.now,
                ended_at: None,
                ..before.clone()
            },
        });
        plan.enrolments.push(Touched {
            id: EnrolmentId(new_id()),
            before: None,
            after: EnrolmentState {
                sourced_id: None,
                source_id: None,
                ended_at: before.ended_at.map(time_before_ends),
                ..before.clone()
            },
        });
    }

    fn end_the_rest(&self, plan: &mut Plan) {
        for (id, before) in &self.setting.present.enrolments {
            let is_open = before.ended_at.is_none() && !self.seen.contains(id);
            if is_open && self.will_end(before) {
                plan.count(RosterKind::Enrolments).ended += 1;
                plan.enrolments.push(Touched {
                    id: *id,
                    before: Some(before.clone()),
                    after: EnrolmentState {
                        ended_at: Some(self.setting.now),
                        ..before.clone()
                    },
                });
            }
        }
    }
}
