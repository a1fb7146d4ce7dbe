//! Telling recipients (UK GDPR Article 19): whoever was given somebody's data hears from the
//! school that it was corrected, restricted or erased: of a restriction as soon as it begins.
//! That there is somebody to tell is an event, once for each request, and that it was done
//! another. To whom a school gave data stands in its registers, which outlive an erasure, and
//! is shown to the lead alone: the history of a request is in the copy of who asked, who may
//! not have been told of a disclosure.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::providers::{ProviderPurpose, ProviderState};
use vocab::rights::{Recipients, RequestKind, RequestState};

use super::Error;
use super::record::{record, was_recorded};
use super::step::hold;
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::disclosures::{self, Given};
use crate::moments::moment;
use crate::people::names_of;
use entity::{event, person, provider, restriction, rights_request};

const TO_TELL: &str = "recipients.to_tell";
const TOLD: &str = "recipients.told";

/// The providers that carried mail about a person, or may have: every one for mail that was
/// in use since they came to the school. Mails themselves are forgotten after 90 days, and
/// nothing else of a person leaves for a provider. Two queries.
pub(crate) async fn providers_of(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
) -> Result<Vec<String>, DbErr> {
    let came: Option<Time> = person::Entity::find_by_id(person)
        .select_only()
        .column(person::Column::CreatedAt)
        .filter(person::Column::SchoolId.eq(school))
        .into_tuple()
        .one(db)
        .await?;
    let Some(came) = came else {
        return Ok(Vec::new());
    };
    let was_in_use = Condition::any()
        .add(provider::Column::State.eq(ProviderState::Active))
        .add(provider::Column::StoppedAt.gte(came));
    provider::Entity::find()
        .select_only()
        .column(provider::Column::Name)
        .filter(provider::Column::Purpose.eq(ProviderPurpose::Mail))
        .filter(provider::Column::ActiveAt.is_not_null())
        .filter(was_in_use)
        .order_by_asc(provider::Column::Name)
        .into_tuple()
        .all(db)
        .await
}

/// What became of the data, where whoever was given it has to hear of it. An objection that
/// was refused goes on as a restriction for a week.
fn what_was_done(kind: RequestKind) -> Option<&'static str> {
    if kind == RequestKind::Objection {
        RequestKind::Restriction.recipients_hear()
    } else {
        kind.recipients_hear()
    }
}

/// A request is done: whoever was given the data hears of it, where it changed any.
pub(super) async fn after(
    tx: &Write,
    request: &rights_request::Model,
    now: Time,
) -> Result<(), DbErr> {
    let (Some(person), Some(_)) = (request.subject_id, request.kind.recipients_hear()) else {
        return Ok(());
    };
    changed(tx, (request.school_id, person), request.id, now).await
}

/// Somebody's data was changed or restricted at a request: whoever was given it hears of it.
pub(super) async fn changed(
    tx: &Write,
    of: (SchoolId, PersonId),
    request: RightsRequestId,
    now: Time,
) -> Result<(), DbErr> {
    let providers = providers_of(&**tx, of).await?;
    raise(tx, of, (request, providers.as_slice()), now).await
}

/// Notes that somebody is to be told, where the data was given to anybody; once for each
/// request.
pub(super) async fn raise(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    (request, providers): (RightsRequestId, &[String]),
    now: Time,
) -> Result<(), DbErr> {
    let given = disclosures::given(&**tx, school, &[person]).await?;
    if given.is_empty() && providers.is_empty() {
        return Ok(());
    }
    let said = said(&**tx, &[request]).await?;
    if find(&said, request, TO_TELL).is_some() {
        return Ok(());
    }
    let to_tell = (TO_TELL, Some(json!({ "providers": providers })));
    record(tx, (school, request), to_tell, None, now).await
}

/// The lead has told everybody who was given the data.
pub async fn recipients_told(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, permitted.school(), id).await?;
    let said = said(&**tx, &[request.id]).await?;
    let is_to_do = find(&said, id, TO_TELL).is_some() && find(&said, id, TOLD).is_none();
    if !is_to_do {
        return Err(Error::NotNow);
    }
    let of = (permitted.school(), id);
    record(tx, of, (TOLD, None), permitted.actor(), now).await?;
    Ok(())
}

