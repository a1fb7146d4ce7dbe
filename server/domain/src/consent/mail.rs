//! The mails around consent: the question to guardians, its reminders, and the receipt
//! for an answer. They name no student.

use std::collections::{BTreeSet, HashSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::consent::{AgeBand, ConsentKind};
use vocab::ids::{ConsentEventId, ConsentRequestId, PersonId, SchoolId};
use vocab::mail::MailTemplate;

use crate::clock::Time;
use crate::db::Write;
use crate::guard;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::moment;
use crate::sharing;
use entity::{consent_event, consent_request, guardianship, outbox_mail, person, school};

/// Guardians are reminded by themselves so long before the last day, once.
const BEFORE_THE_END: TimeDelta = TimeDelta::days(2);

/// Why guardians are written to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    /// The school asks.
    Asked {
        /// Whether data may be given to somebody outside it.
        is_sharing: bool,
    },
    /// They have not answered. Who was reminded since then is left in peace.
    StillOpen {
        /// Since when.
        not_since: Time,
    },
}

/// Writes to everybody who looks after one of the students, once to each. Answers how
/// many.
pub(super) async fn write_to_guardians(
    tx: &Write,
    request: &consent_request::Model,
    students: &[PersonId],
    why: Why,
    now: Time,
) -> Result<usize, DbErr> {
    let mut guardians = guardians_of(&**tx, request.school_id, students).await?;
    if let Why::StillOpen { not_since } = why {
        let reminded = reminded_since(&**tx, request.id, not_since).await?;
        guardians.retain(|guardian| !reminded.contains(guardian));
    }
    let zone = zone_of(&**tx, request.school_id).await?;
    let title = request.title.clone();
    let answer_by = request
        .answer_until
        .map(|end| moment(end - TimeDelta::minutes(1), zone, now).words);
    let mail = match why {
        Why::Asked { is_sharing } => Mail::ConsentAsked {
            title,
            answer_by,
            is_sharing,
        },
        Why::StillOpen { .. } => Mail::ConsentReminder {
            title,
            answer_by,
            is_sharing: sharing::lasts_until(&**tx, request.id).await?.is_some(),
        },
    };
    for guardian in &guardians {
        let new = Outgoing {
            school: request.school_id,
            to: To::Person(*guardian),
            mail: mail.clone(),
            cause: Some(request.id.0),
            until: request.answer_until,
        };
        queue(tx, new, now).await?;
    }
    Ok(guardians.len())
}

async fn guardians_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
    students: &[PersonId],
) -> Result<BTreeSet<PersonId>, DbErr> {
    let here = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .cond_where(person::Column::EndedAt.is_null())
        .to_owned();
    let found: Vec<PersonId> = guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::GuardianId)
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::StudentId.is_in(students.iter().copied()))
        .filter(guardianship::Column::EndedAt.is_null())
        // `Use::AskConsent`: nobody is reminded about somebody who is restricted.
        .filter(guardianship::Column::StudentId.not_in_subquery(guard::restricted()))
        .filter(guardianship::Column::GuardianId.in_subquery(here))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

async fn reminded_since(
    db: &impl ConnectionTrait,
    request: ConsentRequestId,
    since: Time,
) -> Result<HashSet<PersonId>, DbErr> {
    let reminded: Vec<Option<PersonId>> = outbox_mail::Entity::find()
        .select_only()
        .column(outbox_mail::Column::RecipientId)
        .filter(outbox_mail::Column::CauseId.eq(request.0))
        .filter(outbox_mail::Column::Template.eq(MailTemplate::ConsentReminder))
        .filter(outbox_mail::Column::QueuedAt.gt(since))
        .into_tuple()
        .all(db)
        .await?;
    Ok(reminded.into_iter().flatten().collect())
}

/// Students whose guardians were asked, and about whom nobody has answered.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    request: ConsentRequestId,
) -> Result<Vec<PersonId>, DbErr> {
    let entries: Vec<(PersonId, ConsentKind, AgeBand)> = consent_event::Entity::find()
        .select_only()
        .columns([
            consent_event::Column::SubjectId,
            consent_event::Column::Kind,
            consent_event::Column::AgeBand,
        ])
        .filter(consent_event::Column::RequestId.eq(request))
        .into_tuple()
        .all(db)
        .await?;
    let answered: HashSet<PersonId> = entries
        .iter()
        .filter(|(_, kind, _)| *kind != ConsentKind::Requested)
        .map(|(student, ..)| *student)
        .collect();
    Ok(entries
        .into_iter()
        .filter(|(student, kind, age)| {
            *kind == ConsentKind::Requested
                && *age != AgeBand::From16
                && !answered.contains(student)
        })
        .map(|(student, ..)| student)
        .collect())
}

/// Reminds, two days before the last day of each open question, whoever was not reminded
/// in the week before. Answers how many mails that made.
pub async fn remind_before_deadlines(tx: &Write, now: Time) -> Result<usize, DbErr> {
    let open = consent_request::Entity::find()
        .filter(consent_request::Column::ClosedAt.is_null())
        .filter(consent_request::Column::AnswerUntil.gt(now))
        .filter(consent_request::Column::AnswerUntil.lte(now + BEFORE_THE_END))
        .filter(consent_request::Column::CreatedAt.lt(now - TimeDelta::days(1)))
        .all(&**tx)
        .await?;
    let mut reminded = 0;
    for request in open {
        let students = waiting(&**tx, request.id).await?;
        let why = Why::StillOpen {
            not_since: now - TimeDelta::days(7),
        };
        reminded += write_to_guardians(tx, &request, &students, why, now).await?;
    }
    Ok(reminded)
}

/// Writes the receipt for an answer to whoever gave it.
pub(super) async fn write_receipt(
    tx: &Write,
    (school, to): (SchoolId, PersonId),
    (entry, title, is_yes): (ConsentEventId, String, bool),
    is_sharing: bool,
    now: Time,
) -> Result<(), DbErr> {
    let new = Outgoing {
        school,
        to: To::Person(to),
        mail: Mail::ConsentReceipt {
            title,
            answer: if is_yes { "yes" } else { "no" }.to_owned(),
            receipt: entry.to_string(),
            is_sharing,
        },
        cause: Some(entry.0),
        until: None,
    };
    queue(tx, new, now).await?;
    Ok(())
}

async fn zone_of(db: &impl ConnectionTrait, school: SchoolId) -> Result<Tz, DbErr> {
    let school = school::Entity::find_by_id(school).one(db).await?;
    Ok(school
        .and_then(|school| school.time_zone.parse().ok())
        .unwrap_or(chrono_tz::Europe::London))
}
