//! The log as the school reads it, and how often it happened in a year.

use std::collections::BTreeMap;

use chrono::Datelike;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::disclosures::{
    DataKind, DisclosureCount, DisclosureKind, DisclosureLine, DisclosureState, DisclosureStep,
};
use vocab::ids::{PersonId, SchoolId};

use super::seals;
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::people::names_of;
use entity::{disclosure, shared_entry};

/// A page shows no more than this.
const MOST_LISTED: u64 = 200;

/// Every disclosure of the school, newest first. Two queries.
pub async fn list(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<DisclosureLine>, DbErr> {
    let mut rows = disclosure::Entity::find()
        .filter(disclosure::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(disclosure::Column::AskedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    seals::open(db, &mut rows).await?;
    let people: Vec<PersonId> = rows
        .iter()
        .flat_map(|row| {
            [
                row.subject_id,
                row.first_by,
                row.second_by,
                Some(row.asked_by),
            ]
        })
        .flatten()
        .collect();
    let names = names_of(db, people.into_iter()).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let told = |at: Time| moment(at, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| DisclosureLine {
            id: row.id,
            steps: steps(&row, actor),
            may_be_made: row.state == DisclosureState::Approved
                && row.subject_id.is_some()
                && row.kinds.is_some()
                && (row.told_at.is_some() || row.not_told_because.is_some()),
            kind: row.kind,
            state: row.state,
            subject: row.subject_id,
            subject_name: row.subject_id.map(name),
            asked: (told(row.asked_at), name(row.asked_by)),
            approvers: [row.first_by, row.second_by]
                .into_iter()
                .flatten()
                .map(name)
                .collect(),
            told: row
                .told_at
                .map(|at| format!("Told {}", told(at).words))
                .or_else(|| row.not_told_because.map(|why| format!("Not told: {why}"))),
            given: row.given_at.map(told).zip(row.payload_sha256),
            refused: row.refused_because,
            reference: row.reference,
            kinds: row.kinds.as_deref().map(DataKind::list).unwrap_or_default(),
            facts: [row.requester, row.authority, row.basis, row.categories],
        })
        .collect())
}

fn steps(row: &disclosure::Model, actor: &Actor) -> Vec<DisclosureStep> {
    let mut steps = Vec::new();
    // Before kinds could be chosen: nothing can be made of it, so nobody approves it.
    if row.subject_id.is_some() && row.kinds.is_none() {
        return match row.state {
            DisclosureState::Given | DisclosureState::Refused => steps,
            _ => vec![DisclosureStep::Refuse],
        };
    }
    let may_approve = match row.state {
        DisclosureState::Asked => true,
        DisclosureState::ApprovedOnce => row.first_by != Some(actor.person),
        DisclosureState::Approved => false,
        DisclosureState::Given | DisclosureState::Refused => return steps,
    };
    if may_approve {
        steps.push(DisclosureStep::Approve);
    }
    steps.push(DisclosureStep::Refuse);
    if row.subject_id.is_some() && row.told_at.is_none() {
        steps.extend([DisclosureStep::Told, DisclosureStep::NotTold]);
    }
    steps
}

/// How often data was asked for, given and refused, by year and kind; newest year first.
/// One query.
pub async fn counts(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
) -> Result<Vec<DisclosureCount>, DbErr> {
    let rows: Vec<(DisclosureKind, DisclosureState, Time)> = disclosure::Entity::find()
        .select_only()
        .columns([
            disclosure::Column::Kind,
            disclosure::Column::State,
            disclosure::Column::AskedAt,
        ])
        .filter(disclosure::Column::SchoolId.eq(permitted.school()))
        .into_tuple()
        .all(db)
        .await?;
    let mut by: BTreeMap<(i32, DisclosureKind), DisclosureCount> = BTreeMap::new();
    for (kind, state, at) in rows {
        let year = at.with_timezone(&actor.time_zone).year();
        let count = by.entry((-year, kind)).or_insert(DisclosureCount {
            year,
            kind,
            asked: 0,
            given: 0,
            refused: 0,
        });
        count.asked += 1;
        count.given += u64::from(state == DisclosureState::Given);
        count.refused += u64::from(state == DisclosureState::Refused);
    }
    Ok(by.into_values().collect())
}

/// That somebody's data was given to a third party.
pub(crate) struct Given {
    pub(crate) whose: PersonId,
    pub(crate) to: String,
    pub(crate) at: Time,
}

/// What was given of these people, at a request or because they said yes. Two queries.
pub(crate) async fn given(
    db: &impl Keyed,
    school: SchoolId,
    people: &[PersonId],
) -> Result<Vec<Given>, DbErr> {
    let mut rows = disclosure::Entity::find()
        .filter(disclosure::Column::SchoolId.eq(school))
        .filter(disclosure::Column::SubjectId.is_in(people.iter().copied()))
        .filter(disclosure::Column::GivenAt.is_not_null())
        .all(db)
        .await?;
    seals::open(db, &mut rows).await?;
    let asked_for = rows.into_iter().filter_map(|row| {
        Some(Given {
            whose: row.subject_id?,
            at: row.given_at?,
            to: row.requester,
        })
    });
    let shared = shared_entry::Entity::find()
        .filter(shared_entry::Column::SchoolId.eq(school))
        .filter(shared_entry::Column::SubjectId.is_in(people.iter().copied()))
        .all(db)
        .await?;
    let shared = shared.into_iter().map(|row| Given {
        whose: row.subject_id,
        to: row.given_to,
        at: row.at,
    });
    Ok(asked_for.chain(shared).collect())
}
