//! Telling the office by mail that a promised time is nearly over: of each end once, when
//! three quarters of the time are gone. A light on a page helps only whoever looks at it.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

use crate::clock::Time;
use crate::db::{Db, Write};
use crate::deadlines::{Clock, clocks};
use crate::events::{self, Event};
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::moment;
use crate::providers::office;
use crate::rights::soon_at;
use entity::event;

/// What is written down once the office was told.
const TOLD: &str = "deadline.told";

/// Writes to the office about every clock whose end is near, unless it was told of that
/// end before. Answers how many mails.
pub async fn write_of_deadlines(db: &Db, now: Time) -> Result<usize, DbErr> {
    let mut near = clocks(db.read(), None).await?;
    near.retain(|clock| now >= soon_at(clock.begun, clock.end));
    if near.is_empty() {
        return Ok(0);
    }
    let tx = db.write().await?;
    let told = told(&tx, &near).await?;
    near.retain(|clock| !told.contains(&clock.key()));
    let mut offices: HashMap<SchoolId, Vec<PersonId>> = HashMap::new();
    for (school, person) in office(&*tx).await? {
        offices.entry(school).or_default().push(person);
    }
    let mut queued = 0;
    for clock in near {
        for person in offices.get(&clock.school).into_iter().flatten() {
            let new = Outgoing {
                school: clock.school,
                to: To::Person(*person),
                mail: Mail::DeadlineNear {
                    what: clock.what.clone(),
                    by: moment(clock.end, clock.zone, now).words,
                    is_over: now > clock.end,
                    page: clock.page.clone(),
                },
                cause: Some(clock.cause),
                until: None,
            };
            queue(&tx, new, now).await?;
            queued += 1;
        }
        let told = Event {
            school: clock.school,
            actor: None,
            kind: TOLD,
            subject: clock.cause,
            before: None,
            after: Some(json!({ "end": clock.end.to_rfc3339() })),
        };
        events::record(&*tx, told, now).await?;
    }
    tx.commit().await?;
    Ok(queued)
}

/// The ends of which the office was told, of these causes. One query.
async fn told(tx: &Write, near: &[Clock]) -> Result<HashSet<(Uuid, String)>, DbErr> {
    let told: Vec<(Uuid, Option<serde_json::Value>)> = event::Entity::find()
        .select_only()
        .columns([event::Column::SubjectId, event::Column::After])
        .filter(event::Column::SubjectId.is_in(near.iter().map(|clock| clock.cause)))
        .filter(event::Column::Kind.eq(TOLD))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(told
        .into_iter()
        .filter_map(|(cause, after)| {
            let end = after?.get("end")?.as_str()?.to_owned();
            Some((cause, end))
        })
        .collect())
}
