//! Looking through a copy again. Who asked for another's data fetches an archive that is made
//! at that moment, and the lead looked through an earlier one. So it is offered only while
//! nothing of what the lead looks for is newer, and where that was at most a week before the
//! request was done; the lead is asked to look again otherwise.
//!
//! Newer is every row of a table of the data map with work, assessment, needs or words of
//! somebody that are shown in a copy, and with a time in it since then: drafts, attempts,
//! files, marks, what helps somebody, what they reported, other requests. So are details of
//! theirs that the office corrected, by the record of changes. What a roster brings, answers
//! of consents, sign-ins and visits are not: they hold no words of anybody.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use datamap::{Category, Class, EVENTS, Kind, OnExport, TableMap, registry};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::RequestState;

use super::fetch::{LOOKED_THROUGH, OFFERED, offered, still_to_fetch};
use crate::clock::Time;
use crate::ways::{self, Way, column, leads_to};
use entity::{event, rights_request};

/// Looking through a copy holds for a request that is done within this.
const HOLDS_FOR: TimeDelta = TimeDelta::days(7);

/// What the lead looks through: what somebody wrote, or what is said of them.
const WORDS: [Category; 4] = [
    Category::Work,
    Category::Assessment,
    Category::Needs,
    Category::History,
];

/// Of requests whose copy is offered those whose offer stands now. One query for all that
/// ask for another's, and one for each of them.
pub(super) async fn standing(
    db: &impl ConnectionTrait,
    requests: Vec<rights_request::Model>,
    now: Time,
) -> Result<Vec<rights_request::Model>, DbErr> {
    let looked = looked_through(db, &requests).await?;
    let mut stand = Vec::with_capacity(requests.len());
    for request in requests {
        let is_offered = match looked.get(&request.id.0) {
            Some(at) => holds(db, &request, *at, now).await?,
            None => is_own(&request),
        };
        if is_offered {
            stand.push(request);
        }
    }
    Ok(stand)
}

/// Whether the lead has to look through the copy of a request again. Two queries, or none.
pub(super) async fn is_due(
    db: &impl ConnectionTrait,
    request: &rights_request::Model,
    now: Time,
) -> Result<bool, DbErr> {
    let may_be_offered = request.state == RequestState::Closed
        && request.kind.asks_for_a_copy()
        && request.requester_id.is_some()
        && request.closed_at.is_some_and(|at| now < at + OFFERED);
    if !may_be_offered {
        return Ok(false);
    }
    let looked = looked_through(db, std::slice::from_ref(request)).await?;
    match looked.get(&request.id.0) {
        Some(at) => Ok(!holds(db, request, *at, now).await?),
        None => Ok(false),
    }
}

/// Requests of the school whose copy the lead has to look through again, because who asked
/// may fetch it and has not: each with its reference, the oldest first.
pub(crate) async fn to_look_again(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<(RightsRequestId, String)>, DbErr> {
    let requests = rights_request::Entity::find()
        .filter(of_others(school, now))
        .order_by_asc(rights_request::Column::ClosedAt)
        .all(db)
        .await?;
    to_look_at(db, requests, now).await
}

/// Of requests whose copy of another's data is offered those that the lead has to look
/// through again. Two queries, or none, and those of `standing`.
pub(super) async fn to_look_at(
    db: &impl ConnectionTrait,
    requests: Vec<rights_request::Model>,
    now: Time,
) -> Result<Vec<(RightsRequestId, String)>, DbErr> {
    let requests = still_to_fetch(db, requests).await?;
    let stand: HashSet<_> = standing(db, requests.clone(), now)
        .await?
        .into_iter()
        .map(|request| request.id)
        .collect();
    Ok(requests
        .into_iter()
        .filter(|request| !stand.contains(&request.id))
        .map(|request| (request.id, request.reference))
        .collect())
}

/// One row for each copy of another's data that may be offered, for a list of what is to be
/// done.
pub(crate) fn copies_of_others(school: SchoolId, now: Time) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'copy'"))
        .expr(Expr::cust("''"))
        .from(rights_request::Entity)
        .cond_where(of_others(school, now))
        .take()
}

