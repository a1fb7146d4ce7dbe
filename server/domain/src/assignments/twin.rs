//! Work that a teacher has set just so shortly before. Whoever goes back after setting work
//! finds its form filled in again under another id, so a second press would set the work
//! twice: they are asked first.

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use vocab::assignments::ValidAssignment;
use vocab::ids::AssignmentId;

use super::Error;
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::moments::{from_local, local};
use entity::{assignment, classroom};

/// For how long after setting work its teacher is asked.
const SHORTLY: TimeDelta = TimeDelta::hours(1);

/// Work with the same words, points and due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Which.
    pub id: AssignmentId,
    /// When it was set.
    pub set_at: Time,
}

impl Twin {
    /// What its teacher is told.
    pub fn set_shortly_before(self, actor: &Actor) -> Error {
        let at = local(self.set_at, actor.time_zone);
        Error::SetShortlyBefore {
            at: at.format("%H:%M").to_string(),
        }
    }
}

/// Such work of the same teacher in the same classroom, if it was set within the last hour:
/// what was set under this id, else the newest.
pub async fn find_twin(
    tx: &Write,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    (id, new): (AssignmentId, &ValidAssignment),
    now: Time,
) -> Result<Option<Twin>, Error> {
    let due_at = new.due.map(|due| from_local(due, actor.time_zone));
    let mut twins = assignment::Entity::find()
        .filter(assignment::Column::SchoolId.eq(classroom.school()))
        .filter(assignment::Column::ClassroomId.eq(classroom.id))
        .filter(assignment::Column::CreatedBy.eq(classroom.actor()))
        .filter(assignment::Column::CreatedAt.gt(now - SHORTLY))
        .filter(assignment::Column::Title.eq(new.title.as_str()))
        .filter(assignment::Column::Instructions.eq(new.instructions.as_str()))
        .order_by_desc(assignment::Column::CreatedAt)
        .all(&**tx)
        .await?;
    twins.retain(|set| set.points == new.points && set.due_at == due_at);
    let under_id = twins.iter().find(|set| set.id == id);
    Ok(under_id.or(twins.first()).map(|set| Twin {
        id: set.id,
        set_at: set.created_at,
    }))
}
