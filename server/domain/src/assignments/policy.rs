//! Who may do what with set work. Teachers see their drafts; everybody else sees
//! work once it has gone out. An admin sees what is set, never the answers. Whoever handed
//! work in, and their guardian, sees it also after the place in its classroom has ended.

use sea_orm::{ColumnTrait, Condition};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::people::Role;

use crate::access::{classrooms_of, classrooms_of_children, was_handed_in_by};
use crate::actor::Actor;
use crate::clock::Time;
use entity::assignment;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the work itself.
    See,
    /// Write, save and hand in one's own answer.
    HandIn,
    /// Change title, instructions, times and points.
    Edit,
    /// Send it out, now or at a set time.
    Publish,
    /// Stop or reopen handing in.
    Close,
    /// See who has handed in what.
    SeeAnswers,
    /// Give marks and words.
    Mark,
    /// Give marks and feedback back.
    Return,
}

impl Action {
    /// Every action, for the readable matrix.
    pub const ALL: [Self; 8] = [
        Self::See,
        Self::HandIn,
        Self::Edit,
        Self::Publish,
        Self::Close,
        Self::SeeAnswers,
        Self::Mark,
        Self::Return,
    ];

    /// Of an archived classroom everything can be read and nothing changed.
    pub(crate) const fn is_open_when_archived(self) -> bool {
        matches!(self, Self::See | Self::SeeAnswers)
    }
}

/// What a standing may do.
pub const fn allows(standing: Standing, action: Action) -> bool {
    match standing {
        Standing::Teacher => !matches!(action, Action::HandIn),
        Standing::Student => matches!(action, Action::See | Action::HandIn),
        Standing::Guardian | Standing::Admin => matches!(action, Action::See),
    }
}

/// The work that the actor may know of.
pub fn visible_to(actor: &Actor, now: Time) -> Condition {
    let taught =
        assignment::Column::ClassroomId.in_subquery(classrooms_of(actor, ClassroomRole::Teacher));
    let mut after_it_went_out = Condition::any().add(
        assignment::Column::ClassroomId.in_subquery(classrooms_of(actor, ClassroomRole::Student)),
    );
    if actor.is(Role::Guardian) {
        after_it_went_out = after_it_went_out
            .add(assignment::Column::ClassroomId.in_subquery(classrooms_of_children(actor)));
    }
    if actor.is(Role::Student) || actor.is(Role::Guardian) {
        after_it_went_out = after_it_went_out.add(was_handed_in_by(actor));
    }
    if actor.is(Role::SchoolAdmin) {
        after_it_went_out = after_it_went_out.add(assignment::Column::SchoolId.eq(actor.school));
    }
    Condition::all()
        .add(assignment::Column::SchoolId.eq(actor.school))
        .add(
            Condition::any().add(taught).add(
                Condition::all()
                    .add(assignment::Column::PublishAt.lte(now))
                    .add(after_it_went_out),
            ),
        )
}
