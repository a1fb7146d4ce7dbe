//! The mails around a request: that it has arrived, and that it has come further. Who
//! has an account reads the school's words there; who has none gets them in the mail,
//! at the address that they gave. That somebody was erased is told by mail alone.

use std::collections::HashSet;

use chrono::TimeDelta;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::people::looks_like_email;
use vocab::rights::{RequestState, RequestStep};

use super::clock::{first_answer_due, last_day};
use super::read::clock_begun;
use super::{repeated, seals};
use crate::clock::Time;
use crate::db::Write;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::{day, moment};
use crate::people::contact::address_of;
use crate::schools::zone_of;
use entity::{erasure_job, person, rights_request};

/// Where the last answer to a request goes once whom it is about was erased. Until then the
/// address stands with the erasure, because their own key goes before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    request: RightsRequestId,
    address: String,
}

impl Reply {
    /// Takes over what is known now. What was noted before stays where nothing is known any
    /// more: whoever asked may have been erased since.
    pub(crate) fn renew(noted: &mut Vec<Self>, now_known: Vec<Self>) {
        noted.retain(|old| now_known.iter().all(|new| new.request != old.request));
        noted.extend(now_known);
    }
}

/// Acknowledges a request, with its reference and when an answer comes.
pub(super) async fn acknowledge(
    tx: &Write,
    request: &rights_request::Model,
    now: Time,
) -> Result<(), DbErr> {
    let Some(to) = asked_by(request) else {
        return Ok(());
    };
    let zone = zone_of(&**tx, request.school_id).await?;
    let done_by = clock_begun(request).map(|begun| {
        let last = last_day(request.kind, (begun, zone), 0, false);
        day(last.and_hms_opt(12, 0, 0).unwrap_or_default().and_utc())
    });
    let mail = Mail::RequestReceived {
        reference: request.reference.clone(),
        what: request.kind.label().to_owned(),
        answer_by: moment(first_answer_due(request.received_at), zone, now).words,
        done_by,
        has_account: matches!(to, To::Person(_)),
    };
    send(tx, request, to, mail, now).await
}

/// Tells who asked that their request has come further. What they did themselves they
/// know.
pub(super) async fn tell(
    tx: &Write,
    request: &rights_request::Model,
    (step, state, words): (RequestStep, RequestState, &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), DbErr> {
    let Some(to) = asked_by(request).filter(|to| by.is_none_or(|by| *to != To::Person(by))) else {
        return Ok(());
    };
    let has_account = matches!(to, To::Person(_));
    let mail = Mail::RequestAnswered {
        reference: request.reference.clone(),
        what: request.kind.label().to_owned(),
        state: repeated::answered_under(words).map_or_else(
            || state.label_for_who_asked().to_owned(),
            |reference| format!("Answered under {reference}"),
        ),
        words: (!has_account).then(|| words_or(words, state)),
        is_over: state.is_over() || step == RequestStep::ApproveInPart,
    };
    send(tx, request, to, mail, now).await
}

/// Of these people those about whom a request is open. One query.
pub(crate) async fn asked_about(
    db: &impl ConnectionTrait,
    people: impl Iterator<Item = PersonId>,
) -> Result<HashSet<PersonId>, DbErr> {
    let asked_about: Vec<PersonId> = rights_request::Entity::find()
        .select_only()
        .column(rights_request::Column::SubjectId)
        .filter(rights_request::Column::SubjectId.is_in(people))
        .filter(rights_request::Column::ClosedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(asked_about.into_iter().collect())
}

/// The addresses of those who asked about somebody: without an account, about themselves, or
/// with an account of their own, which may be gone before the answer.
pub(crate) async fn replies(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
) -> Result<Vec<Reply>, DbErr> {
    let mut open = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school))
        .filter(rights_request::Column::SubjectId.eq(person))
        .filter(rights_request::Column::ClosedAt.is_null())
        .all(&**tx)
        .await?;
    let ring = seals::ring(&**tx, &open, &[]).await?;
    let mut replies = Vec::new();
    for request in &mut open {
        let address = if let Some(asked_by) = request.requester_id {
            address_of(&**tx, asked_by).await?
        } else {
            seals::open(&ring, request);
            request.contact.as_deref().and_then(address_in)
        };
        replies.extend(
            address
                .filter(|address| looks_like_email(address))
                .map(|address| Reply {
                    request: request.id,
                    address,
                }),
        );
    }
    Ok(replies)
}

