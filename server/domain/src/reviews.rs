//! Reviews of what data is used for. The uses are those of the data map, each with its
//! lawful basis, which a column cannot be written without; the school looks at each of
//! them at least once a year.

use std::collections::HashMap;

use chrono::Months;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::oversight::ActivityLine;

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::moment;
use crate::notice;
use crate::people::names_of;
use crate::secrets::new_id;
use entity::activity_review;

/// Why a review is not written down.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// An activity's name in the record.
fn code(activity: &notice::Activity) -> String {
    format!("{:?}", activity.purpose)
}

/// Every use of data with its newest review, what is overdue first. Two queries.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<ActivityLine>, DbErr> {
    let rows = activity_review::Entity::find()
        .filter(activity_review::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(activity_review::Column::ReviewedAt)
        .all(db)
        .await?;
    let names = names_of(db, rows.iter().map(|row| row.reviewed_by)).await?;
    let newest: HashMap<String, activity_review::Model> = rows
        .into_iter()
        .map(|row| (row.activity.clone(), row))
        .collect();
    let told = |at: Time| moment(at, actor.time_zone, now);
    let mut lines: Vec<ActivityLine> = notice::activities()
        .into_iter()
        .map(|activity| {
            let code = code(&activity);
            let review = newest.get(&code);
            ActivityLine {
                purpose: activity.purpose.words(),
                bases: activity.bases,
                reviewed: review.map(|row| {
                    let who = names.get(&row.reviewed_by).cloned().unwrap_or_default();
                    (told(row.reviewed_at), who)
                }),
                due: review.map(|row| told(row.due_at)),
                is_overdue: review.is_none_or(|row| row.due_at <= now),
                code,
            }
        })
        .collect();
    lines.sort_by_key(|line| !line.is_overdue);
    Ok(lines)
}

/// Writes down that a use was reviewed, and when it is due again: 1 to 12 months from now.
pub async fn review(
    tx: &Write,
    permitted: &Permitted<()>,
    (activity, months, note): (&str, u32, &str),
    now: Time,
) -> Result<(), Error> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    if !notice::activities()
        .iter()
        .any(|known| code(known) == activity)
    {
        return Err(Error::Invalid(vec![FieldError {
            field: "activity".to_owned(),
            message: "Choose what was reviewed".to_owned(),
        }]));
    }
    let id = new_id();
    activity_review::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        activity: Set(activity.to_owned()),
        reviewed_by: Set(by),
        reviewed_at: Set(now),
        due_at: Set(now + Months::new(months.clamp(1, 12))),
        note: Set(note.to_owned()),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school: permitted.school(),
        actor: Some(by),
        kind: "activity.reviewed",
        subject: id,
        before: None,
        after: Some(json!({ "activity": activity, "months": months })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
