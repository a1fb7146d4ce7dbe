//! Who may do what with a student's access arrangements. The school's admins set them,
//! with whoever leads support for special needs at the school: there is no role of its own
//! for that, so such a person is given the role of admin. The data protection lead and
//! teachers of other classes know nothing of them.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::ids::PersonId;
use vocab::people::Role;

use crate::access::{children_of, classrooms_of};
use crate::actor::Actor;
use entity::{classroom, enrolment, person_role};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read what is arranged, and what helps.
    See,
    /// Set it, change it, take it away.
    Set,
}

impl Action {
    /// Every action, for the readable matrix.
    pub const ALL: [Self; 2] = [Self::See, Self::Set];
}

/// What a standing to the student may do.
pub const fn allows(standing: Standing, action: Action) -> bool {
    match standing {
        Standing::Admin => true,
        Standing::Teacher | Standing::Student | Standing::Guardian => {
            matches!(action, Action::See)
        }
    }
}

/// The standings that somebody may have to a student, each with the students for whom
/// they have it; of several the first counts.
pub(crate) fn standings(actor: &Actor) -> [(Standing, Condition); 4] {
    let student = || Expr::col((person_role::Entity, person_role::Column::PersonId));
    let where_it_is = |holds: bool| Condition::all().add(Expr::value(holds));
    [
        (
            Standing::Student,
            where_it_is(true).add(student().eq(actor.person)),
        ),
        (Standing::Admin, where_it_is(actor.is(Role::SchoolAdmin))),
        (
            Standing::Teacher,
            where_it_is(actor.is(Role::Teacher)).add(student().in_subquery(taught_by(actor))),
        ),
        (
            Standing::Guardian,
            where_it_is(actor.is(Role::Guardian)).add(student().in_subquery(children_of(actor))),
        ),
    ]
}

/// The students who have a place now in a classroom that the actor teaches now.
fn taught_by(actor: &Actor) -> SelectStatement {
    let open = Query::select()
        .column(classroom::Column::Id)
        .from(classroom::Entity)
        .and_where(classroom::Column::SchoolId.eq(actor.school))
        .and_where(classroom::Column::ArchivedAt.is_null())
        .take();
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .and_where(
            enrolment::Column::ClassroomId
                .in_subquery(classrooms_of(actor, ClassroomRole::Teacher)),
        )
        .and_where(enrolment::Column::ClassroomId.in_subquery(open))
        .take()
}

/// The one student, if they are one at the actor's school now.
pub(crate) fn is_student(actor: &Actor, person: PersonId) -> Condition {
    Condition::all()
        .add(person_role::Column::SchoolId.eq(actor.school))
        .add(person_role::Column::PersonId.eq(person))
        .add(person_role::Column::Role.eq(Role::Student))
        .add(person_role::Column::EndedAt.is_null())
}
