//! What a school says about providers: that it objects to one, and that it wants those
//! in the United Kingdom only. Both hold at the next thing that would be sent.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{PersonId, ProviderId};
use vocab::providers::ProviderState;

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::new_id;
use entity::{provider, provider_objection, uk_only_rule};

/// Objects to a provider: this school's data does not go there. Objecting twice is no
/// mistake.
pub async fn object(
    tx: &Write,
    permitted: &Permitted<()>,
    id: ProviderId,
    reason: String,
    now: Time,
) -> Result<(), Error> {
    let by = somebody(permitted)?;
    provider::Entity::find_by_id(id)
        .filter(provider::Column::State.is_in([
            ProviderState::Notified,
            ProviderState::Active,
            ProviderState::Suspended,
        ]))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    let before = provider_objection::Entity::find()
        .filter(provider_objection::Column::SchoolId.eq(permitted.school()))
        .filter(provider_objection::Column::ProviderId.eq(id))
        .filter(provider_objection::Column::WithdrawnAt.is_null())
        .one(&**tx)
        .await?;
    if before.is_some() {
        return Ok(());
    }
    provider_objection::ActiveModel {
        id: Set(new_id()),
        school_id: Set(permitted.school()),
        provider_id: Set(id),
        objected_by: Set(by),
        reason: Set(reason),
        objected_at: Set(now),
        withdrawn_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "provider.objected", id.0, now).await
}

/// Takes an objection back.
pub async fn withdraw_objection(
    tx: &Write,
    permitted: &Permitted<()>,
    id: ProviderId,
    now: Time,
) -> Result<(), Error> {
    let done = provider_objection::Entity::update_many()
        .col_expr(
            provider_objection::Column::WithdrawnAt,
            Expr::value(Some(now)),
        )
        .filter(provider_objection::Column::SchoolId.eq(permitted.school()))
        .filter(provider_objection::Column::ProviderId.eq(id))
        .filter(provider_objection::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(AccessError::NotFound.into());
    }
    record(tx, permitted, "provider.objection_withdrawn", id.0, now).await
}

/// Providers in the United Kingdom only, from now on. Saying it twice is no mistake.
pub async fn begin_uk_only(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<(), Error> {
    let by = somebody(permitted)?;
    let before = uk_only_rule::Entity::find()
        .filter(uk_only_rule::Column::SchoolId.eq(permitted.school()))
        .filter(uk_only_rule::Column::EndedAt.is_null())
        .one(&**tx)
        .await?;
    if before.is_some() {
        return Ok(());
    }
    let id = new_id();
    uk_only_rule::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        begun_by: Set(by),
        began_at: Set(now),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "providers.uk_only", id, now).await
}

/// Providers abroad too, where something allows it.
pub async fn end_uk_only(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<(), Error> {
    let done = uk_only_rule::Entity::update_many()
        .col_expr(uk_only_rule::Column::EndedAt, Expr::value(Some(now)))
        .filter(uk_only_rule::Column::SchoolId.eq(permitted.school()))
        .filter(uk_only_rule::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Ok(());
    }
    let school = permitted.school().0;
    record(tx, permitted, "providers.not_uk_only", school, now).await
}

fn somebody(permitted: &Permitted<()>) -> Result<PersonId, Error> {
    Ok(permitted.actor().ok_or(AccessError::NotFound)?)
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
