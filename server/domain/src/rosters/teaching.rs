//! Who teaches by a place in a class. What the enrolments of a package say has begun makes
//! somebody a teacher. Where the package is silent about a place that is open in the records,
//! or says only that it begins later, its teacher goes on: silence takes no role away.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Enrollment, Mode, RosterRole, Table};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, PersonId};

use super::plan::Setting;
use super::present::{ClassroomNow, Present};
use super::scope::is_active;

/// A class and a person, by the ids of the package.
type Whose<'p> = (&'p str, &'p str);

/// What the package says of a place that it names.
enum Row<'p> {
    Over,
    Later,
    /// Whose it is now, where it is a teacher's.
    Begun(Option<Whose<'p>>),
}

/// A teacher's place in the records, in a class that goes on.
struct OpenPlace<'p> {
    /// Its id, where the package may speak of it.
    id: Option<&'p str>,
    /// Its class, where the package may speak of it.
    class: Option<&'p str>,
}

/// The places of teachers in the package and in the records.
pub(super) struct Teaching<'p> {
    mode: Option<Mode>,
    begun: HashSet<&'p str>,
    later: HashSet<Whose<'p>>,
    rows: HashMap<&'p str, Row<'p>>,
    open: HashMap<PersonId, Vec<OpenPlace<'p>>>,
}

impl<'p> Teaching<'p> {
    pub(super) fn begin(setting: &Setting<'p>) -> Self {
        let package = setting.package;
        let mut teaching = Self {
            mode: package.mode_of(Table::Enrollments),
            begun: HashSet::new(),
            later: HashSet::new(),
            rows: HashMap::new(),
            open: open_places(setting),
        };
        for row in &package.enrollments {
            let says = teaching.read(row, setting);
            teaching.rows.insert(row.sourced_id.as_str(), says);
        }
        teaching
    }

    fn read(&mut self, row: &'p Enrollment, setting: &Setting<'p>) -> Row<'p> {
        let is_over = row.end.is_some_and(|end| end < setting.today);
        let is_to_come = row.begin.is_some_and(|begin| begin > setting.today);
        let teaches = matches!(row.role, Some(RosterRole::Teacher | RosterRole::Aide));
        let whose = teaches.then_some((row.class.as_str(), row.user.as_str()));
        let is_here = setting.scope.holds(row.school.as_deref());
        if is_active(row.status) && is_here && !is_to_come && !is_over {
            self.begun.extend(whose.map(|(_, user)| user));
        }
        if !is_active(row.status) || is_over {
            Row::Over
        } else if is_to_come {
            self.later.extend(whose);
            Row::Later
        } else {
            Row::Begun(whose)
        }
    }

    /// True for somebody whom the package makes a teacher of a class.
    pub(super) fn has_begun(&self, user: &str) -> bool {
        self.begun.contains(user)
    }

    /// True for somebody with an open place as a teacher that the package leaves open.
    pub(super) fn goes_on(&self, user: &str, person: PersonId) -> bool {
        let mut places = self.open.get(&person).into_iter().flatten();
        places.any(|place| self.stays(place, user))
    }

    fn stays(&self, place: &OpenPlace<'p>, user: &str) -> bool {
        let is_theirs = |(class, of): &Whose<'p>| place.class == Some(*class) && *of == user;
        let row = place.id.and_then(|id| self.rows.get(id));
        match (row, self.mode) {
            (Some(Row::Over), _) => false,
            (Some(Row::Begun(whose)), _) => whose.as_ref().is_some_and(is_theirs),
            (None, Some(Mode::Bulk)) => self.later.iter().any(is_theirs),
            (Some(Row::Later), _) | (None, Some(Mode::Delta) | None) => true,
        }
    }
}

/// The open places of teachers, in classes of the roster that the package does not end. What is
/// kept in the archive to read makes nobody a teacher.
fn open_places<'p>(setting: &Setting<'p>) -> HashMap<PersonId, Vec<OpenPlace<'p>>> {
    let present: &'p Present = setting.present;
    let rooms = rooms_that_go_on(setting);
    let mut open: HashMap<PersonId, Vec<OpenPlace<'p>>> = HashMap::new();
    for (_, state) in &present.enrolments {
        if state.ended_at.is_some() || state.role != ClassroomRole::Teacher {
            continue;
        }
        if let Some(class) = rooms.get(&state.classroom_id) {
            let is_own = present.lineage.holds(state.source_id);
            open.entry(state.person_id).or_default().push(OpenPlace {
                id: state.sourced_id.as_deref().filter(|_| is_own),
                class: *class,
            });
        }
    }
    open
}

/// The classes of the roster that are taught after this package, with the ids by which it may
/// speak of them.
fn rooms_that_go_on<'p>(setting: &Setting<'p>) -> HashMap<ClassroomId, Option<&'p str>> {
    let (package, present): (_, &'p Present) = (setting.package, setting.present);
    let is_whole = package.mode_of(Table::Classes) == Some(Mode::Bulk);
    let (mut taught, mut gone) = (HashSet::new(), HashSet::new());
    for class in &package.classes {
        let id = class.sourced_id.as_str();
        if !is_active(class.status) {
            gone.insert(id);
        } else if setting.scope.holds(class.school.as_deref()) {
            taught.insert(id);
        }
    }
    let id = |room: &'p ClassroomNow| room.state.sourced_id.as_deref();
    // A teacher who puts a class away by hand has it still, as far as the roster goes.
    let was_taught =
        |room: &ClassroomNow| room.state.archived_at.is_none() || room.is_archived_by_hand;
    let goes_on = |id: &str| taught.contains(id) || !(is_whole || gone.contains(id));
    let own = present
        .classrooms
        .iter()
        .filter(|&room| was_taught(room) && id(room).is_none_or(goes_on))
        .map(|room| (room.id, id(room)));
    let replaced = present
        .replaced_classrooms
        .iter()
        .filter(|room| was_taught(room) && !is_whole)
        .map(|room| (room.id, None));
    own.chain(replaced).collect()
}
