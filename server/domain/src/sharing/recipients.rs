//! The school's own register of those outside it who may be given data. One that sells
//! data is not taken in, by the form nor by the database.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use vocab::ids::RecipientId;
use vocab::sharing::ValidRecipient;

use super::propose::end;
use super::{Error, record};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::secrets::new_id;
use entity::{recipient, sharing_request};

/// Takes a recipient into the register. Nothing is given to it by that.
pub async fn add_recipient(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidRecipient,
    now: Time,
) -> Result<RecipientId, Error> {
    let created_by = permitted.actor().ok_or(AccessError::NotFound)?;
    let taken = recipient::Entity::find()
        .filter(recipient::Column::SchoolId.eq(permitted.school()))
        .filter(recipient::Column::Name.eq(&new.name))
        .filter(recipient::Column::EndedAt.is_null())
        .one(&**tx)
        .await?;
    if taken.is_some() {
        return Err(Error::field(
            "name",
            "This recipient is in the register already",
        ));
    }
    let id = RecipientId(new_id());
    let name = new.name.clone();
    recipient::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        name: Set(new.name),
        does: Set(new.does),
        country: Set(new.country),
        allowed_by: Set(new.allowed_by),
        policy_url: Set(new.policy_url),
        sells_data: Set(false),
        created_by: Set(created_by),
        created_at: Set(now),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(
        tx,
        permitted,
        "recipient.added",
        (id.0, json!({ "name": name })),
        now,
    )
    .await?;
    Ok(id)
}

/// Ends a recipient: nothing is given to it any more, whatever anybody said, and its
/// proposals end with it. Ending twice is no mistake.
pub async fn end_recipient(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RecipientId,
    now: Time,
) -> Result<(), Error> {
    let found = recipient::Entity::find_by_id(id)
        .filter(recipient::Column::SchoolId.eq(permitted.school()))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if found.ended_at.is_some() {
        return Ok(());
    }
    recipient::ActiveModel {
        id: Set(id),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let open = sharing_request::Entity::find()
        .filter(sharing_request::Column::SchoolId.eq(permitted.school()))
        .filter(sharing_request::Column::RecipientId.eq(id))
        .filter(sharing_request::Column::EndedAt.is_null())
        .filter(sharing_request::Column::UntilAt.gt(now))
        .all(&**tx)
        .await?;
    for sharing in &open {
        end(tx, permitted, sharing, now).await?;
    }
    Ok(record(tx, permitted, "recipient.ended", (id.0, json!({})), now).await?)
}
