//! Filing a request: by somebody who is signed in, about themselves or a child, or by
//! the contact page without an account, where who asks has to be made sure of first.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use vocab::form::FieldError;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestChannel, RequestKind, RequestState, ValidContact};

use super::step::note;
use super::{Error, seals};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::schools;
use crate::secrets::{self, new_id};
use entity::rights_request;

/// Messages by the contact page that a school is sent within an hour.
const MOST_AN_HOUR: u64 = 60;

/// Files a request about oneself or a child. Its clock begins at once: who is signed
/// in is known. Answers its reference.
pub async fn file(
    tx: &Write,
    about: &Permitted<PersonId>,
    kind: RequestKind,
    details: String,
    now: Time,
) -> Result<String, Error> {
    let row = rights_request::Model {
        subject_id: Some(**about),
        requester_id: Some(about.actor()),
        state: RequestState::Open,
        channel: RequestChannel::Account,
        clock_from: Some(now),
        ..empty(about.school(), kind, details, now)
    };
    insert(tx, row, Some(about.actor()), now).await
}

/// Files what came by the contact page. Answers its reference. A school that is not
/// there stands beside `school`.
pub async fn file_by_contact(tx: &Write, new: ValidContact, now: Time) -> Result<String, Error> {
    let Some(school) = schools::find_by_code(&**tx, &new.school).await? else {
        return Err(Error::Invalid(vec![FieldError {
            field: "school".to_owned(),
            message: "There is no school with this code. It stands on letters of your school"
                .to_owned(),
        }]));
    };
    let lately = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school.id))
        .filter(rights_request::Column::Channel.eq(RequestChannel::Contact))
        .filter(rights_request::Column::ReceivedAt.gt(now - TimeDelta::hours(1)))
        .count(&**tx)
        .await?;
    if lately >= MOST_AN_HOUR {
        return Err(Error::TooMany);
    }
    // A question and a complaint are answered whoever asks; data goes out to who is known.
    let is_for_anybody = matches!(new.kind, RequestKind::Question | RequestKind::Complaint);
    let row = rights_request::Model {
        contact: Some(format!("{}, {}", new.name, new.contact)),
        state: if is_for_anybody {
            RequestState::Open
        } else {
            RequestState::IdentityNeeded
        },
        channel: RequestChannel::Contact,
        clock_from: is_for_anybody.then_some(now),
        ..empty(school.id, new.kind, new.text, now)
    };
    insert(tx, row, None, now).await
}

fn empty(school: SchoolId, kind: RequestKind, details: String, now: Time) -> rights_request::Model {
    rights_request::Model {
        id: RightsRequestId(new_id()),
        school_id: school,
        reference: secrets::receipt(&mut secrets::random()),
        kind,
        subject_id: None,
        requester_id: None,
        contact: None,
        details,
        state: RequestState::Open,
        channel: RequestChannel::Account,
        received_at: now,
        clock_from: None,
        paused_at: None,
        paused_days: 0,
        extended_at: None,
        first_answer_at: None,
        decision: None,
        closed_at: None,
    }
}

async fn insert(
    tx: &Write,
    row: rights_request::Model,
    actor: Option<PersonId>,
    now: Time,
) -> Result<String, Error> {
    let (reference, state) = (row.reference.clone(), row.state);
    let of = (row.school_id, row.id, seals::owner(&row));
    let row = seals::seal(&**tx, row).await?;
    rights_request::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    note(tx, of, (None, state), actor, "", now).await?;
    Ok(reference)
}
