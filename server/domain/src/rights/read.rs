//! Requests as their people see them: one's own, the lead's cockpit with what is due
//! first, and one with everything that was done.

use std::collections::HashMap;

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;
use sea_orm::sea_query::{Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use vocab::ids::{PersonId, RightsRequestId};
use vocab::looks::{LookKind, LookVia};
use vocab::rights::{RequestKind, RequestPage, RequestState, RequestStep, RequestSummary, Urgency};

use super::clock::{first_answer_due, last_day, urgency};
use super::fetch::Offer;
use super::letter::letter;
use super::machine::steps;
use super::{
    Error, carry_out, fetch, look_again, mail, objection, recipients, repeated, seals, student_view,
};
use crate::access::{self, AccessError, Permitted, children_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::About;
use crate::db::Keyed;
use crate::erasure;
use crate::looks::Whose;
use crate::moments::{from_local, left, moment};
use crate::people::{names_and_mail, names_of};
use entity::{rights_event, rights_request};

/// A list shows no more than this, but for what is open.
const MOST_LISTED: u64 = 200;
/// The lead's first page shows no more than this.
const MOST_AT_HOME: usize = 5;

/// Everything that the actor asked, or that is about them or a child of theirs, newest first.
pub async fn mine(db: &impl Keyed, actor: &Actor, now: Time) -> Result<Vec<RequestSummary>, Error> {
    mine_of(db, actor, &[], now).await
}

/// The same for a page that has loaded for whom the actor acts: their names are not asked for
/// again.
pub async fn mine_of(
    db: &impl Keyed,
    actor: &Actor,
    people: &[About],
    now: Time,
) -> Result<Vec<RequestSummary>, Error> {
    let (mut rows, asked) = with_questions(db, actor).await?;
    let offers = fetch::offers(db, actor, &rows, now).await?;
    let ring = seals::ring(db, &rows, &asked).await?;
    for row in &mut rows {
        seals::open(&ring, row);
    }
    let mut questions: HashMap<RightsRequestId, String> = asked
        .into_iter()
        .map(|event| {
            let place = seals::note(event.school_id, event.id);
            (event.request_id, ring.open(&place, &event.note).words())
        })
        .collect();
    let mut names: HashMap<PersonId, String> = people
        .iter()
        .map(|about| (about.id, about.name.clone()))
        .collect();
    let subjects = rows.iter().filter_map(|row| row.subject_id);
    let nameless: Vec<PersonId> = subjects.filter(|id| !names.contains_key(id)).collect();
    if !nameless.is_empty() {
        names.extend(names_of(db, nameless.into_iter()).await?);
    }
    let mut mine = summed_up(actor, &rows, &names, now);
    for request in &mut mine {
        request.question = questions.remove(&request.id);
        match offers.get(&request.id) {
            Some(Offer::Stands(whose, until)) => {
                request.copy = Some((*whose, moment(*until, actor.time_zone, now)));
            }
            Some(Offer::LooksAgain(until)) => {
                request.looks_again = Some(moment(*until, actor.time_zone, now));
            }
            None => {}
        }
    }
    Ok(mine)
}

/// Their rows, and what the school asked the actor and waits for. One query.
async fn with_questions(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<(Vec<rights_request::Model>, Vec<rights_event::Model>), DbErr> {
    let me = actor.person;
    let to_question: RelationDef = rights_request::Entity::belongs_to(rights_event::Entity)
        .from(rights_request::Column::Id)
        .to(rights_event::Column::RequestId)
        .on_condition(move |_, _| {
            Condition::all()
                .add(rights_request::Column::RequesterId.eq(me))
                .add(rights_request::Column::State.eq(RequestState::Clarification))
                .add(rights_event::Column::ToState.eq(RequestState::Clarification))
                .add(rights_event::Column::FromState.ne(RequestState::Clarification))
        })
        .into();
    let found = rights_request::Entity::find()
        .join(JoinType::LeftJoin, to_question)
        .select_also(rights_event::Entity)
        .filter(rights_request::Column::SchoolId.eq(actor.school))
        .filter(
            Condition::any()
                .add(rights_request::Column::RequesterId.eq(actor.person))
                .add(rights_request::Column::SubjectId.eq(actor.person))
                .add(rights_request::Column::SubjectId.in_subquery(children_of(actor))),
        )
        .order_by_desc(rights_request::Column::ReceivedAt)
        .order_by_desc(rights_event::Column::Id)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let mut rows: Vec<rights_request::Model> = Vec::with_capacity(found.len());
    let mut asked = Vec::new();
    for (row, question) in found {
        // Where more than one thing was asked the newest comes first.
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
            asked.extend(question);
        }
    }
    Ok((rows, asked))
}

/// Every open request of the school, by what is due first, and after them the newest 200 of
/// those that are over: what is late never leaves the list because others came.
pub async fn cockpit(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<RequestSummary>, Error> {
    let over = Query::select()
        .column(rights_request::Column::Id)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::SchoolId.eq(permitted.school()))
        .and_where(rights_request::Column::ClosedAt.is_not_null())
        .order_by(rights_request::Column::ReceivedAt, Order::Desc)
        .limit(MOST_LISTED)
        .take();
    let rows = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(permitted.school()))
        .filter(
            Condition::any()
                .add(rights_request::Column::ClosedAt.is_null())
                .add(rights_request::Column::Id.in_subquery(over)),
        )
        .order_by_desc(rights_request::Column::ReceivedAt)
        .all(db)
        .await?;
    actor.saw_list(Whose::School, LookKind::Requests, actor.office_relation());
    let mut listed = summaries(db, actor, rows, now).await?;
    listed.sort_by_cached_key(|request| {
        let by = request.first_answer_due.as_ref().or(request.due.as_ref());
        (request.state.is_over(), by.map(|due| due.iso.clone()))
    });
    Ok(listed)
}

/// What a lead's first page says of the requests of the school.
#[derive(Debug, Default)]
pub(crate) struct DueFirst {
    /// The open ones that are due first, at most five.
    pub(crate) requests: Vec<RequestSummary>,
    /// How many are open.
    pub(crate) open: usize,
    /// Those whose copy has to be looked through again, each with its reference.
    pub(crate) copies: Vec<(RightsRequestId, String)>,
}

/// The open requests of the school that are due first, and the copies that have to be looked
/// through again. Two queries, and a few where somebody may fetch a copy of another's data.
pub(crate) async fn due_first(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<DueFirst, Error> {
    let rows = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(permitted.school()))
        .filter(
            Condition::any()
                .add(rights_request::Column::ClosedAt.is_null())
                .add(look_again::of_others(permitted.school(), now)),
        )
        .order_by_asc(rights_request::Column::ReceivedAt)
        .all(db)
        .await?;
    let (over, mut rows): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.closed_at.is_some());
    let copies = look_again::to_look_at(db, over, now).await?;
    if rows.is_empty() {
        return Ok(DueFirst {
            copies,
            ..DueFirst::default()
        });
    }
    rows.sort_by_cached_key(|row| {
        let end = clocks(row, actor.time_zone).first_end();
        (end.is_none(), end)
    });
    let open = rows.len();
    rows.truncate(MOST_AT_HOME);
    actor.saw_list(Whose::School, LookKind::Requests, actor.office_relation());
    Ok(DueFirst {
        requests: summaries(db, actor, rows, now).await?,
        open,
        copies,
    })
}

