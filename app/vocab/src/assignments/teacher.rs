//! What the teachers of a piece of work see of it: every student with what became of the
//! work, and how far the classroom is. It holds nothing of a draft.

use serde::{Deserialize, Serialize};

use super::{AssignmentForm, AssignmentHead, WorkCounts, WorkState};
use crate::arrangements::Arranged;
use crate::classrooms::Place;
use crate::ids::{PersonId, SubmissionId};
use crate::moment::Moment;
use crate::points::Points;

/// What a hand-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitsFor {
    /// It has no mark or words of its own yet.
    Mark,
    /// It is marked and not given back.
    Return,
}

/// One line of the teacher's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmissionLine {
    /// Whose.
    pub student: PersonId,
    /// Their name.
    pub name: String,
    /// None before they began.
    pub submission: Option<SubmissionId>,
    /// Whether they are in the classroom still: who left it is in no count.
    pub place: Place,
    /// Where they stand.
    pub state: WorkState,
    /// When it was handed in.
    pub handed_in: Option<Moment>,
    /// After the due time; stays true once it is marked and returned.
    pub is_late: bool,
    /// What is arranged for them.
    pub arranged: Option<Arranged>,
    /// The mark, whether returned or not.
    pub points: Option<Points>,
    /// What the teacher has still to do with it.
    pub waits_for: Option<WaitsFor>,
    /// Somebody objects to the use: what it waits for is not done before that is decided.
    pub is_objected_to: bool,
    /// Their data is restricted: nothing but the name is told.
    pub is_restricted: bool,
}

impl SubmissionLine {
    /// Of somebody whose data is restricted: the name, and that it is so.
    pub const fn restricted(student: PersonId, name: String) -> Self {
        Self {
            student,
            name,
            submission: None,
            place: Place::Open,
            state: WorkState::NotStarted,
            handed_in: None,
            arranged: None,
            is_late: false,
            points: None,
            waits_for: None,
            is_objected_to: false,
            is_restricted: true,
        }
    }
}

/// The teacher's view of a piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeacherWork {
    /// The work.
    pub head: AssignmentHead,
    /// How far the classroom is.
    pub counts: WorkCounts,
    /// Every student, by family name, and after them who handed in and left the classroom.
    pub lines: Vec<SubmissionLine>,
    /// What can still be changed, to fill the edit form.
    pub form: AssignmentForm,
}