/// Tells who asked that whom it is about was erased. No page is left on which they could
/// read it, so that the words go with the mail: to their account while they stay, and else to
/// the address that was noted before anybody's first step.
pub(super) async fn tell_erased(
    tx: &Write,
    request: &rights_request::Model,
    (words, replies): (&str, &[Reply]),
    now: Time,
) -> Result<(), DbErr> {
    let somebody_else = request
        .requester_id
        .filter(|asked_by| Some(*asked_by) != request.subject_id);
    let reply = replies.iter().find(|reply| reply.request == request.id);
    let staying = match somebody_else {
        Some(asked_by) => stays(tx, asked_by).await?.then_some(asked_by),
        None => None,
    };
    let address = reply.map(|reply| To::Address(reply.address.clone()));
    let Some(to) = staying.map(To::Person).or(address) else {
        return Ok(());
    };
    let mail = Mail::RequestAnswered {
        reference: request.reference.clone(),
        what: request.kind.label().to_owned(),
        state: RequestState::Closed.label().to_owned(),
        words: Some(words.to_owned()),
        is_over: true,
    };
    send(tx, request, to, mail, now).await
}

/// Whether somebody is here, and no erasure of theirs is open that would take the mail away.
async fn stays(tx: &Write, person: PersonId) -> Result<bool, DbErr> {
    let goes = Query::select()
        .column(erasure_job::Column::PersonId)
        .from(erasure_job::Entity)
        .and_where(erasure_job::Column::EndedAt.is_null())
        .take();
    let here = person::Entity::find_by_id(person)
        .filter(person::Column::EndedAt.is_null())
        .filter(person::Column::Id.not_in_subquery(goes))
        .one(&**tx)
        .await?;
    Ok(here.is_some())
}

fn words_or(words: &str, state: RequestState) -> String {
    if !words.is_empty() {
        return words.to_owned();
    }
    if state == RequestState::IdentityNeeded {
        return "Please show us that it is you, or that you may ask for them. Answer the school, not this mail.".to_owned();
    }
    "You need to do nothing.".to_owned()
}

async fn send(
    tx: &Write,
    request: &rights_request::Model,
    to: To,
    mail: Mail,
    now: Time,
) -> Result<(), DbErr> {
    let new = Outgoing {
        school: request.school_id,
        to,
        mail,
        cause: Some(request.id.0),
        until: Some(now + TimeDelta::days(7)),
    };
    queue(tx, new, now).await?;
    Ok(())
}

fn asked_by(request: &rights_request::Model) -> Option<To> {
    request
        .requester_id
        .map(To::Person)
        .or_else(|| address_in(request.contact.as_deref()?).map(To::Address))
}

/// Whether who wrote without an account gave an e-mail address.
pub(super) fn has_address(request: &rights_request::Model) -> bool {
    request.contact.as_deref().and_then(address_in).is_some()
}

/// The e-mail address among what somebody wrote about how to reach them.
fn address_in(contact: &str) -> Option<String> {
    contact
        .split([' ', ',', ';', '<', '>', '(', ')'])
        .map(|word| word.trim_matches(['.', ':']))
        .find(|word| looks_like_email(word))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn an_address_is_found_among_other_words() {
        let found = |text| address_in(text);
        assert_eq!(
            found("Ines Former, call 0161 000 or ines@mail.example."),
            Some("ines@mail.example".to_owned())
        );
        assert_eq!(
            found("Ines <ines@mail.example>"),
            Some("ines@mail.example".to_owned())
        );
        assert_eq!(found("Ines Former, 0161 496 0000"), None);
    }
}
