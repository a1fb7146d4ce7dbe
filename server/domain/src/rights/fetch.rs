//! The copy that a request asked for, once it is done: whoever asked with an account fetches
//! it within thirty days, and is reminded once. One's own copy can be fetched at any time;
//! that of somebody else only where the lead has looked through all of it for who asked, and
//! while nothing newer is in it (`look_again`).

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;
use vocab::ids::{PersonId, RightsRequestId};
use vocab::rights::{RequestKind, RequestState};

use super::look_again;
use super::record::{record, was_recorded};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::day_in;
use crate::schools::{leaving, zone_of};
use entity::{event, guardianship, person, rights_request};

/// So long after a request is done whoever asked fetches the copy.
pub(super) const OFFERED: TimeDelta = TimeDelta::days(30);
/// So long nobody is reminded.
const PATIENCE: TimeDelta = TimeDelta::days(14);

/// The lead has looked through what a request asks for, and no part of it is refused.
pub(super) const LOOKED_THROUGH: &str = "copy.looked_through";
/// Whoever asked was reminded.
const REMINDED: &str = "copy.reminded";
/// A copy was made.
const COPIED: &str = "data.copied";

/// The requests that are done, and whose copy is offered to whoever asked.
pub(super) fn offered(now: Time) -> Condition {
    let requester = (rights_request::Entity, rights_request::Column::RequesterId);
    let subject = (rights_request::Entity, rights_request::Column::SubjectId);
    let kinds = RequestKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.asks_for_a_copy());
    Condition::all()
        .add(rights_request::Column::Kind.is_in(kinds))
        .add(rights_request::Column::State.eq(RequestState::Closed))
        .add(rights_request::Column::ClosedAt.gt(now - OFFERED))
        .add(
            Condition::any()
                .add(Expr::col(requester).equals(subject))
                .add(Expr::exists(was_recorded(LOOKED_THROUGH))),
        )
}

/// What becomes of a copy that the actor asked for, at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetching {
    /// They fetch it.
    Offered,
    /// The lead looks through it again first.
    LooksAgain,
    /// There is nothing to fetch.
    Nothing,
}

/// Whether the actor fetches somebody's copy, having asked for it. One query; where it is
/// another's, one more and one for each request, and two more where it is looked through again.
pub(crate) async fn fetching(
    db: &impl ConnectionTrait,
    actor: &Actor,
    whose: PersonId,
    now: Time,
) -> Result<Fetching, DbErr> {
    let requests = offered_to(db, actor, whose, now).await?;
    if requests.is_empty() {
        return Ok(Fetching::Nothing);
    }
    let stand = look_again::standing(db, requests.clone(), now).await?;
    if !stand.is_empty() {
        return Ok(Fetching::Offered);
    }
    Ok(if still_to_fetch(db, requests).await?.is_empty() {
        Fetching::Nothing
    } else {
        Fetching::LooksAgain
    })
}

async fn offered_to(
    db: &impl ConnectionTrait,
    actor: &Actor,
    whose: PersonId,
    now: Time,
) -> Result<Vec<rights_request::Model>, DbErr> {
    rights_request::Entity::find()
        .filter(offered(now))
        .filter(rights_request::Column::SchoolId.eq(actor.school))
        .filter(rights_request::Column::RequesterId.eq(actor.person))
        .filter(rights_request::Column::SubjectId.eq(whose))
        .all(db)
        .await
}

/// A copy that somebody asked for, once the request is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// They fetch it: whose it is, and until when.
    Stands(PersonId, Time),
    /// The lead looks through it again first; afterwards they fetch it until then.
    LooksAgain(Time),
}

/// What becomes of the copies that the actor asked for by these requests. One query, or
/// none; those for another's as in `fetching`, and two more where one is looked through
/// again.
pub(super) async fn offers(
    db: &impl ConnectionTrait,
    actor: &Actor,
    rows: &[rights_request::Model],
    now: Time,
) -> Result<HashMap<RightsRequestId, Offer>, DbErr> {
    let asked: HashMap<RightsRequestId, (PersonId, Time)> = rows
        .iter()
        .filter(|row| row.kind.asks_for_a_copy() && row.state == RequestState::Closed)
        .filter(|row| row.requester_id == Some(actor.person))
        .filter_map(|row| Some((row.id, (row.subject_id?, row.closed_at? + OFFERED))))
        .filter(|(_, (_, until))| now < *until)
        .collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let held = rights_request::Entity::find()
        .filter(offered(now))
        .filter(rights_request::Column::Id.is_in(asked.keys().copied()))
        .all(db)
        .await?;
    let stand: HashSet<RightsRequestId> = look_again::standing(db, held.clone(), now)
        .await?
        .into_iter()
        .map(|request| request.id)
        .collect();
    let mut not_now = held;
    not_now.retain(|request| !stand.contains(&request.id));
    let again: HashSet<RightsRequestId> = still_to_fetch(db, not_now)
        .await?
        .into_iter()
        .map(|request| request.id)
        .collect();
    let offer = |(id, (whose, until)): (RightsRequestId, (PersonId, Time))| {
        if stand.contains(&id) {
            return Some((id, Offer::Stands(whose, until)));
        }
        let looks_again = again.contains(&id);
        looks_again.then_some((id, Offer::LooksAgain(until)))
    };
    Ok(asked.into_iter().filter_map(offer).collect())
}

