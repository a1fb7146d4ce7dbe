//! Telling the office by mail that a promised time is nearly over: of each clock once,
//! when three quarters of it are gone. A light on a page helps only whoever looks at it.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};
use vocab::mail::MailTemplate;

use crate::breaches;
use crate::clock::Time;
use crate::db::Write;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::moment;
use crate::providers::office;
use crate::rights::{Clocks, clocks, soon_at};
use crate::schools::zone_of;
use entity::{breach, outbox_mail, rights_request};

/// What has to be done, and the page on which it is done.
struct Matter {
    school: SchoolId,
    cause: Uuid,
    what: String,
    page: String,
}

/// Writes to the office about every clock that has come near its end since it was last
/// written to. Answers how many mails.
pub async fn write_of_deadlines(tx: &Write, now: Time) -> Result<usize, DbErr> {
    let mut running = requests(tx).await?;
    running.extend(breaches(tx).await?);
    let mut offices: HashMap<SchoolId, Vec<PersonId>> = HashMap::new();
    let mut queued = 0;
    for (matter, begun, end) in running {
        let near = soon_at(begun, end);
        if now < near || is_told(tx, matter.cause, near).await? {
            continue;
        }
        if offices.is_empty() {
            for (school, person) in office(&**tx).await? {
                offices.entry(school).or_default().push(person);
            }
        }
        let zone = zone_of(&**tx, matter.school).await?;
        for person in offices.get(&matter.school).into_iter().flatten() {
            let new = Outgoing {
                school: matter.school,
                to: To::Person(*person),
                mail: Mail::DeadlineNear {
                    what: matter.what.clone(),
                    by: moment(end, zone, now).words,
                    is_over: now > end,
                    page: matter.page.clone(),
                },
                cause: Some(matter.cause),
                until: None,
            };
            queue(tx, new, now).await?;
            queued += 1;
        }
    }
    Ok(queued)
}

async fn requests(tx: &Write) -> Result<Vec<(Matter, Time, Time)>, DbErr> {
    let open = rights_request::Entity::find()
        .filter(rights_request::Column::ClosedAt.is_null())
        .all(&**tx)
        .await?;
    let mut running = Vec::new();
    for request in open {
        let zone = zone_of(&**tx, request.school_id).await?;
        let Clocks {
            first_answer,
            whole,
        } = clocks(&request, zone);
        for (clock, what) in [
            (first_answer, "needs a first answer"),
            (whole, "has to be done"),
        ] {
            let matter = Matter {
                school: request.school_id,
                cause: request.id.0,
                what: format!(
                    "Request {} ({}) {what}",
                    request.reference,
                    request.kind.label().to_lowercase()
                ),
                page: format!("/school/privacy/requests/{}", request.id),
            };
            running.extend(clock.map(|(begun, end)| (matter, begun, end)));
        }
    }
    Ok(running)
}

async fn breaches(tx: &Write) -> Result<Vec<(Matter, Time, Time)>, DbErr> {
    let open = breach::Entity::find()
        .filter(breach::Column::ClosedAt.is_null())
        .all(&**tx)
        .await?;
    Ok(open
        .iter()
        .filter_map(|row| {
            let (begun, end) = breaches::clock(row)?;
            let matter = Matter {
                school: row.school_id,
                cause: row.id.0,
                what: format!(
                    "Breach {} has to be assessed, and the Commissioner told",
                    row.reference
                ),
                page: "/school/privacy/breaches".to_owned(),
            };
            Some((matter, begun, end))
        })
        .collect())
}

/// Whether the office was written to about it since its end came near.
async fn is_told(tx: &Write, cause: Uuid, near: Time) -> Result<bool, DbErr> {
    let told = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(cause))
        .filter(outbox_mail::Column::Template.eq(MailTemplate::DeadlineNear))
        .filter(outbox_mail::Column::QueuedAt.gte(near))
        .count(&**tx)
        .await?;
    Ok(told > 0)
}
