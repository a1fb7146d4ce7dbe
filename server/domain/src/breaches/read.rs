//! The register as the lead reads it: what is open first, with its clock and all that was
//! done.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::breaches::{BreachDone, BreachLine, BreachRisk, BreachStep};
use vocab::ids::PersonId;
use vocab::rights::Urgency;

use super::history::{self, Taken};
use super::{school_due, seals};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::people::names_of;
use crate::rights::urgency;
use entity::breach;

/// A page shows no more than this.
const MOST_LISTED: u64 = 200;

/// Every breach of the school: the open ones first, then the newest. Three queries.
pub async fn list(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<BreachLine>, DbErr> {
    let mut rows = breach::Entity::find()
        .filter(breach::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(breach::Column::ClosedAt.is_not_null())
        .order_by_desc(breach::Column::AwareAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let mut steps = history::steps(db, permitted, &rows).await?;
    seals::open(db, &mut rows, &mut steps).await?;
    let people: HashSet<PersonId> = rows
        .iter()
        .filter_map(|row| row.reported_by)
        .chain(steps.iter().filter_map(|step| step.actor_id))
        .collect();
    let names = names_of(db, people.into_iter()).await?;
    let mut taken = history::of_each(&rows, steps);
    Ok(rows
        .into_iter()
        .map(|row| {
            let taken = taken.remove(&row.id).unwrap_or_default();
            let history = done(&row, (taken, &names), actor, now);
            line(row, history, actor, now)
        })
        .collect())
}

/// What was done with a breach, beginning with that it was written down.
fn done(
    row: &breach::Model,
    (taken, names): (Vec<Taken>, &HashMap<PersonId, String>),
    actor: &Actor,
    now: Time,
) -> Vec<BreachDone> {
    let name = |id: Option<PersonId>| id.and_then(|id| names.get(&id).cloned());
    let operator = row
        .operator_aware_at
        .map(|_| "Whoever runs the platform".to_owned());
    let reported = BreachDone {
        at: moment(row.aware_at, actor.time_zone, now),
        by: name(row.reported_by).or(operator),
        step: None,
        risk: None,
        words: String::new(),
    };
    let steps = taken.into_iter().map(|taken| BreachDone {
        at: moment(taken.at, actor.time_zone, now),
        by: name(taken.by),
        step: Some(taken.step),
        risk: taken.risk,
        words: taken.words,
    });
    [reported].into_iter().chain(steps).collect()
}

/// What can be done with a breach now. It closes once everybody was told who has to be.
pub fn next_steps(row: &breach::Model) -> Vec<BreachStep> {
    if row.closed_at.is_some() {
        return Vec::new();
    }
    let mut steps = vec![BreachStep::Assess];
    let Some(risk) = row.risk else {
        return steps;
    };
    let tell_commissioner = risk.goes_to_the_commissioner() && row.commissioner_told_at.is_none();
    let tell_people = risk.goes_to_people() && row.people_told_at.is_none();
    if tell_commissioner {
        steps.push(BreachStep::CommissionerTold);
    }
    if tell_people {
        steps.push(BreachStep::PeopleTold);
    }
    if !tell_commissioner && !tell_people {
        steps.push(BreachStep::Close);
    }
    steps
}

fn line(row: breach::Model, history: Vec<BreachDone>, actor: &Actor, now: Time) -> BreachLine {
    let told = |at: Time| moment(at, actor.time_zone, now);
    let clock = super::clock(&row);
    let steps = next_steps(&row);
    BreachLine {
        id: row.id,
        kind: row.kind,
        aware: told(row.aware_at),
        by_operator: row.operator_aware_at.is_some(),
        operator_was_late: row
            .operator_aware_at
            .is_some_and(|aware| row.aware_at > school_due(aware)),
        assessed: row.risk.map(|risk| (risk, row.reason.clone())),
        history,
        commissioner: row
            .commissioner_told_at
            .map(|at| (told(at), row.commissioner_reference.clone())),
        people_told: row.people_told_at.map(told),
        due: clock.map(|(_, end)| told(end)),
        urgency: clock.map_or(Urgency::Over, |(begun, end)| urgency(begun, end, now)),
        steps,
        letter: (row.risk == Some(BreachRisk::High)).then(|| letter(&row, actor)),
        people: row.people.unsigned_abs(),
        reference: row.reference,
        what: row.what,
        categories: row.categories,
    }
}

/// What the people concerned have to be told (UK GDPR Article 34(2)), in plain words.
fn letter(row: &breach::Model, actor: &Actor) -> String {
    format!(
        "Something went wrong with personal data of yours at {}.\n\nWhat happened: {}\nWhich data: {}\nWhat it may mean for you: {}\nWhat we have done and what you can do:\n\nYou can reach our data protection lead by this letter's reference, {}. You can also complain to the Information Commissioner's Office: ico.org.uk, 0303 123 1113.",
        actor.school_name, row.what, row.categories, row.reason, row.reference
    )
}