/// Writes to everybody who has not fetched the copy that they asked for within fourteen
/// days: once for each of them and each person whose copy it is. Nobody of a school that has
/// left: they cannot sign in to fetch it. Answers how many.
pub async fn remind_of_copies(tx: &Write, now: Time) -> Result<usize, DbErr> {
    let here = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::EndedAt.is_null())
        .take();
    let waiting = rights_request::Entity::find()
        .filter(offered(now))
        .filter(rights_request::Column::ClosedAt.lte(now - PATIENCE))
        .filter(rights_request::Column::RequesterId.in_subquery(here))
        .filter(rights_request::Column::SchoolId.not_in_subquery(leaving::gone(now)))
        .order_by_asc(rights_request::Column::ClosedAt)
        .all(&**tx)
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let reminded = reminded(tx, &waiting).await?;
    let mut asked: HashSet<(PersonId, PersonId)> = waiting
        .iter()
        .filter(|request| reminded.contains(&request.id.0))
        .filter_map(pair)
        .collect();
    let mut waiting = still_to_fetch(&**tx, waiting).await?;
    waiting.retain(|request| pair(request).is_some_and(|pair| !asked.contains(&pair)));
    let mut written = 0;
    for request in look_again::standing(&**tx, waiting, now).await? {
        if let Some((asked_by, whose)) = pair(&request)
            && asked.insert((asked_by, whose))
        {
            remind(tx, &request, asked_by, now).await?;
            written += 1;
        }
    }
    Ok(written)
}

/// Of these those that who asked may fetch, and has not. Two queries, or none.
pub(super) async fn still_to_fetch(
    db: &impl ConnectionTrait,
    mut waiting: Vec<rights_request::Model>,
) -> Result<Vec<rights_request::Model>, DbErr> {
    if waiting.is_empty() {
        return Ok(waiting);
    }
    let fetched = fetched(db, &waiting).await?;
    let ties = ties(db, &waiting).await?;
    waiting.retain(|request| {
        let Some((asked_by, whose)) = pair(request) else {
            return false;
        };
        let has_it = fetched
            .iter()
            .any(|(by, of, at)| *by == asked_by && *of == whose.0 && *at >= request.received_at);
        !has_it && (asked_by == whose || ties.contains(&(asked_by, whose)))
    });
    Ok(waiting)
}

/// Who asked, and for whose copy.
fn pair(request: &rights_request::Model) -> Option<(PersonId, PersonId)> {
    request.requester_id.zip(request.subject_id)
}

async fn remind(
    tx: &Write,
    request: &rights_request::Model,
    asked_by: PersonId,
    now: Time,
) -> Result<(), DbErr> {
    let until = request.closed_at.unwrap_or(now) + OFFERED;
    let zone = zone_of(&**tx, request.school_id).await?;
    let words = format!(
        "You have not fetched the copy that you asked for yet. You find it under My data, until {}. If you have got it in another way, you need to do nothing.",
        day_in(until, zone)
    );
    let mail = Mail::RequestAnswered {
        reference: request.reference.clone(),
        what: request.kind.label().to_owned(),
        state: request.state.label().to_owned(),
        words: Some(words),
        is_over: false,
    };
    let new = Outgoing {
        school: request.school_id,
        to: To::Person(asked_by),
        mail,
        cause: Some(request.id.0),
        until: Some(until),
    };
    queue(tx, new, now).await?;
    let of = (request.school_id, request.id);
    record(tx, of, (REMINDED, None), None, now).await
}

async fn reminded(tx: &Write, waiting: &[rights_request::Model]) -> Result<HashSet<Uuid>, DbErr> {
    let reminded: Vec<Uuid> = event::Entity::find()
        .select_only()
        .column(event::Column::SubjectId)
        .filter(event::Column::SubjectId.is_in(waiting.iter().map(|request| request.id.0)))
        .filter(event::Column::Kind.eq(REMINDED))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(reminded.into_iter().collect())
}

/// Who has a copy, whose it is, and since when.
async fn fetched(
    db: &impl ConnectionTrait,
    waiting: &[rights_request::Model],
) -> Result<Vec<(PersonId, Uuid, Time)>, DbErr> {
    let whose = waiting.iter().filter_map(|request| request.subject_id);
    event::Entity::find()
        .select_only()
        .columns([
            event::Column::ActorId,
            event::Column::SubjectId,
            event::Column::At,
        ])
        .filter(event::Column::SubjectId.is_in(whose.map(|id| id.0)))
        .filter(event::Column::Kind.eq(COPIED))
        .filter(event::Column::ActorId.is_not_null())
        .into_tuple()
        .all(db)
        .await
}

/// Who looks after whom, among those who asked.
async fn ties(
    db: &impl ConnectionTrait,
    waiting: &[rights_request::Model],
) -> Result<HashSet<(PersonId, PersonId)>, DbErr> {
    let asked_by = waiting.iter().filter_map(|request| request.requester_id);
    let ties: Vec<(PersonId, PersonId)> = guardianship::Entity::find()
        .select_only()
        .columns([
            guardianship::Column::GuardianId,
            guardianship::Column::StudentId,
        ])
        .filter(guardianship::Column::GuardianId.is_in(asked_by))
        .filter(guardianship::Column::EndedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(ties.into_iter().collect())
}