/// One request, for who leads it.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    now: Time,
) -> Result<RequestPage, Error> {
    let mut row = rights_request::Entity::find_by_id(id)
        .filter(rights_request::Column::SchoolId.eq(permitted.school()))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    if let Some(person) = row.subject_id {
        let relation = actor.office_relation();
        let via = LookVia::Protection;
        actor.saw_by(Whose::Person(person), LookKind::Requests, relation, via);
    }
    let events = rights_event::Entity::find()
        .filter(rights_event::Column::RequestId.eq(id))
        .order_by_desc(rights_event::Column::Id)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let ring = seals::ring(db, std::slice::from_ref(&row), &events).await?;
    seals::open(&ring, &mut row);
    let people = events
        .iter()
        .filter_map(|event| event.actor_id)
        .chain(row.requester_id)
        .chain(row.subject_id);
    let known = names_and_mail(db, people).await?;
    let name =
        |id: Option<PersonId>| id.and_then(|id| known.get(&id).map(|(name, _)| name.clone()));
    let has_mail = match row.requester_id {
        Some(asked_by) => known.get(&asked_by).is_some_and(|(_, has_mail)| *has_mail),
        None => mail::has_address(&row),
    };
    let about = name(row.subject_id);
    let summary = summary(actor, &row, about, now);
    let history = events
        .into_iter()
        .map(|event| {
            (
                moment(event.at, actor.time_zone, now),
                name(event.actor_id).unwrap_or_else(|| "The contact page".to_owned()),
                event.to_state.label().to_owned(),
                ring.open(&seals::note(event.school_id, event.id), &event.note)
                    .words(),
            )
        })
        .collect();
    let whose = (row.id, row.subject_id);
    let erasure = erasure::part_of_request(db, actor, permitted, whose, now).await?;
    let objection = match row.kind {
        RequestKind::Objection => objection::of_request(db, id).await?.map(|one| one.purpose),
        _ => None,
    };
    let mut steps = steps_of(&row);
    if objection.is_some_and(|purpose| !purpose.can_resume()) {
        steps.retain(|step| *step != RequestStep::Refuse);
    }
    if row.kind == RequestKind::Objection && objection.is_none() {
        steps.retain(|step| !matches!(step, RequestStep::Approve | RequestStep::Complete));
    }
    let may_repeat = repeated::may_repeat(db, &row).await?;
    let looks_again = look_again::is_due(db, &row, now).await?;
    Ok(RequestPage {
        may_repeat: may_repeat
            .into_iter()
            .map(|other| {
                let came = moment(other.received_at, actor.time_zone, now).words;
                let words = format!("{}, received {came}", other.reference);
                (other.id.to_string(), words)
            })
            .collect(),
        carry_out: carry_out::part(db, &row).await?,
        recipients: recipients::part(db, actor, &row, now).await?,
        has_copy: access::under_request(actor, &row, looks_again).is_ok(),
        looks_again,
        erasure,
        objection,
        letter: letter(&summary, &actor.school_name, row.decision.as_deref()),
        summary,
        person: row.subject_id,
        asked_by: name(row.requester_id).or(row.contact).unwrap_or_default(),
        channel: row.channel,
        has_mail,
        details: row.details,
        student_view: row
            .student_view
            .zip(row.student_view_at)
            .map(|(view, at)| (view, moment(at, actor.time_zone, now))),
        acknowledged: row
            .acknowledged_at
            .map(|at| moment(at, actor.time_zone, now)),
        decision: row.decision,
        steps,
        history,
    })
}

