//! What guardians see of classrooms beyond what everybody sees: which of their children
//! learn in them, and where each of these stands with the work. Nobody else's child is
//! read. One query each.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select,
};
use vocab::assignments::ChildState;
use vocab::classrooms::{ClassroomRole, ClassroomSummary};
use vocab::ids::{AssignmentId, ClassroomId, PersonId};
use vocab::looks::{LookKind, LookRelation};

use super::came::{WorkTimes, came_at};
use super::read::to_person;
use crate::access::{Permitted, children_of};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::own_due;
use crate::clock::Time;
use crate::looks::Whose;
use crate::people::display_name;
use crate::submissions::{self, Progress};
use entity::{assignment, classroom, enrolment, mark, person, submission};

/// Puts the actor's children into the classrooms where they learn.
pub(super) async fn name_in(
    db: &impl ConnectionTrait,
    actor: &Actor,
    rooms: &mut [ClassroomSummary],
) -> Result<(), DbErr> {
    let which = rooms.iter().map(|room| room.id);
    let places: Vec<(ClassroomId, String, String)> = places_of_children(actor)
        .select_only()
        .column(enrolment::Column::ClassroomId)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .filter(enrolment::Column::ClassroomId.is_in(which))
        .into_tuple()
        .all(db)
        .await?;
    for (room, given, family) in places {
        if let Some(room) = rooms.iter_mut().find(|known| known.id == room) {
            room.children.push(display_name(&given, &family));
        }
    }
    Ok(())
}

/// Where a child stands with a piece of work.
pub(super) struct Standpoint {
    /// When it is due for this child.
    pub(super) due_at: Option<Time>,
    /// The child, and the state.
    pub(super) said: ChildState,
}

/// Where each child of the actor's who learns in the classroom stands with this work of it;
/// of each work the children by name.
pub(super) async fn standpoints(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    which: Vec<AssignmentId>,
    now: Time,
) -> Result<HashMap<AssignmentId, Vec<Standpoint>>, DbErr> {
    let extra = arrangements::extra_time((enrolment::Entity, enrolment::Column::PersonId));
    let lines = places_of_children(actor)
        .select_only()
        .column(enrolment::Column::PersonId)
        .columns([person::Column::GivenName, person::Column::FamilyName])
        .columns([
            assignment::Column::Id,
            assignment::Column::DueAt,
            assignment::Column::PublishAt,
            assignment::Column::ClosedAt,
        ])
        .columns([
            submission::Column::DraftSavedAt,
            submission::Column::HandedInAt,
            submission::Column::IsLate,
        ])
        .columns([mark::Column::MarkedAt, mark::Column::ReturnedAt])
        .expr_as(extra, "extra_time")
        .expr_as(came_at(WorkTimes::joined()), "came_at")
        .join(JoinType::InnerJoin, to_work())
        .join(JoinType::LeftJoin, submissions::to_answer_of_place())
        .join(JoinType::LeftJoin, submissions::to_mark())
        .filter(enrolment::Column::ClassroomId.eq(classroom.id))
        .filter(assignment::Column::Id.is_in(which))
        .into_model::<Line>()
        .all(db)
        .await?;
    let mut by_work: HashMap<AssignmentId, Vec<Standpoint>> = HashMap::new();
    for line in lines {
        actor.saw_list(
            Whose::Person(line.person_id),
            LookKind::Work,
            LookRelation::Guardian,
        );
        let theirs = by_work.entry(line.id).or_default();
        theirs.push(line.standpoint(now));
    }
    Ok(by_work)
}

/// The places in which children of the actor learn, by the child's name.
fn places_of_children(actor: &Actor) -> Select<enrolment::Entity> {
    enrolment::Entity::find()
        .join(JoinType::InnerJoin, to_person())
        .filter(enrolment::Column::PersonId.in_subquery(children_of(actor)))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(person::Column::EndedAt.is_null())
        .order_by_asc(person::Column::SortName)
}

fn to_work() -> RelationDef {
    enrolment::Entity::belongs_to(assignment::Entity)
        .from(enrolment::Column::ClassroomId)
        .to(assignment::Column::ClassroomId)
        .into()
}

/// A child's place with a piece of work, and what the state follows from.
#[derive(FromQueryResult)]
struct Line {
    person_id: PersonId,
    given_name: String,
    family_name: String,
    id: AssignmentId,
    due_at: Option<Time>,
    publish_at: Option<Time>,
    closed_at: Option<Time>,
    draft_saved_at: Option<Time>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    extra_time: Option<i32>,
    came_at: Option<Time>,
}

impl Line {
    fn standpoint(self, now: Time) -> Standpoint {
        let extra = arrangements::percent(self.extra_time);
        let due_at = own_due(self.due_at, self.publish_at, extra);
        let progress = Progress {
            came_at: self.came_at,
            draft_saved_at: self.draft_saved_at,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        };
        Standpoint {
            due_at,
            said: ChildState {
                name: display_name(&self.given_name, &self.family_name),
                state: progress.state(due_at, self.closed_at, now),
            },
        }
    }
}
