//! Telling the office by mail that a promised time is nearly over: of each end once, when
//! three quarters of the time are gone. A light on a page helps only whoever looks at it.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};
use vocab::rights::RequestKind;

use crate::breaches;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::moment;
use crate::providers::office;
use crate::rights::{Clocks, clocks, soon_at};
use entity::{breach, event, rights_request, school};

/// What is written down once the office was told.
const TOLD: &str = "deadline.told";

/// A clock that runs: what has to be done until its end, and on which page.
struct Clock {
    school: SchoolId,
    cause: Uuid,
    what: String,
    page: String,
    begun: Time,
    end: Time,
}

impl Clock {
    /// What tells this end from another of the same cause.
    fn key(&self) -> (Uuid, String) {
        (self.cause, self.end.to_rfc3339())
    }
}

/// Writes to the office about every clock whose end is near, unless it was told of that
/// end before. Answers how many mails.
pub async fn write_of_deadlines(db: &Db, now: Time) -> Result<usize, DbErr> {
    let zones = zones(db.read()).await?;
    let mut near = requests(db.read(), &zones).await?;
    near.extend(breaches(db.read()).await?);
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
        let zone = zones.get(&clock.school).copied().unwrap_or(Tz::UTC);
        for person in offices.get(&clock.school).into_iter().flatten() {
            let new = Outgoing {
                school: clock.school,
                to: To::Person(*person),
                mail: Mail::DeadlineNear {
                    what: clock.what.clone(),
                    by: moment(clock.end, zone, now).words,
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

async fn zones(db: &impl ConnectionTrait) -> Result<HashMap<SchoolId, Tz>, DbErr> {
    let zones: Vec<(SchoolId, String)> = school::Entity::find()
        .select_only()
        .columns([school::Column::Id, school::Column::TimeZone])
        .into_tuple()
        .all(db)
        .await?;
    Ok(zones
        .into_iter()
        .filter_map(|(school, zone)| Some((school, zone.parse().ok()?)))
        .collect())
}

async fn requests(
    db: &impl ConnectionTrait,
    zones: &HashMap<SchoolId, Tz>,
) -> Result<Vec<Clock>, DbErr> {
    let open = rights_request::Entity::find()
        .filter(rights_request::Column::ClosedAt.is_null())
        .all(db)
        .await?;
    Ok(open
        .iter()
        .flat_map(|request| {
            let zone = zones.get(&request.school_id).copied().unwrap_or(Tz::UTC);
            let Clocks {
                first_answer,
                whole,
            } = clocks(request, zone);
            let whole_is = match request.kind {
                RequestKind::Complaint => "has to be acknowledged",
                _ => "has to be done",
            };
            [(first_answer, "needs a first answer"), (whole, whole_is)]
                .into_iter()
                .filter_map(|(clock, what)| {
                    let (begun, end) = clock?;
                    Some(Clock {
                        school: request.school_id,
                        cause: request.id.0,
                        what: format!(
                            "Request {} ({}) {what}",
                            request.reference,
                            request.kind.label().to_lowercase()
                        ),
                        page: format!("/school/privacy/requests/{}", request.id),
                        begun,
                        end,
                    })
                })
        })
        .collect())
}

async fn breaches(db: &impl ConnectionTrait) -> Result<Vec<Clock>, DbErr> {
    let open = breach::Entity::find()
        .filter(breach::Column::ClosedAt.is_null())
        .all(db)
        .await?;
    Ok(open
        .iter()
        .filter_map(|row| {
            let (begun, end) = breaches::clock(row)?;
            Some(Clock {
                school: row.school_id,
                cause: row.id.0,
                what: format!(
                    "Breach {} has to be assessed, and the Commissioner told",
                    row.reference
                ),
                page: "/school/privacy/breaches".to_owned(),
                begun,
                end,
            })
        })
        .collect())
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
