//! Writing a breach down and leading it to its end, each step with its event.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde_json::json;
use vocab::breaches::{BreachRisk, BreachStep, ValidBreach};
use vocab::form::FieldError;
use vocab::ids::{BreachId, SchoolId};

use super::history::{self, Taken};
use super::{Error, next_steps, seals};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::{self, new_id};
use entity::breach;

/// Writes down what somebody of the school found. The clock begins now.
pub async fn report(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidBreach,
    now: Time,
) -> Result<BreachId, Error> {
    insert(tx, permitted, new, None, now).await
}

/// Whoever runs the platform tells the school: it knows of it from now on.
pub async fn report_by_operator(
    tx: &Write,
    school: SchoolId,
    new: ValidBreach,
    operator_aware: Time,
    now: Time,
) -> Result<BreachId, Error> {
    if operator_aware > now {
        return Err(Error::Invalid(vec![FieldError {
            field: "aware".to_owned(),
            message: "This moment has not come yet".to_owned(),
        }]));
    }
    let door = crate::access::school_as_operator(school);
    insert(tx, &door, new, Some(operator_aware), now).await
}

async fn insert(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidBreach,
    operator_aware: Option<Time>,
    now: Time,
) -> Result<BreachId, Error> {
    let id = BreachId(new_id());
    let of = (permitted.school(), id);
    let what = seals::seal(&**tx, of, "what", &new.what).await?;
    let row = breach::Model {
        id,
        school_id: permitted.school(),
        reference: secrets::receipt(&mut secrets::random()),
        kind: new.kind,
        what,
        categories: new.categories,
        people: i32::try_from(new.people).unwrap_or(i32::MAX),
        operator_aware_at: operator_aware,
        aware_at: now,
        reported_by: permitted.actor(),
        risk: None,
        reason: String::new(),
        assessed_at: None,
        commissioner_told_at: None,
        commissioner_reference: String::new(),
        people_told_at: None,
        measures: String::new(),
        closed_at: None,
    };
    breach::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    note(tx, permitted, id, "breach.reported", None, now).await?;
    Ok(id)
}

/// Does a step: says how bad it is, writes down who was told, closes. Each stays as it was
/// written, with who did it and when.
pub async fn step(
    tx: &Write,
    permitted: &Permitted<()>,
    id: BreachId,
    (step, risk, words): (BreachStep, Option<BreachRisk>, String),
    now: Time,
) -> Result<(), Error> {
    let old = breach::Entity::find_by_id(id)
        .filter(breach::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if !next_steps(&old).contains(&step) {
        return Err(Error::NotNow);
    }
    history::keep_what_was_before(tx, &old).await?;
    let risk = risk.filter(|_| step == BreachStep::Assess);
    let mut new = breach::ActiveModel {
        id: Set(id),
        ..Default::default()
    };
    let of = (old.school_id, id);
    let kind = match step {
        BreachStep::Assess => {
            new.risk = Set(Some(risk.ok_or(Error::NotNow)?));
            new.reason = Set(seals::seal(&**tx, of, "reason", &words).await?);
            new.assessed_at = Set(Some(now));
            "breach.assessed"
        }
        BreachStep::CommissionerTold => {
            new.commissioner_told_at = Set(Some(now));
            new.commissioner_reference = Set(words.clone());
            "breach.commissioner_told"
        }
        BreachStep::PeopleTold => {
            new.people_told_at = Set(Some(now));
            new.measures = Set(seals::seal(&**tx, of, "measures", &words).await?);
            "breach.people_told"
        }
        BreachStep::Close => {
            new.closed_at = Set(Some(now));
            new.measures = Set(seals::seal(&**tx, of, "measures", &words).await?);
            "breach.closed"
        }
    };
    new.update(&**tx).await?;
    let taken = Taken {
        step,
        risk,
        words,
        by: permitted.actor(),
        at: now,
    };
    history::keep(tx, of, taken).await?;
    note(tx, permitted, id, kind, risk, now).await
}

async fn note(
    tx: &Write,
    permitted: &Permitted<()>,
    id: BreachId,
    kind: &'static str,
    risk: Option<BreachRisk>,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: risk.map(|risk| json!({ "risk": risk })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
