//! Erasures as people see them: the lead each step, the person whether it can still be
//! called off.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vocab::erasure::{CertificateLine, ErasurePart, ErasureState, ErasureStepLine};
use vocab::ids::{PersonId, RightsRequestId};

use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use entity::{erasure_certificate, erasure_job, erasure_step};

/// The erasure that a request led to, or of whom the request is about; with every step.
/// Three queries at most.
pub async fn part_of_request(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    (request, person): (RightsRequestId, Option<PersonId>),
    now: Time,
) -> Result<Option<ErasurePart>, DbErr> {
    let mut which = sea_orm::Condition::any().add(erasure_job::Column::RequestId.eq(request));
    if let Some(person) = person {
        which = which.add(
            sea_orm::Condition::all()
                .add(erasure_job::Column::PersonId.eq(person))
                .add(erasure_job::Column::State.eq(ErasureState::Complete)),
        );
    }
    let job = erasure_job::Entity::find()
        .filter(erasure_job::Column::SchoolId.eq(permitted.school()))
        .filter(which)
        .order_by_desc(erasure_job::Column::Id)
        .one(db)
        .await?;
    let Some(job) = job else { return Ok(None) };
    let steps = erasure_step::Entity::find()
        .filter(erasure_step::Column::JobId.eq(job.id))
        .order_by_asc(erasure_step::Column::N)
        .all(db)
        .await?;
    let certificate = if job.state == ErasureState::Complete {
        erasure_certificate::Entity::find()
            .filter(erasure_certificate::Column::JobId.eq(job.id))
            .one(db)
            .await?
    } else {
        None
    };
    let at = |time: Time| moment(time, actor.time_zone, now);
    let trouble = match job.state {
        ErasureState::Held => {
            Some("A legal hold keeps it. It goes on when the hold is released.".to_owned())
        }
        ErasureState::Failed => job.last_error.clone(),
        _ => None,
    };
    Ok(Some(ErasurePart {
        id: job.id,
        person: job.person_id,
        state: job.state,
        until: (job.state == ErasureState::CoolingOff)
            .then_some(job.cooling_off_until)
            .flatten()
            .map(at),
        trouble,
        steps: steps
            .into_iter()
            .map(|step| ErasureStepLine {
                action: step.action,
                target: step.target,
                expected: step.expected,
                actual: step.actual,
                status: step.status,
                note: step.note,
            })
            .collect(),
        certificate: certificate.map(|row| CertificateLine {
            number: row.number,
            rule: row.rule,
            issued: at(row.issued_at),
            backups_gone: at(row.backups_gone_at),
        }),
    }))
}

/// The actor's own erasure, while it can be called off: until when.
pub async fn own(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Option<vocab::moment::Moment>, DbErr> {
    let job = super::job::open_of(db, actor.person).await?;
    Ok(job
        .filter(|job| job.state == ErasureState::CoolingOff)
        .and_then(|job| job.cooling_off_until)
        .map(|until| moment(until, actor.time_zone, now)))
}
