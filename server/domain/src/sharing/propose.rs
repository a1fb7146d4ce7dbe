//! A school proposes to share, and stops it. To propose asks everybody and gives nothing.

use chrono::{NaiveTime, TimeDelta};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use serde_json::json;
use vocab::ids::{ConsentRequestId, SharingId};
use vocab::providers::HOME;
use vocab::sharing::{ShareColumn, ValidShare};

use super::{Error, find, record};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent;
use crate::db::Write;
use crate::moments::from_local;
use crate::providers;
use crate::secrets::new_id;
use entity::{classroom, consent_request, recipient, sharing_request};

/// Asks about every student of a classroom whether some columns may be given to a
/// recipient, until the end of the last day.
pub async fn propose(
    tx: &Write,
    actor: &Actor,
    permitted: &Permitted<()>,
    new: &ValidShare,
    now: Time,
) -> Result<SharingId, Error> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    let until = from_local(
        (new.until + TimeDelta::days(1)).and_time(NaiveTime::MIN),
        actor.time_zone,
    );
    if until <= now {
        return Err(Error::field(
            "until",
            "This day has passed. Choose a later one",
        ));
    }
    let recipient = recipient::Entity::find_by_id(new.recipient)
        .filter(recipient::Column::SchoolId.eq(permitted.school()))
        .filter(recipient::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::field("recipient", "Choose who gets it"))?;
    require_home(&**tx, permitted, &recipient).await?;
    classroom::Entity::find_by_id(new.classroom)
        .filter(classroom::Column::SchoolId.eq(permitted.school()))
        .filter(classroom::Column::ArchivedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::field("classroom", "Choose a classroom"))?;
    let question = consent::Question {
        classroom: new.classroom,
        title: format!("Share with {}", recipient.name),
        details: in_words(&recipient, new),
        answer_until: Some(until),
        is_sharing: true,
    };
    let request = consent::ask_about(tx, (permitted.school(), by), question, now).await?;
    let id = SharingId(new_id());
    let row = sharing_request::Model {
        id,
        school_id: permitted.school(),
        request_id: request,
        recipient_id: recipient.id,
        purpose: new.purpose.clone(),
        columns: ShareColumn::join(&new.columns),
        until_at: until,
        ended_at: None,
    };
    sharing_request::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    let after = json!({
        "recipient": recipient.name,
        "columns": ShareColumn::join(&new.columns),
    });
    record(tx, permitted, "sharing.proposed", (id.0, after), now).await?;
    Ok(id)
}

/// The question as the record of consents keeps it.
fn in_words(recipient: &recipient::Model, new: &ValidShare) -> String {
    let columns: Vec<&str> = new.columns.iter().map(|column| column.label()).collect();
    format!(
        "{} ({}) would be given: {}. What for: {}. Until the end of {}. Nothing else, and nothing without a yes.",
        recipient.name,
        recipient.does,
        columns.join(", ").to_lowercase(),
        new.purpose,
        new.until
    )
}

/// Whether a school's wish to stay in the United Kingdom lets it be given there.
pub(super) async fn require_home(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    recipient: &recipient::Model,
) -> Result<(), Error> {
    if recipient.country != HOME && providers::wants_uk_only(db, permitted.school()).await? {
        return Err(Error::UkOnly);
    }
    Ok(())
}

/// Gives nothing any more, and takes no more yes. Stopping twice is no mistake.
pub async fn stop(
    tx: &Write,
    permitted: &Permitted<()>,
    id: SharingId,
    now: Time,
) -> Result<(), Error> {
    let (sharing, _) = find(&**tx, permitted, id).await?;
    if sharing.ended_at.is_some() {
        return Ok(());
    }
    end(tx, permitted, &sharing, now).await
}

/// Ends a proposal with its question: nobody is asked or reminded any more.
pub(super) async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    sharing: &sharing_request::Model,
    now: Time,
) -> Result<(), Error> {
    sharing_request::ActiveModel {
        id: Set(sharing.id),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    consent_request::ActiveModel {
        id: Set(sharing.request_id),
        closed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let stopped = (sharing.id.0, json!({}));
    Ok(record(tx, permitted, "sharing.stopped", stopped, now).await?)
}

/// Until when a yes to a proposal counts; none where the request is another.
pub(crate) async fn lasts_until(
    db: &impl ConnectionTrait,
    request: ConsentRequestId,
) -> Result<Option<Time>, DbErr> {
    let sharing = sharing_request::Entity::find()
        .filter(sharing_request::Column::RequestId.eq(request))
        .one(db)
        .await?;
    Ok(sharing.map(|sharing| sharing.until_at))
}
