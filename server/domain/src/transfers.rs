//! The platform changes hands. It is drafted, announced to everybody who signs in and on
//! a public page, and completed no earlier than 30 days later; meanwhile people can take
//! a copy, object, or have their data erased under the policy that holds.

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter,
};
use vocab::ids::BusinessTransferId;
use vocab::transfers::{Announced, TransferDraft};

use crate::clock::Time;
use crate::db::Write;
use crate::moments::moment;
use crate::secrets::new_id;
use entity::business_transfer;

/// How long people have between the announcement and the change.
pub const NOTICE: TimeDelta = TimeDelta::days(30);

/// Why a step is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One at a time.
    #[error("a change of hands is open already: complete or cancel it first")]
    OneIsOpen,
    /// There is none in the state that the step needs.
    #[error("there is no change of hands that this step fits: see `classimize transfer draft`")]
    NothingToDo,
    /// The 30 days are not over.
    #[error("it was announced to people less than 30 days ago: not before {0}")]
    TooEarly(Time),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

fn is_open() -> Condition {
    Condition::all()
        .add(business_transfer::Column::CompletedAt.is_null())
        .add(business_transfer::Column::CancelledAt.is_null())
}

async fn open(db: &impl ConnectionTrait) -> Result<Option<business_transfer::Model>, DbErr> {
    business_transfer::Entity::find()
        .filter(is_open())
        .one(db)
        .await
}

/// Writes down what is going to be announced. Nobody sees it yet.
pub async fn draft(
    tx: &Write,
    draft: TransferDraft,
    now: Time,
) -> Result<BusinessTransferId, Error> {
    if open(&**tx).await?.is_some() {
        return Err(Error::OneIsOpen);
    }
    let id = BusinessTransferId(new_id());
    let row = business_transfer::Model {
        id,
        company: draft.company,
        reachable_at: draft.reachable_at,
        policy: draft.policy,
        words: draft.words,
        words_for_children: draft.words_for_children,
        drafted_at: now,
        announced_at: None,
        completed_at: None,
        cancelled_at: None,
    };
    business_transfer::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(id)
}

/// Shows it to everybody, from the next request on. Answers from when it may happen.
pub async fn announce(tx: &Write, now: Time) -> Result<Time, Error> {
    let row = open(&**tx)
        .await?
        .filter(|row| row.announced_at.is_none())
        .ok_or(Error::NothingToDo)?;
    business_transfer::ActiveModel {
        id: Set(row.id),
        announced_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(now + NOTICE)
}

/// Says that it has happened: refused before everybody has had 30 days.
pub async fn complete(tx: &Write, now: Time) -> Result<(), Error> {
    let row = open(&**tx).await?.ok_or(Error::NothingToDo)?;
    let announced = row.announced_at.ok_or(Error::NothingToDo)?;
    let not_before = announced + NOTICE;
    if now < not_before {
        return Err(Error::TooEarly(not_before));
    }
    business_transfer::ActiveModel {
        id: Set(row.id),
        completed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(())
}

/// Calls it off; nobody is shown it any more.
pub async fn cancel(tx: &Write, now: Time) -> Result<(), Error> {
    let row = open(&**tx).await?.ok_or(Error::NothingToDo)?;
    business_transfer::ActiveModel {
        id: Set(row.id),
        cancelled_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(())
}

/// What is announced now, if anything is; the public page is nobody's school, so its
/// times are London's. One query.
pub async fn announced(db: &impl ConnectionTrait, now: Time) -> Result<Option<Announced>, DbErr> {
    let row = open(db).await?;
    Ok(row.and_then(|row| {
        let since = row.announced_at?;
        Some(Announced {
            since: moment(since, London, now),
            not_before: moment(since + NOTICE, London, now),
            draft: TransferDraft {
                company: row.company,
                reachable_at: row.reachable_at,
                policy: row.policy,
                words: row.words,
                words_for_children: row.words_for_children,
            },
        })
    }))
}

/// The words of what is announced, as one value of another query.
pub(crate) fn words(column: business_transfer::Column) -> SelectStatement {
    Query::select()
        .column(column)
        .from(business_transfer::Entity)
        .cond_where(is_open().add(business_transfer::Column::AnnouncedAt.is_not_null()))
        .limit(1)
        .take()
}
