//! Who may do what with a student's answer. Until it is handed in it is the
//! student's own: the teacher sees nothing of a draft. Guardians see what their
//! own child sees. Admins see no answers.

use sea_orm::{ColumnTrait, Condition};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::people::Role;

use crate::access::{children_of, classrooms_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::guard::Use;
use entity::{assignment, submission};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read it.
    See,
    /// Give it a mark and words.
    Mark,
    /// Give mark and words back to the student.
    Return,
    /// See every change to it.
    SeeHistory,
}

impl Action {
    /// Every action, for the readable matrix.
    pub const ALL: [Self; 4] = [Self::See, Self::Mark, Self::Return, Self::SeeHistory];

    /// Whether something is written about the student.
    pub(crate) const fn changes_it(self) -> bool {
        matches!(self, Self::Mark | Self::Return)
    }

    /// Of an archived classroom everything can be read and nothing changed.
    pub(crate) const fn is_open_when_archived(self) -> bool {
        matches!(self, Self::See | Self::SeeHistory)
    }
}

/// What a standing may do.
pub const fn allows(standing: Standing, action: Action) -> bool {
    match standing {
        Standing::Teacher => true,
        Standing::Student | Standing::Guardian => matches!(action, Action::See),
        Standing::Admin => false,
    }
}

/// The answers that the actor may know of; for a query that joins the work they answer.
pub fn visible_to(actor: &Actor, now: Time) -> Condition {
    let mut own = Condition::any().add(submission::Column::StudentId.eq(actor.person));
    if actor.is(Role::Guardian) {
        own = own.add(submission::Column::StudentId.in_subquery(children_of(actor)));
    }
    let handed_in_to_me = Condition::all()
        .add(submission::Column::AttemptId.is_not_null())
        .add(
            assignment::Column::ClassroomId
                .in_subquery(classrooms_of(actor, ClassroomRole::Teacher)),
        );
    let own_work_that_is_out = Condition::all()
        .add(own)
        .add(assignment::Column::PublishAt.lte(now));
    Condition::all()
        .add(submission::Column::SchoolId.eq(actor.school))
        .add(
            Condition::any()
                .add(handed_in_to_me)
                .add(own_work_that_is_out),
        )
}

/// What an action of a teacher is for the guard of restrictions.
pub(crate) const fn as_use(action: Action) -> Use {
    match action {
        Action::See | Action::SeeHistory => Use::ReadWork,
        Action::Mark => Use::Mark,
        Action::Return => Use::ReturnMark,
    }
}
