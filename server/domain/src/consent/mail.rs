//! The mails around consent: the question to whoever answers it (guardians, or a student
//! of 16 or older), its reminders, the receipt for an answer, and the word to guardians
//! where a student answered themselves. They name no student.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::TimeDelta;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::consent::{AgeBand, ConsentPurpose, ConsentState};
use vocab::ids::{ConsentEventId, ConsentRequestId, PersonId, SchoolId};
use vocab::mail::MailTemplate;

use super::said::{Said, entries};
use super::state::{Answered, fold};
use crate::clock::Time;
use crate::db::Write;
use crate::guard;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::moment;
use crate::schools::{leaving, zone_of};
use crate::sharing;
use entity::{consent_event, consent_request, guardianship, outbox_mail, person};

/// People are reminded by themselves so long before the last day, once.
const BEFORE_THE_END: TimeDelta = TimeDelta::days(2);

/// Why people are written to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    /// The school asks.
    Asked {
        /// Whether data may be given to somebody outside it.
        is_sharing: bool,
    },
    /// They have not answered. Who was reminded since then is left in peace, and nobody is
    /// reminded once the school has left: they are not let in any more.
    StillOpen {
        /// Since when.
        not_since: Time,
    },
}

/// Writes to everybody who answers for one of the students, once to each. Answers how
/// many.
pub(super) async fn write_to_who_answers(
    tx: &Write,
    request: &consent_request::Model,
    students: &[(PersonId, AgeBand)],
    why: Why,
    now: Time,
) -> Result<usize, DbErr> {
    let mut people = who_answers(&**tx, request.school_id, students).await?;
    if let Why::StillOpen { not_since } = why {
        let school = request.school_id;
        if leaving::left_at(&**tx, school, now).await?.is_some() {
            return Ok(0);
        }
        let reminded = reminded_since(&**tx, request.id, not_since).await?;
        people.retain(|person, _| !reminded.contains(person));
    }
    let zone = zone_of(&**tx, request.school_id).await?;
    let answer_by = request
        .answer_until
        .map(|end| moment(end - TimeDelta::minutes(1), zone, now).words);
    let is_sharing = match why {
        Why::Asked { is_sharing } => is_sharing,
        Why::StillOpen { .. } => sharing::lasts_until(&**tx, request.id).await?.is_some(),
    };
    for (person, is_own) in &people {
        let (title, answer_by, is_own) = (request.title.clone(), answer_by.clone(), *is_own);
        let mail = match why {
            Why::Asked { .. } => Mail::ConsentAsked {
                title,
                answer_by,
                is_sharing,
                is_own,
            },
            Why::StillOpen { .. } => Mail::ConsentReminder {
                title,
                answer_by,
                is_sharing,
                is_own,
            },
        };
        let new = Outgoing {
            school: request.school_id,
            to: To::Person(*person),
            mail,
            cause: Some(request.id.0),
            until: request.answer_until,
        };
        queue(tx, new, now).await?;
    }
    Ok(people.len())
}

/// Who answers for these students, and whether it is about themselves: from 16 on they
/// answer alone, before that their guardians do.
async fn who_answers(
    db: &impl ConnectionTrait,
    school: SchoolId,
    students: &[(PersonId, AgeBand)],
) -> Result<BTreeMap<PersonId, bool>, DbErr> {
    let of_age = |wanted: bool| {
        students
            .iter()
            .filter(move |(_, age)| (*age == AgeBand::From16) == wanted)
            .map(|(student, _)| *student)
    };
    let of_guardians: Vec<PersonId> = of_age(false).collect();
    let guardians = guardians_of(db, school, &of_guardians).await?;
    let themselves: Vec<PersonId> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.is_in(of_age(true)))
        .filter(person::Column::EndedAt.is_null())
        // `Use::AskConsent`: nobody is reminded who is restricted.
        .filter(person::Column::Id.not_in_subquery(guard::restricted()))
        .into_tuple()
        .all(db)
        .await?;
    let guardians = guardians.into_iter().map(|guardian| (guardian, false));
    let themselves = themselves.into_iter().map(|student| (student, true));
    Ok(guardians.chain(themselves).collect())
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
        .take();
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

/// Students about whom the school has asked and nobody has answered, with their age of now:
/// it says whose answers count, as on the page of the request. The yes of a former guardian is
/// no answer any more, and who took their no back has not answered. Two queries.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    request: ConsentRequestId,
    now: Time,
) -> Result<Vec<(PersonId, AgeBand)>, DbErr> {
    let mut all = entries()
        .filter(consent_event::Column::RequestId.eq(request))
        .into_model::<Said>()
        .all(db)
        .await?;
    all.sort_by_key(|said| said.entry.seq);
    let mut by_student: BTreeMap<PersonId, Vec<Answered>> = BTreeMap::new();
    for said in &all {
        let answers = by_student.entry(said.entry.subject_id).or_default();
        answers.push(said.answered());
    }
    let students: Vec<(PersonId, Option<String>)> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::YearGroup])
        .filter(person::Column::Id.is_in(by_student.keys().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let waits = |(student, year_group): (PersonId, Option<String>)| {
        let age = AgeBand::of_year_group(year_group.as_deref());
        let answers = by_student.remove(&student)?;
        let stands = fold(ConsentPurpose::SchoolRequest, age, answers, now);
        (stands == ConsentState::Waiting).then_some((student, age))
    };
    Ok(students.into_iter().filter_map(waits).collect())
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
        let students = waiting(&**tx, request.id, now).await?;
        let why = Why::StillOpen {
            not_since: now - TimeDelta::days(7),
        };
        reminded += write_to_who_answers(tx, &request, &students, why, now).await?;
    }
    Ok(reminded)
}

/// Tells whoever looks after a student that the student said yes themselves.
pub(super) async fn inform_guardians(
    tx: &Write,
    (school, student): (SchoolId, PersonId),
    (entry, title): (ConsentEventId, String),
    now: Time,
) -> Result<(), DbErr> {
    for guardian in guardians_of(&**tx, school, &[student]).await? {
        let new = Outgoing {
            school,
            to: To::Person(guardian),
            mail: Mail::ConsentReceipt {
                title: title.clone(),
                answer: "yes".to_owned(),
                receipt: entry.to_string(),
                is_sharing: false,
                is_of_child: true,
            },
            cause: Some(entry.0),
            until: None,
        };
        queue(tx, new, now).await?;
    }
    Ok(())
}

/// Writes the receipt for an answer to whoever gave it.
pub(super) async fn write_receipt(
    tx: &Write,
    (school, to): (SchoolId, PersonId),
    (entry, title, answer): (ConsentEventId, String, &str),
    is_sharing: bool,
    now: Time,
) -> Result<(), DbErr> {
    let new = Outgoing {
        school,
        to: To::Person(to),
        mail: Mail::ConsentReceipt {
            title,
            answer: answer.to_owned(),
            receipt: entry.to_string(),
            is_sharing,
            is_of_child: false,
        },
        cause: Some(entry.0),
        until: None,
    };
    queue(tx, new, now).await?;
    Ok(())
}
