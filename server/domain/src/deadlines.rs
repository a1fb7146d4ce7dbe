//! Every promised time that runs: of requests and of breaches. The office is written to
//! before one is over (`alerts`), and can put them into a calendar of its own.

mod calendar;

pub use calendar::calendar;

use std::collections::HashMap;

use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;
use vocab::ids::SchoolId;
use vocab::rights::RequestKind;

use crate::breaches;
use crate::clock::Time;
use crate::rights::{self, Clocks};
use entity::{breach, rights_request, school};

/// A clock that runs: what has to be done until its end, and on which page.
pub(crate) struct Clock {
    pub(crate) school: SchoolId,
    /// In which the school lives.
    pub(crate) zone: Tz,
    pub(crate) cause: Uuid,
    pub(crate) what: String,
    pub(crate) page: String,
    pub(crate) begun: Time,
    pub(crate) end: Time,
}

impl Clock {
    /// What tells this end from another of the same cause.
    pub(crate) fn key(&self) -> (Uuid, String) {
        (self.cause, self.end.to_rfc3339())
    }
}

/// Every clock that runs in a school, or in all of them, in no order. Three queries.
pub(crate) async fn clocks(
    db: &impl ConnectionTrait,
    school: Option<SchoolId>,
) -> Result<Vec<Clock>, DbErr> {
    let zones = zones(db).await?;
    let mut running = requests(db, school, &zones).await?;
    running.extend(breaches(db, school, &zones).await?);
    Ok(running)
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
    school: Option<SchoolId>,
    zones: &HashMap<SchoolId, Tz>,
) -> Result<Vec<Clock>, DbErr> {
    let of_school = school.map(|school| rights_request::Column::SchoolId.eq(school));
    let open = rights_request::Entity::find()
        .filter(rights_request::Column::ClosedAt.is_null())
        .filter(Condition::all().add_option(of_school))
        .all(db)
        .await?;
    Ok(open
        .iter()
        .flat_map(|request| {
            let zone = zones.get(&request.school_id).copied().unwrap_or(Tz::UTC);
            let Clocks {
                first_answer,
                whole,
            } = rights::clocks(request, zone);
            let whole_is = match request.kind {
                RequestKind::Complaint => "has to be acknowledged",
                _ => "has to be done",
            };
            [(first_answer, "needs a first answer"), (whole, whole_is)]
                .into_iter()
                .filter_map(move |(clock, what)| {
                    let (begun, end) = clock?;
                    Some(Clock {
                        school: request.school_id,
                        zone,
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

async fn breaches(
    db: &impl ConnectionTrait,
    school: Option<SchoolId>,
    zones: &HashMap<SchoolId, Tz>,
) -> Result<Vec<Clock>, DbErr> {
    let of_school = school.map(|school| breach::Column::SchoolId.eq(school));
    let open = breach::Entity::find()
        .filter(breach::Column::ClosedAt.is_null())
        .filter(Condition::all().add_option(of_school))
        .all(db)
        .await?;
    Ok(open
        .iter()
        .filter_map(|row| {
            let (begun, end) = breaches::clock(row)?;
            Some(Clock {
                school: row.school_id,
                zone: zones.get(&row.school_id).copied().unwrap_or(Tz::UTC),
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