/// That the copy of another's data may be offered.
pub(super) fn of_others(school: SchoolId, now: Time) -> Condition {
    let requester = (rights_request::Entity, rights_request::Column::RequesterId);
    let subject = (rights_request::Entity, rights_request::Column::SubjectId);
    offered(now)
        .add(rights_request::Column::SchoolId.eq(school))
        .add(Expr::col(requester).not_equals(subject))
}

/// When the lead last looked through the copies of these requests, where they ask for
/// another's. One query, or none.
async fn looked_through(
    db: &impl ConnectionTrait,
    requests: &[rights_request::Model],
) -> Result<HashMap<Uuid, Time>, DbErr> {
    let others = requests.iter().filter(|request| !is_own(request));
    let others: Vec<Uuid> = others.map(|request| request.id.0).collect();
    if others.is_empty() {
        return Ok(HashMap::new());
    }
    let looks: Vec<(Uuid, Time)> = event::Entity::find()
        .select_only()
        .columns([event::Column::SubjectId, event::Column::At])
        .filter(event::Column::SubjectId.is_in(others))
        .filter(event::Column::Kind.eq(LOOKED_THROUGH))
        .order_by_asc(event::Column::At)
        .into_tuple()
        .all(db)
        .await?;
    Ok(looks.into_iter().collect())
}

fn is_own(request: &rights_request::Model) -> bool {
    request.requester_id == request.subject_id
}

async fn holds(
    db: &impl ConnectionTrait,
    request: &rights_request::Model,
    looked: Time,
    now: Time,
) -> Result<bool, DbErr> {
    let (Some(person), Some(closed)) = (request.subject_id, request.closed_at) else {
        return Ok(false);
    };
    if looked + HOLDS_FOR < closed {
        return Ok(false);
    }
    let since = (looked, now);
    let tables = registry();
    let newer = tables
        .iter()
        .filter_map(|table| newer_in(&tables, table, (request, person), since))
        .fold(Cond::any(), |any, rows| any.add(Expr::exists(rows)))
        .add(Expr::exists(corrected((request.school_id, person), since)));
    let select = Query::select()
        .expr_as(Expr::cust("1"), "n")
        .cond_where(newer)
        .take();
    Ok(db.query_one(&select).await?.is_none())
}

/// The rows of a table that are newer; none where it holds no words or no time. The request
/// itself and its history are not looked at: it was closed since.
fn newer_in(
    tables: &[TableMap],
    table: &TableMap,
    (request, person): (&rights_request::Model, PersonId),
    (since, now): (Time, Time),
) -> Option<SelectStatement> {
    if !table.columns.iter().any(|(_, class)| is_words(*class)) {
        return None;
    }
    let mut times = Cond::any();
    for ((name, class), shape) in table.columns.iter().zip(&table.shapes) {
        if shape.kind == Kind::Time && class.is_personal() {
            let lately = Cond::all()
                .add(column(name).gt(since))
                .add(column(name).lte(now));
            times = times.add(lately);
        }
    }
    if times.is_empty() {
        return None;
    }
    let theirs = leads_to(tables, table, person, Way::TellsAbout)?;
    let mut which = ways::of_school(table, request.school_id, theirs).add(times);
    if table.table == "rights_request" {
        which = which.add(column("id").ne(request.id.0));
    }
    if table.table == "rights_event" {
        which = which.add(column("request_id").ne(request.id.0));
    }
    let rows = Query::select()
        .expr(Expr::val(1))
        .from(Alias::new(table.table))
        .cond_where(which)
        .take();
    Some(rows)
}

fn is_words(class: Class) -> bool {
    let is_shown = matches!(class.on_export, OnExport::Include | OnExport::ForTheSubject);
    is_shown && WORDS.contains(&class.category)
}

/// That details of somebody were corrected.
fn corrected(
    (school, person): (SchoolId, PersonId),
    (since, now): (Time, Time),
) -> SelectStatement {
    let kinds = EVENTS.iter().filter(|kind| {
        let mut fields = kind.fields.iter();
        fields.any(|(_, category)| matches!(category, Category::Identity | Category::Contact))
    });
    Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(event::Column::SchoolId.eq(school))
        .and_where(event::Column::SubjectId.eq(person.0))
        .and_where(event::Column::Kind.is_in(kinds.map(|kind| kind.name)))
        .and_where(event::Column::At.gt(since))
        .and_where(event::Column::At.lte(now))
        .take()
}
