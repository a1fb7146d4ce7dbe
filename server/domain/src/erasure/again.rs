//! Erasing again whom an old backup of the database brought back. Their key was destroyed,
//! but names, usernames and passwords are not sealed with it: they would be listed and could
//! sign in. They are signed out and ended at once; the erasure goes on like every other.

use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use vocab::erasure::ErasureState;
use vocab::ids::{PersonId, SchoolId};

use super::job::{AFTER_RESTORE, Ask, begin, open_of};
use crate::access;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::people;
use entity::{erasure_job, key_destroyed, person};

/// Ends and signs out everybody whose key was destroyed and who has a name in this database,
/// and begins their erasure again where none is open. Answers for how many people something
/// was done; a second call does nothing. The server calls it before it lets anybody in, after
/// [`crate::keys::replay`]. What is held is ended too, and erased when the hold is released.
pub async fn begin_again(db: &Db, now: Time) -> Result<usize, DbErr> {
    let destroyed = Query::select()
        .column(key_destroyed::Column::PersonId)
        .from(key_destroyed::Entity)
        .take();
    // An erasure empties the name before it destroys the key.
    let back: Vec<(SchoolId, PersonId)> = person::Entity::find()
        .select_only()
        .columns([person::Column::SchoolId, person::Column::Id])
        .filter(person::Column::SortName.ne(""))
        .filter(person::Column::Id.in_subquery(destroyed))
        .order_by_asc(person::Column::Id)
        .into_tuple()
        .all(db.read())
        .await?;
    let mut begun = 0;
    for whose in back {
        let tx = db.write().await?;
        if once_more(&tx, whose, now).await? {
            tx.commit().await?;
            begun += 1;
        }
    }
    Ok(begun)
}

/// The same for one of them; false where all of it was done before.
async fn once_more(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    now: Time,
) -> Result<bool, DbErr> {
    // The person's row stands in the way of two servers that start at once.
    let row = person::Entity::find_by_id(person)
        .filter(person::Column::SortName.ne(""))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let is_here = row.ended_at.is_none();
    if is_here {
        let door = access::school_as_operator(school);
        people::end_even_the_last_admin(tx, &door, person, now).await?;
    }
    match open_of(&**tx, person).await? {
        None => {
            let ask = Ask {
                request: None,
                rule: Some(AFTER_RESTORE),
                by: None,
                cooling_off_until: None,
            };
            begin(tx, (school, person), &ask, now).await?;
            Ok(true)
        }
        Some(job) if job.state == ErasureState::CoolingOff => {
            do_not_wait(tx, &job, now).await?;
            Ok(true)
        }
        Some(_) => Ok(is_here),
    }
}

/// The days to think again were over when the key was destroyed.
async fn do_not_wait(tx: &Write, job: &erasure_job::Model, now: Time) -> Result<(), DbErr> {
    let state = ErasureState::Approved;
    erasure_job::ActiveModel {
        id: Set(job.id),
        state: Set(state),
        cooling_off_until: Set(None),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: job.school_id,
        actor: None,
        kind: "erasure.granted",
        subject: job.id.0,
        before: None,
        after: Some(json!({ "rule": AFTER_RESTORE, "state": state })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
