//! What the demo may touch: the schools that it made itself, in a database that
//! holds no other. An event in each of them says that the demo made it; a school's
//! code says nothing, since any school may have chosen it.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use vocab::ids::SchoolId;

use super::Error;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use entity::{event, school};

const MADE: &str = "demo.made";

/// Writes down that the demo made this school, in the transaction that makes it.
pub async fn claim(tx: &Write, school: SchoolId, now: Time) -> Result<(), Error> {
    let event = Event {
        school,
        actor: None,
        kind: MADE,
        subject: school.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Refuses where there is a school, or a platform with its operators, that the
/// demo did not make.
pub(super) async fn require_no_other_school(tx: &Write) -> Result<(), Error> {
    refuse(tx, Condition::all()).await
}

/// Refuses where the demo did not make this school.
pub(super) async fn require_own(tx: &Write, school: SchoolId) -> Result<(), Error> {
    refuse(tx, Condition::all().add(school::Column::Id.eq(school))).await
}

async fn refuse(tx: &Write, which: Condition) -> Result<(), Error> {
    let ours = Query::select()
        .column(event::Column::SchoolId)
        .from(event::Entity)
        .cond_where(event::Column::Kind.eq(MADE))
        .take();
    let other = school::Entity::find()
        .filter(which)
        .filter(school::Column::Id.not_in_subquery(ours))
        .order_by_asc(school::Column::Code)
        .one(&**tx)
        .await?;
    match other {
        Some(other) => Err(Error::NotOurs { code: other.code }),
        None => Ok(()),
    }
}