/// Who is to be told, or was, for the page of a request.
pub(super) async fn part(
    db: &impl Keyed,
    actor: &Actor,
    request: &rights_request::Model,
    now: Time,
) -> Result<Option<Recipients>, DbErr> {
    let (Some(person), Some(what)) = (request.subject_id, what_was_done(request.kind)) else {
        return Ok(None);
    };
    let said = said(db, &[request.id]).await?;
    let Some(raised) = find(&said, request.id, TO_TELL) else {
        return Ok(None);
    };
    let told = find(&said, request.id, TOLD);
    if told.is_none() && request.state == RequestState::TakenBack {
        return Ok(None);
    }
    let given = disclosures::given(db, request.school_id, &[person]).await?;
    let by = told.and_then(|event| event.actor_id);
    let who = names_of(db, by.into_iter()).await?;
    Ok(Some(Recipients {
        what_was_done: what.to_owned(),
        names: names(&given, person, raised),
        told: told.map(|event| {
            let at = moment(event.at, actor.time_zone, now);
            let by = event.actor_id.and_then(|by| who.get(&by).cloned());
            (at, by.unwrap_or_default())
        }),
    }))
}

/// A request whose recipients were not told yet.
pub(crate) struct ToTell {
    pub(crate) request: RightsRequestId,
    pub(crate) reference: String,
    /// Such as "corrected".
    pub(crate) what: &'static str,
    pub(crate) names: Vec<String>,
}

/// Everything that recipients of the school are to be told, the oldest first. Four queries.
pub(crate) async fn to_tell(db: &impl Keyed, school: SchoolId) -> Result<Vec<ToTell>, DbErr> {
    let requests = rights_request::Entity::find()
        .filter(wait(school))
        .order_by_asc(rights_request::Column::ReceivedAt)
        .all(db)
        .await?;
    let ids: Vec<_> = requests.iter().map(|request| request.id).collect();
    let said = said(db, &ids).await?;
    let people: Vec<_> = requests.iter().filter_map(|one| one.subject_id).collect();
    let given = disclosures::given(db, school, &people).await?;
    Ok(requests
        .into_iter()
        .filter_map(|request| {
            let raised = find(&said, request.id, TO_TELL)?;
            Some(ToTell {
                names: names(&given, request.subject_id?, raised),
                what: what_was_done(request.kind)?,
                request: request.id,
                reference: request.reference,
            })
        })
        .collect())
}

/// One row for each request whose recipients were not told yet, for a list of what is to
/// be done.
pub(crate) fn recipients_wait(school: SchoolId) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'tell'"))
        .expr(Expr::cust("''"))
        .from(rights_request::Entity)
        .cond_where(wait(school))
        .take()
}

fn wait(school: SchoolId) -> Condition {
    let restrict = [RequestKind::Restriction, RequestKind::Objection];
    let still_holds = Condition::any()
        .add(rights_request::Column::Kind.is_not_in(restrict))
        .add(Expr::exists(is_restricted()));
    Condition::all()
        .add(rights_request::Column::SchoolId.eq(school))
        .add(Expr::exists(was_recorded(TO_TELL)))
        .add(Expr::exists(was_recorded(TOLD)).not())
        .add(still_holds)
}

/// That whom the request of the query around it is about is restricted still: of what has
/// ended nobody has to hear that it began.
fn is_restricted() -> SelectStatement {
    let subject = (rights_request::Entity, rights_request::Column::SubjectId);
    Query::select()
        .expr(Expr::val(1))
        .from(restriction::Entity)
        .and_where(Expr::col((restriction::Entity, restriction::Column::PersonId)).equals(subject))
        .and_where(Expr::col((restriction::Entity, restriction::Column::EndedAt)).is_null())
        .take()
}

/// What was said of these requests: that there is somebody to tell, and that it was done.
async fn said(
    db: &impl ConnectionTrait,
    requests: &[RightsRequestId],
) -> Result<Vec<event::Model>, DbErr> {
    event::Entity::find()
        .filter(event::Column::SubjectId.is_in(requests.iter().map(|id| id.0)))
        .filter(event::Column::Kind.is_in([TO_TELL, TOLD]))
        .all(db)
        .await
}

fn find<'a>(said: &'a [event::Model], id: RightsRequestId, kind: &str) -> Option<&'a event::Model> {
    said.iter()
        .find(|event| event.subject_id == id.0 && event.kind == kind)
}

/// Each recipient once: who was given the data until it was changed, and the providers.
fn names(given: &[Given], person: PersonId, raised: &event::Model) -> Vec<String> {
    let outside = given
        .iter()
        .filter(|given| given.whose == person && given.at <= raised.at)
        .map(|given| given.to.clone());
    let providers = raised
        .after
        .as_ref()
        .and_then(|after| after.get("providers")?.as_array().cloned())
        .unwrap_or_default();
    let providers = providers
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned));
    let each: BTreeSet<String> = outside.chain(providers).collect();
    each.into_iter().collect()
}
