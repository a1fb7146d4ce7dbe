//! What was done with a breach, step by step: what, when and by whom, with its words (UK
//! GDPR Article 33(5)). Steps are only ever added. The breach's own row says how things
//! stand now, and of breaches from before steps were kept it is all that there is.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder,
};
use vocab::breaches::{BreachRisk, BreachStep};
use vocab::ids::{BreachId, PersonId, SchoolId};

use super::{Error, seals};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::secrets::new_id;
use entity::{breach, breach_step};

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) step: BreachStep,
    pub(super) risk: Option<BreachRisk>,
    pub(super) words: String,
    /// None where it was not kept.
    pub(super) by: Option<PersonId>,
    pub(super) at: Time,
}

/// Adds a step.
pub(super) async fn keep(
    tx: &Write,
    (school, breach): (SchoolId, BreachId),
    taken: Taken,
) -> Result<(), DbErr> {
    let id = new_id();
    let words = seals::seal_step(&**tx, (school, id), &taken.words).await?;
    breach_step::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        breach_id: Set(breach),
        step: Set(taken.step),
        risk: Set(taken.risk),
        words: Set(words),
        actor_id: Set(taken.by),
        at: Set(taken.at),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Keeps what a breach's own row alone says, from before steps were kept, so that the next
/// step may write over it.
pub(super) async fn keep_what_was_before(tx: &Write, row: &breach::Model) -> Result<(), Error> {
    if before(row).is_empty() {
        return Ok(());
    }
    let steps = breach_step::Entity::find()
        .filter(breach_step::Column::SchoolId.eq(row.school_id))
        .filter(breach_step::Column::BreachId.eq(row.id))
        .count(&**tx)
        .await?;
    if steps > 0 {
        return Ok(());
    }
    let opened = seals::open_to_copy(&**tx, row).await?;
    for taken in before(&opened) {
        keep(tx, (row.school_id, row.id), taken).await?;
    }
    Ok(())
}

/// The steps of these breaches, in the order in which they were taken. Still sealed.
pub(super) async fn steps(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    rows: &[breach::Model],
) -> Result<Vec<breach_step::Model>, DbErr> {
    breach_step::Entity::find()
        .filter(breach_step::Column::SchoolId.eq(permitted.school()))
        .filter(breach_step::Column::BreachId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(breach_step::Column::At)
        .order_by_asc(breach_step::Column::Id)
        .all(db)
        .await
}

/// What was done with each of these breaches, in order. Of one without a step it is what
/// its own row says. Both are opened.
pub(super) fn of_each(
    rows: &[breach::Model],
    steps: Vec<breach_step::Model>,
) -> HashMap<BreachId, Vec<Taken>> {
    let mut taken: HashMap<BreachId, Vec<Taken>> = HashMap::new();
    for step in steps {
        taken.entry(step.breach_id).or_default().push(Taken {
            step: step.step,
            risk: step.risk,
            words: step.words,
            by: step.actor_id,
            at: step.at,
        });
    }
    for row in rows {
        taken.entry(row.id).or_insert_with(|| before(row));
    }
    taken
}

/// The steps that a breach's own row still tells, in order: the last of each kind. What was
/// written when the people were told is gone once it was closed.
fn before(row: &breach::Model) -> Vec<Taken> {
    let measures = || row.measures.clone();
    let when_told = if row.closed_at.is_none() {
        measures()
    } else {
        String::new()
    };
    let mut steps: Vec<Taken> = [
        (
            BreachStep::Assess,
            row.assessed_at,
            row.risk,
            row.reason.clone(),
        ),
        (
            BreachStep::CommissionerTold,
            row.commissioner_told_at,
            None,
            row.commissioner_reference.clone(),
        ),
        (BreachStep::PeopleTold, row.people_told_at, None, when_told),
        (BreachStep::Close, row.closed_at, None, measures()),
    ]
    .into_iter()
    .filter_map(|(step, at, risk, words)| {
        Some(Taken {
            step,
            risk,
            words,
            by: None,
            at: at?,
        })
    })
    .collect();
    steps.sort_by_key(|taken| taken.at);
    steps
}
