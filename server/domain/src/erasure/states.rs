//! How an erasure turns from one state to the next, and what is written down where it fails.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr};
use vocab::erasure::ErasureState;
use vocab::ids::ErasureJobId;

use super::Error;
use super::job::hold;
use crate::clock::Time;
use crate::db::{Db, Write};
use entity::erasure_job;

/// Begins with an erasure once more that something was written into meanwhile. What is done
/// already stays done.
pub(super) async fn begin_anew(
    db: &Db,
    id: ErasureJobId,
    from: ErasureState,
    error: &Error,
) -> Result<ErasureState, Error> {
    tracing::info!(job = %id, %error, "an erasure begins once more");
    turn_to(db, id, from, ErasureState::Approved).await
}

/// Writes a failure down: it is shown, and tried again at the next run.
pub(super) async fn fail(
    db: &Db,
    id: ErasureJobId,
    error: &Error,
    now: Time,
) -> Result<ErasureState, Error> {
    tracing::error!(job = %id, %error, "an erasure failed and is tried again");
    let tx = db.write().await?;
    let job = hold(&tx, id).await?;
    erasure_job::ActiveModel {
        id: Set(id),
        state: Set(ErasureState::Failed),
        attempts: Set(job.attempts + 1),
        last_error: Set(Some(error.to_string())),
        failed_at: Set(job.failed_at.or(Some(now))),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await?;
    Ok(ErasureState::Failed)
}

/// From one state to another; answers where it is, which is elsewhere if somebody else was
/// quicker.
pub(super) async fn turn_to(
    db: &Db,
    id: ErasureJobId,
    from: ErasureState,
    to: ErasureState,
) -> Result<ErasureState, Error> {
    let tx = db.write().await?;
    let job = hold(&tx, id).await?;
    if job.state != from || from == to {
        return Ok(job.state);
    }
    set_state(&tx, id, to).await?;
    tx.commit().await?;
    Ok(to)
}

/// Writes a state down.
pub(super) async fn set_state(
    tx: &Write,
    id: ErasureJobId,
    state: ErasureState,
) -> Result<(), DbErr> {
    erasure_job::ActiveModel {
        id: Set(id),
        state: Set(state),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(())
}
