//! What each role sees first: a student's to-do list, a teacher's classrooms and
//! marking, a guardian's children, an admin's school, a lead's clocks.

use serde::{Deserialize, Serialize};

use crate::assignments::WorkState;
use crate::classrooms::ClassroomSummary;
use crate::ids::{AssignmentId, PersonId};
use crate::moment::Moment;
use crate::oversight::Task;
use crate::rights::RequestSummary;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TodoItem {
    /// Which work.
    pub assignment: AssignmentId,
    /// Its title.
    pub title: String,
    /// Where it was set.
    pub classroom: String,
    /// Who set it.
    pub teacher: String,
    /// When it is due.
    pub due: Option<Moment>,
    /// Such as "in 2 days" or "3 days ago".
    pub due_distance: Option<String>,
    /// Whether the due time is past.
    pub was_due: bool,
    /// Where the student stands.
    pub state: WorkState,
    /// Whether a draft is saved, also where it is missing by now.
    pub is_begun: bool,
    /// Such as "14 of 20", after return.
    pub mark: Option<String>,
}

words! {
    /// The parts of a to-do list, in the order a student looks.
    TodoGroup {
        /// The due time is past, the student was in the class by then, and it can still be
        /// handed in.
        Overdue = "overdue",
        /// Due today.
        Today = "today",
        /// Due within seven days.
        ThisWeek = "this_week",
        /// Due after that, or with no due time.
        Later = "later",
        /// Feedback given back in the last two weeks.
        BackToYou = "back_to_you",
        /// Handed in, not yet back.
        Done = "done",
        /// Over, or long done; on the page of all work alone.
        Earlier = "earlier",
    }
}

impl TodoGroup {
    /// The group's heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::Today => "Today",
            Self::ThisWeek => "This week",
            Self::Later => "Later",
            Self::BackToYou => "Back to you",
            Self::Done => "Done",
            Self::Earlier => "Earlier",
        }
    }

    /// What has to be seen whole, however much it is.
    pub const fn is_pressing(self) -> bool {
        matches!(self, Self::Overdue | Self::Today | Self::ThisWeek)
    }

    /// What is still to do.
    pub const fn asks_for_doing(self) -> bool {
        self.is_pressing() || matches!(self, Self::Later)
    }
}

/// One part of a student's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TodoPart {
    /// Which.
    pub group: TodoGroup,
    /// The first of them, or all.
    pub items: Vec<TodoItem>,
    /// How many there are.
    pub total: usize,
}

/// A student's list, group by group; empty groups are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Todo {
    /// In the order of [`TodoGroup::ALL`].
    pub groups: Vec<TodoPart>,
}

/// All of a student's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllWork {
    /// Group by group.
    pub todo: Todo,
    /// Whether it is as much as one page shows; what is older is left out.
    pub is_cut: bool,
}

/// Work that waits for its teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToMark {
    /// Which work.
    pub assignment: AssignmentId,
    /// Its title.
    pub title: String,
    /// Where it was set.
    pub classroom: String,
    /// When it was due.
    pub due: Option<Moment>,
    /// Handed in and not yet marked.
    pub to_mark: u64,
    /// Marked and not yet given back.
    pub to_return: u64,
}

/// A teacher's first page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TeacherHome {
    /// Oldest due date first; at most 50.
    pub to_mark: Vec<ToMark>,
    /// How many pieces of work wait in all.
    pub to_mark_total: usize,
    /// By name.
    pub classrooms: Vec<ClassroomSummary>,
}

/// One child on a guardian's first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// Which child.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Such as "8".
    pub year_group: Option<String>,
    /// The child's own list.
    pub todo: Todo,
}

/// An admin's first page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdminHome {
    /// People now here, by role.
    pub students: u64,
    /// Teachers.
    pub teachers: u64,
    /// Guardians.
    pub guardians: u64,
    /// Classrooms that are not archived.
    pub classrooms: u64,
    /// Students who have neither a password nor an open link, apart from those whose account the
    /// roster has closed.
    pub students_without_way_in: u64,
    /// Teachers who have neither.
    pub teachers_without_way_in: u64,
    /// Guardians who have neither.
    pub guardians_without_way_in: u64,
    /// Whether the declaration opens the roster.
    pub is_declared: bool,
    /// Until when the declaration holds, once it has to be signed again soon.
    pub declaration_ends: Option<Moment>,
    /// The newest import that is in: what, and when it went in.
    pub last_import: Option<(crate::ids::ImportId, String, Moment)>,
}

/// A data protection lead's first page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeadHome {
    /// The open requests that are due first; at most five.
    pub requests: Vec<RequestSummary>,
    /// How many requests are open.
    pub open: usize,
    /// Breaches that wait, all in one line.
    pub breaches: Option<Task>,
    /// Copies that have to be looked through again before who asked can fetch them.
    pub copies: Vec<Task>,
}

/// Everything on somebody's first page; several parts for somebody with several roles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HomePage {
    /// For students.
    pub student: Option<Todo>,
    /// For teachers.
    pub teacher: Option<TeacherHome>,
    /// For guardians.
    pub children: Option<Vec<Child>>,
    /// For admins.
    pub admin: Option<AdminHome>,
    /// For data protection leads.
    pub lead: Option<LeadHome>,
    /// Whether something that a tablet brought waits for them.
    pub needs_you: bool,
    /// Whether a proposal to share waits for their answer.
    pub is_asked_to_share: bool,
    /// Whether a guardian asks for their data, of which they are asked first.
    pub is_asked_first: bool,
    /// Such as "Tuesday 24 November".
    pub today: String,
}
