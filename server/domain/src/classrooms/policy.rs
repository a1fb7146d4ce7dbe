//! Who may do what in a classroom.

use sea_orm::{ColumnTrait, Condition};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::people::Role;

use crate::access::{classrooms_of, classrooms_of_children};
use crate::actor::Actor;
use entity::classroom;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See its name and its stream.
    See,
    /// See who is in it.
    SeeMembers,
    /// Make a piece of work in it.
    SetWork,
    /// Add and end members.
    ManageMembers,
    /// Issue, print and end its students' badges.
    GiveBadges,
    /// Ask for consent about its students, and see the answers.
    AskConsent,
    /// See who of its students may be photographed.
    SeePhotos,
    /// Change its name, subject and year group.
    Rename,
    /// Archive it, or take it out of the archive.
    Archive,
}

impl Action {
    /// Every action, for the readable matrix.
    pub const ALL: [Self; 9] = [
        Self::See,
        Self::SeeMembers,
        Self::SetWork,
        Self::ManageMembers,
        Self::GiveBadges,
        Self::AskConsent,
        Self::SeePhotos,
        Self::Rename,
        Self::Archive,
    ];

    /// An archived classroom can be read and brought back; nothing else.
    pub(crate) const fn is_open_when_archived(self) -> bool {
        matches!(self, Self::See | Self::SeeMembers | Self::Archive)
    }
}

/// What a standing may do.
pub const fn allows(standing: Standing, action: Action) -> bool {
    match standing {
        Standing::Teacher => true,
        Standing::Admin => !matches!(action, Action::SetWork),
        Standing::Student => matches!(action, Action::See | Action::SeeMembers),
        Standing::Guardian => matches!(action, Action::See),
    }
}

/// The classrooms that the actor may know of.
pub fn visible_to(actor: &Actor) -> Condition {
    let mut any = Condition::any();
    if actor.is(Role::SchoolAdmin) {
        return Condition::all().add(classroom::Column::SchoolId.eq(actor.school));
    }
    for role in [ClassroomRole::Teacher, ClassroomRole::Student] {
        any = any.add(classroom::Column::Id.in_subquery(classrooms_of(actor, role)));
    }
    if actor.is(Role::Guardian) {
        any = any.add(classroom::Column::Id.in_subquery(classrooms_of_children(actor)));
    }
    Condition::all()
        .add(classroom::Column::SchoolId.eq(actor.school))
        .add(any)
}