/// What the office can do now: an erasure that was granted goes on by itself.
fn steps_of(row: &rights_request::Model) -> Vec<RequestStep> {
    let mut steps = steps(row.state);
    if row.kind != RequestKind::Complaint || row.acknowledged_at.is_some() {
        steps.retain(|step| *step != RequestStep::Acknowledge);
    }
    if !row.kind.has_parts() {
        steps.retain(|step| *step != RequestStep::ApproveInPart);
    }
    if row.kind.asks_the_student() && row.subject_id.is_none() {
        steps.retain(|step| !matches!(step, RequestStep::Approve | RequestStep::ApproveInPart));
    }
    if row.kind == RequestKind::Restriction && row.subject_id.is_none() {
        steps.retain(|step| !matches!(step, RequestStep::Approve | RequestStep::Complete));
    }
    if row.kind == RequestKind::Erasure {
        steps.retain(|step| {
            *step != RequestStep::Complete
                && !(row.state == RequestState::Approved && *step == RequestStep::Refuse)
        });
    }
    steps
}

async fn summaries(
    db: &impl Keyed,
    actor: &Actor,
    mut rows: Vec<rights_request::Model>,
    now: Time,
) -> Result<Vec<RequestSummary>, Error> {
    let ring = seals::ring(db, &rows, &[]).await?;
    for row in &mut rows {
        seals::open(&ring, row);
    }
    let names = names_of(db, rows.iter().filter_map(|row| row.subject_id)).await?;
    Ok(summed_up(actor, &rows, &names, now))
}

