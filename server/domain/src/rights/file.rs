//! Filing a request: by somebody who is signed in, about themselves or a child, or by
//! the contact page without an account, where who asks has to be made sure of first.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use vocab::form::FieldError;
use vocab::ids::{ContactId, PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestChannel, RequestKind, RequestState, ValidContact, ValidIntake};

use super::step::note;
use super::{Error, mail, restriction, seals, student_view};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::schools;
use crate::secrets::{self, new_id};
use entity::{contact_message, rights_request};

/// Messages by the contact page that a school is sent within an hour.
const MOST_AN_HOUR: u64 = 60;
/// Of these, from one browser.
const MOST_OF_A_BROWSER: u64 = 6;
/// Of these, from all browsers together that keep no number.
const MOST_WITHOUT_A_NUMBER: u64 = 20;

/// Files a request about oneself or a child. Its clock begins at once: who is signed
/// in is known. Answers its reference.
pub async fn file(
    tx: &Write,
    about: &Permitted<PersonId>,
    kind: RequestKind,
    details: String,
    now: Time,
) -> Result<String, Error> {
    Ok(filed(tx, about, kind, details, now).await?.reference)
}

/// Files a request about oneself or a child. Answers its row.
pub(super) async fn filed(
    tx: &Write,
    about: &Permitted<PersonId>,
    kind: RequestKind,
    details: String,
    now: Time,
) -> Result<rights_request::Model, Error> {
    if kind == RequestKind::EducationRecord && **about == about.actor() {
        return Err(Error::Invalid(vec![FieldError {
            field: "kind".to_owned(),
            message: RECORD_OF_A_CHILD.to_owned(),
        }]));
    }
    let student_view = student_view::asked_first(tx, about, kind).await?;
    let row = rights_request::Model {
        student_view,
        student_view_at: student_view.map(|_| now),
        subject_id: Some(**about),
        requester_id: Some(about.actor()),
        state: RequestState::Open,
        channel: RequestChannel::Account,
        clock_from: Some(now),
        ..empty(about.school(), kind, details, now)
    };
    insert(tx, row.clone(), Some(about.actor()), now).await?;
    if kind == RequestKind::Restriction {
        restriction::of_request(tx, about, row.id, now).await?;
    }
    Ok(row)
}

/// What stands beside `kind` where somebody asks for their own.
const RECORD_OF_A_CHILD: &str = "An educational record is asked for by who looks after a student. About yourself, ask to see everything that is kept";

/// The version of the words beside the contact form, which say what becomes of a message.
pub const CONTACT_NOTICE: &str = "2026-12";

/// What stands beside `school` where there is none.
const NO_SCHOOL: &str = "There is no school with this code. It stands on letters of your school";
/// What stands there where nobody would read it. The page ends with who runs the platform.
const DESERTED: &str = "This school has left Classimize, and what it kept here is deleted. Nobody there would read your message, so it was not sent. Write to whoever runs this platform: their name and address stand below the form";

/// Files what came by the contact page. `sender` is the browser's own number, where it
/// keeps one. Answers its reference. A school that is not there, or of which nobody is left,
/// stands beside `school`.
pub async fn file_by_contact(
    tx: &Write,
    new: ValidContact,
    sender: Option<&str>,
    now: Time,
) -> Result<String, Error> {
    let school = schools::find_by_code(&**tx, &new.school)
        .await?
        .ok_or_else(|| not_to(NO_SCHOOL))?;
    if schools::leaving::is_deserted(&**tx, school.id, now).await? {
        return Err(not_to(DESERTED));
    }
    let sender_hash = require_patience(tx, school.id, sender, now).await?;
    let is_known = is_for_anybody(new.kind);
    let row = from_outside(
        (school.id, RequestChannel::Contact),
        (&new.name, &new.contact),
        (new.kind, new.text),
        (is_known, now),
    );
    let message = contact_message::ActiveModel {
        id: Set(ContactId(new_id())),
        school_id: Set(school.id),
        request_id: Set(row.id),
        notice_version: Set(CONTACT_NOTICE.to_owned()),
        sender_hash: Set(sender_hash),
        at: Set(now),
    };
    let reference = insert(tx, row, None, now).await?;
    message.insert(&**tx).await?;
    Ok(reference)
}

fn not_to(why: &str) -> Error {
    Error::Invalid(vec![FieldError {
        field: "school".to_owned(),
        message: why.to_owned(),
    }])
}

/// Files what came by post, telephone, word of mouth or e-mail, for whoever asked.
/// `arrived` is the day it came, from which its clocks count.
pub async fn file_for(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidIntake,
    now: Time,
) -> Result<(RightsRequestId, String), Error> {
    let day = new.arrived.and_hms_opt(12, 0, 0).unwrap_or_default();
    // Noon of today may not have come yet.
    let arrived = Ord::min(day.and_utc(), now);
    let row = from_outside(
        (permitted.school(), new.channel),
        (&new.name, &new.contact),
        (new.kind, new.text),
        (new.is_known || is_for_anybody(new.kind), arrived),
    );
    let id = row.id;
    let reference = insert(tx, row, permitted.actor(), now).await?;
    Ok((id, reference))
}

/// A question and a complaint are answered whoever asks; data goes out to who is known.
const fn is_for_anybody(kind: RequestKind) -> bool {
    matches!(kind, RequestKind::Question | RequestKind::Complaint)
}

/// A request by somebody who is not signed in. Its clock begins once it is clear who asks.
fn from_outside(
    (school, channel): (SchoolId, RequestChannel),
    (name, contact): (&str, &str),
    (kind, text): (RequestKind, String),
    (is_known, arrived): (bool, Time),
) -> rights_request::Model {
    rights_request::Model {
        contact: Some(format!("{name}, {contact}")),
        state: if is_known {
            RequestState::Open
        } else {
            RequestState::IdentityNeeded
        },
        channel,
        clock_from: is_known.then_some(arrived),
        ..empty(school, kind, text, arrived)
    }
}

/// A browser writes a few messages an hour, a school gets sixty. Answers the fingerprint
/// of the browser's number; empty where it keeps none.
async fn require_patience(
    tx: &Write,
    school: SchoolId,
    sender: Option<&str>,
    now: Time,
) -> Result<String, Error> {
    let an_hour_ago = now - TimeDelta::hours(1);
    let lately =
        contact_message::Entity::find().filter(contact_message::Column::At.gt(an_hour_ago));
    let sender_hash = sender
        .map(|sender| secrets::fingerprint(&format!("contact:{sender}")))
        .unwrap_or_default();
    let of_sender = lately
        .clone()
        .filter(contact_message::Column::SchoolId.eq(school))
        .filter(contact_message::Column::SenderHash.eq(&sender_hash))
        .count(&**tx)
        .await?;
    let most = if sender.is_some() {
        MOST_OF_A_BROWSER
    } else {
        MOST_WITHOUT_A_NUMBER
    };
    let of_school = lately
        .filter(contact_message::Column::SchoolId.eq(school))
        .count(&**tx)
        .await?;
    if of_sender >= most || of_school >= MOST_AN_HOUR {
        return Err(Error::TooMany);
    }
    Ok(sender_hash)
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
        acknowledged_at: None,
        student_view: None,
        student_view_at: None,
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
    mail::acknowledge(tx, &row, now).await?;
    let row = seals::seal(&**tx, row).await?;
    rights_request::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    note(tx, of, (None, state), actor, "", now).await?;
    Ok(reference)
}
