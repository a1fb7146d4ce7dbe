//! Carrying out what a request asks for where somebody does it themselves with one click:
//! a consent is taken back, a kind of messages is switched off, or a use of their data
//! stops. The office does it for who asked without an account, by the same functions. The
//! request is done with it; an objection stands as if they had used the switch.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use vocab::consent::ConsentPurpose;
use vocab::form::FieldError;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::mail::MessageCategory;
use vocab::objections::ObjectionUse;
use vocab::rights::{CarryOut, CarryOutForm, RequestKind, RequestState, RequestStep};

use super::step::{hold, note, take};
use super::{Error, objection, seals};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::people::names_of;
use crate::{consent, mail};
use entity::{guardianship, person, rights_request};

/// Does what is asked, in the name of who asked, and completes the request; an objection is
/// granted. Refused with the field where it is not said what, or who asks.
pub async fn carry_out(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    form: &CarryOutForm,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, permitted.school(), id).await?;
    let subject = whom(&request).ok_or(Error::NotNow)?;
    let of = (request.school_id, subject);
    if request.kind == RequestKind::Objection {
        return stop_use(tx, request, (of, &form.wish), permitted.actor(), now).await;
    }
    let words = if request.kind == RequestKind::OptOut {
        let category = form.wish.parse().ok();
        let category = category.filter(|one: &MessageCategory| one.can_be_muted());
        let category = chosen(category, "wish", "Choose which messages")?;
        let was_on = mail::switch_off(tx, of, category, permitted.actor(), now).await?;
        if let Some(purpose) = mail::purpose_of(category).filter(|_| was_on) {
            let said = (purpose, request.reference.clone(), permitted.actor());
            consent::take_back_by_request(tx, of, subject, said, now).await?;
        }
        format!("No more of this is sent: {}.", category.label())
    } else {
        let purpose = form
            .wish
            .parse()
            .ok()
            .filter(|purpose| is_a_choice(*purpose));
        let purpose = chosen(purpose, "wish", "Choose which consent")?;
        let speaker = form.by.parse().ok();
        let speaker = chosen(speaker, "by", "Choose who takes it back")?;
        if !who_may_say(&**tx, of).await?.contains(&speaker) {
            return chosen(None, "by", "Choose who takes it back");
        }
        let said = (purpose, request.reference.clone(), permitted.actor());
        consent::take_back_by_request(tx, of, speaker, said, now).await?;
        format!("The consent is taken back: {}.", purpose.label())
    };
    let done = (RequestStep::Complete, words.as_str());
    take(tx, request, done, permitted.actor(), now).await
}

/// Stops a use for who objected in words. Whether it goes on for compelling reasons, or is
/// done, is said afterwards, as with the switch.
async fn stop_use(
    tx: &Write,
    request: rights_request::Model,
    (of, wish): ((SchoolId, PersonId), &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    if objection::of_request(&**tx, request.id).await?.is_some() {
        return Err(Error::NotNow);
    }
    let purpose: ObjectionUse = chosen(wish.parse().ok(), "wish", "Choose which use stops")?;
    let said = (request.id, by);
    if !objection::object_for(tx, of, purpose, said, now).await? {
        let words = format!("It had stopped already: {}.", purpose.label());
        return take(tx, request, (RequestStep::Complete, &words), by, now).await;
    }
    let words = format!("It has stopped: {}.", purpose.label());
    if request.state == RequestState::Open {
        return take(tx, request, (RequestStep::Approve, &words), by, now).await;
    }
    let same = (Some(request.state), request.state);
    let of = (request.school_id, request.id, seals::owner(&request));
    note(tx, of, same, by, &words, now).await
}

fn chosen<T>(found: Option<T>, field: &str, message: &str) -> Result<T, Error> {
    found.ok_or_else(|| {
        Error::Invalid(vec![FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        }])
    })
}

/// Whether it is a choice that stands. What a school asks for one occasion is answered in its classroom, on paper as well.
fn is_a_choice(purpose: ConsentPurpose) -> bool {
    purpose != ConsentPurpose::SchoolRequest
}

/// Whom it is about, while it can be carried out.
fn whom(request: &rights_request::Model) -> Option<PersonId> {
    let is_granted = matches!(request.state, RequestState::Open | RequestState::Approved);
    let is_one_click = matches!(
        request.kind,
        RequestKind::Withdrawal | RequestKind::OptOut | RequestKind::Objection
    );
    request.subject_id.filter(|_| is_granted && is_one_click)
}

/// What the office can carry out for a request; none for one that is done otherwise.
pub(super) async fn part(
    db: &impl ConnectionTrait,
    request: &rights_request::Model,
) -> Result<Option<CarryOut>, Error> {
    let Some(subject) = whom(request) else {
        return Ok(None);
    };
    if request.kind == RequestKind::Objection {
        let has_stopped = objection::of_request(db, request.id).await?.is_some();
        let what = ObjectionUse::ALL
            .iter()
            .map(|purpose| (purpose.to_string(), purpose.label().to_owned()));
        return Ok((!has_stopped).then(|| CarryOut {
            what: what.collect(),
            by: Vec::new(),
        }));
    }
    if request.kind == RequestKind::OptOut {
        let what = MessageCategory::ALL
            .iter()
            .filter(|category| category.can_be_muted())
            .map(|category| (category.to_string(), category.label().to_owned()));
        return Ok(Some(CarryOut {
            what: what.collect(),
            by: Vec::new(),
        }));
    }
    let what = ConsentPurpose::ALL
        .iter()
        .filter(|purpose| is_a_choice(**purpose))
        .map(|purpose| (purpose.to_string(), purpose.label().to_owned()));
    let people = who_may_say(db, (request.school_id, subject)).await?;
    let names = names_of(db, people.iter().copied()).await?;
    let by = people.into_iter().map(|person| {
        let name = names.get(&person).cloned().unwrap_or_default();
        (person.to_string(), name)
    });
    Ok(Some(CarryOut {
        what: what.collect(),
        by: by.collect(),
    }))
}

/// The person, and who looks after them, or did so until they left.
async fn who_may_say(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
) -> Result<Vec<PersonId>, Error> {
    let left_at = Query::select()
        .column(person::Column::EndedAt)
        .from(person::Entity)
        .and_where(person::Column::Id.eq(person))
        .take();
    let guardians: Vec<PersonId> = guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::GuardianId)
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::StudentId.eq(person))
        .filter(
            Condition::any()
                .add(guardianship::Column::EndedAt.is_null())
                .add(guardianship::Column::EndedAt.in_subquery(left_at)),
        )
        .into_tuple()
        .all(db)
        .await?;
    Ok(std::iter::once(person).chain(guardians).collect())
}
