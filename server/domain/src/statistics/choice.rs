//! A school agrees that counts over its students go into releases, and leaves again. Who
//! has not agreed is in none.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::new_id;
use entity::stat_choice;

/// Agrees. Twice is no mistake.
pub async fn agree(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<(), Error> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    let before = stat_choice::Entity::find()
        .filter(stat_choice::Column::SchoolId.eq(permitted.school()))
        .filter(stat_choice::Column::EndedAt.is_null())
        .one(&**tx)
        .await?;
    if before.is_some() {
        return Ok(());
    }
    let id = new_id();
    stat_choice::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        chosen_by: Set(by),
        began_at: Set(now),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "statistics.joined", id, now).await
}

/// Leaves: no release that is made from now on holds anything of the school.
pub async fn leave(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<(), Error> {
    let left = stat_choice::Entity::update_many()
        .col_expr(stat_choice::Column::EndedAt, Expr::value(Some(now)))
        .filter(stat_choice::Column::SchoolId.eq(permitted.school()))
        .filter(stat_choice::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    if left.rows_affected == 0 {
        return Ok(());
    }
    record(tx, permitted, "statistics.left", permitted.school().0, now).await
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    subject: Uuid,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject,
        before: None,
        after: Some(json!({})),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