fn summed_up(
    actor: &Actor,
    rows: &[rights_request::Model],
    names: &HashMap<PersonId, String>,
    now: Time,
) -> Vec<RequestSummary> {
    rows.iter()
        .map(|row| {
            let about = row.subject_id.and_then(|id| names.get(&id).cloned());
            summary(actor, row, about, now)
        })
        .collect()
}

/// When its clock began; none where it waits for what shows who asks.
pub(super) fn clock_begun(row: &rights_request::Model) -> Option<Time> {
    if row.kind.can_stand() {
        row.clock_from
    } else {
        Some(row.received_at)
    }
}

/// The clocks that run for a request, each with its beginning and its end.
pub(crate) struct Clocks {
    /// Until somebody has answered at all.
    pub(crate) first_answer: Option<(Time, Time)>,
    /// Until it is done; of a complaint, until it is acknowledged.
    pub(crate) whole: Option<(Time, Time)>,
}

impl Clocks {
    /// The end that comes first.
    fn first_end(&self) -> Option<Time> {
        let ends = [self.first_answer, self.whole].into_iter().flatten();
        ends.map(|(_, end)| end).min()
    }
}

pub(crate) fn clocks(row: &rights_request::Model, zone: Tz) -> Clocks {
    let is_over = row.state.is_over();
    // While it stands none is shown: a pause that runs is not counted here.
    let stands = row.kind.can_stand() && row.state == RequestState::Clarification;
    let whole = clock_begun(row)
        .filter(|_| !is_over && !stands && row.acknowledged_at.is_none())
        .map(|begun| {
            let is_extended = row.extended_at.is_some();
            let last = last_day(row.kind, (begun, zone), row.paused_days, is_extended);
            let midnight = (last + TimeDelta::days(1)).and_time(NaiveTime::MIN);
            (begun, from_local(midnight, zone) - TimeDelta::minutes(1))
        });
    let waits = row.first_answer_at.is_none() && !is_over;
    Clocks {
        first_answer: waits.then(|| (row.received_at, first_answer_due(row.received_at))),
        whole,
    }
}

fn summary(
    actor: &Actor,
    row: &rights_request::Model,
    about: Option<String>,
    now: Time,
) -> RequestSummary {
    let is_over = row.state.is_over();
    let zone = actor.time_zone;
    let running = clocks(row, zone);
    let first_end = running.first_end();
    let Clocks {
        first_answer,
        whole,
    } = running;
    let worst =
        [whole, first_answer].map(|clock| clock.map(|(begun, end)| urgency(begun, end, now)));
    let urgency = if is_over {
        Urgency::Over
    } else {
        worst.into_iter().flatten().max().unwrap_or(Urgency::Fine)
    };
    RequestSummary {
        id: row.id,
        reference: row.reference.clone(),
        kind: row.kind,
        about: about.or_else(|| row.contact.clone()).unwrap_or_default(),
        state: row.state,
        received: moment(row.received_at, zone, now),
        due: whole.map(|(_, end)| moment(end, zone, now)),
        first_answer_due: first_answer.map(|(_, end)| moment(end, zone, now)),
        left: first_end.map(|end| left(end, zone, now)),
        urgency,
        is_own: row.requester_id == Some(actor.person),
        decision: row
            .decision
            .clone()
            .filter(|_| row.requester_id == Some(actor.person)),
        answered_under: row
            .decision
            .as_deref()
            .and_then(repeated::answered_under)
            .filter(|_| row.state == RequestState::Closed)
            .map(str::to_owned),
        question: None,
        asks_you: row
            .student_view
            .filter(|_| row.subject_id == Some(actor.person) && student_view::is_open(row.state)),
        copy: None,
        looks_again: None,
    }
}
