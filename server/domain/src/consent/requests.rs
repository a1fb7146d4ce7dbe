//! What a school asks once: a trip, an app, a photographer. It asks about the students
//! of a classroom, sees who has answered, writes paper answers in, and closes.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveTime, TimeDelta};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
};
use serde_json::json;
use vocab::classrooms::ClassroomRole;
use vocab::consent::{
    AgeBand, ConsentKind, ConsentPurpose, ConsentRequestPage, GivenBy, RequestAnswer, RequestLine,
    ValidAsk,
};
use vocab::ids::{ClassroomId, ConsentRequestId, PersonId, SchoolId};
use vocab::looks::LookKind;

use super::Error;
use super::authority::Speaker;
use super::ledger::{Entry, append};
use super::mail;
use super::said::{Said, entries, last_of};
use super::state::fold;
use crate::access::{AccessError, Permitted, relation_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::guard;
use crate::looks::Whose;
use crate::moments::{from_local, moment};
use crate::people::{display_name, names_of};
use crate::secrets::new_id;
use entity::{classroom, consent_event, consent_request, enrolment, person, sharing_request};

/// A list shows no more requests than this.
const MOST_LISTED: u64 = 100;

/// Asks about every student who has a place in the classroom now. Answers until the
/// end of the last day.
pub async fn ask(
    tx: &Write,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    new: &ValidAsk,
    now: Time,
) -> Result<ConsentRequestId, Error> {
    let answer_until = new.answer_by.map(|day| {
        from_local(
            (day + TimeDelta::days(1)).and_time(NaiveTime::MIN),
            actor.time_zone,
        )
    });
    if answer_until.is_some_and(|end| end <= now) {
        return Err(Error::Invalid(vec![vocab::form::FieldError {
            field: "answer_by".to_owned(),
            message: "This day has passed. Choose a later one".to_owned(),
        }]));
    }
    let question = Question {
        classroom: classroom.id,
        title: new.title.clone(),
        details: new.details.clone(),
        answer_until,
        is_sharing: false,
    };
    let id = ask_about(tx, (classroom.school(), classroom.actor()), question, now).await?;
    let after = json!({ "title": new.title, "classroom": classroom.id });
    record(tx, classroom, "consent.asked", id, after, now).await?;
    Ok(id)
}

/// What is asked about the students of a classroom.
pub(crate) struct Question {
    pub(crate) classroom: ClassroomId,
    pub(crate) title: String,
    pub(crate) details: String,
    pub(crate) answer_until: Option<Time>,
    /// Whether data may be given to somebody outside the school.
    pub(crate) is_sharing: bool,
}

/// Writes a question down, asks about every student who has a place in the classroom now,
/// and writes to whoever answers for them.
pub(crate) async fn ask_about(
    tx: &Write,
    (school, by): (SchoolId, PersonId),
    question: Question,
    now: Time,
) -> Result<ConsentRequestId, Error> {
    let id = ConsentRequestId(new_id());
    let request = consent_request::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        classroom_id: Set(question.classroom),
        title: Set(question.title),
        details: Set(question.details.clone()),
        answer_until: Set(question.answer_until),
        created_by: Set(by),
        created_at: Set(now),
        closed_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let asked: Vec<Entry> = students(tx, question.classroom)
        .await?
        .into_iter()
        .map(|(student, year_group)| Entry {
            subject: student,
            purpose: ConsentPurpose::SchoolRequest,
            request: Some(id),
            kind: ConsentKind::Requested,
            given_by: GivenBy::School,
            actor: by,
            age: AgeBand::of_year_group(year_group.as_deref()),
            valid_until: None,
            evidence: BTreeMap::from([("question", question.details.clone())]),
        })
        .collect();
    let students: Vec<(PersonId, AgeBand)> = asked
        .iter()
        .map(|entry| (entry.subject, entry.age))
        .collect();
    append(tx, school, asked, now).await?;
    let why = mail::Why::Asked {
        is_sharing: question.is_sharing,
    };
    mail::write_to_who_answers(tx, &request, &students, why, now).await?;
    Ok(id)
}

async fn students(
    tx: &Write,
    classroom: ClassroomId,
) -> Result<Vec<(PersonId, Option<String>)>, Error> {
    let to_person = enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into();
    Ok(enrolment::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::YearGroup)
        .join(JoinType::InnerJoin, to_person)
        .filter(enrolment::Column::ClassroomId.eq(classroom))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        // `Use::AskConsent`: it passes over whoever is restricted.
        .filter(person::Column::Id.not_in_subquery(guard::restricted()))
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(&**tx)
        .await?)
}

/// Reminds whoever has not answered, each at most once a day. Answers how many. What
/// the office asks to share is the office's to lead: it is not reminded of here.
pub async fn remind(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    id: ConsentRequestId,
    now: Time,
) -> Result<usize, Error> {
    let request = find_own(tx, classroom, id).await?;
    if request.closed_at.is_some() || request.answer_until.is_some_and(|end| end <= now) {
        return Err(Error::Closed);
    }
    let waiting = mail::waiting(&**tx, id, now).await?;
    let why = mail::Why::StillOpen {
        not_since: now - TimeDelta::days(1),
    };
    let reminded = mail::write_to_who_answers(tx, &request, &waiting, why, now).await?;
    let after = json!({ "reminded": reminded });
    record(tx, classroom, "consent.reminded", id, after, now).await?;
    Ok(reminded)
}

/// Takes no more answers; a no is still heard. Closing twice is no mistake. What the office
/// asks to share ends where the office asked it, so that question and proposal end together.
pub async fn close(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    id: ConsentRequestId,
    now: Time,
) -> Result<(), Error> {
    let request = find_own(tx, classroom, id).await?;
    if request.closed_at.is_some() {
        return Ok(());
    }
    consent_request::ActiveModel {
        id: Set(id),
        closed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, classroom, "consent.closed", id, json!({}), now).await
}

/// A request, and whether the office asks it, to share data.
struct Found {
    request: consent_request::Model,
    is_sharing: bool,
}

impl FromQueryResult for Found {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            request: consent_request::Model::from_query_result(row, prefix)?,
            is_sharing: row.try_get(prefix, "is_sharing")?,
        })
    }
}

async fn find(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
    id: ConsentRequestId,
) -> Result<Found, Error> {
    let proposal = Query::select()
        .expr(Expr::val(1))
        .from(sharing_request::Entity)
        .and_where(sharing_request::Column::RequestId.eq(id))
        .take();
    Ok(consent_request::Entity::find_by_id(id)
        .expr_as(Expr::exists(proposal), "is_sharing")
        .filter(consent_request::Column::SchoolId.eq(classroom.school()))
        .filter(consent_request::Column::ClassroomId.eq(classroom.id))
        .into_model::<Found>()
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?)
}

/// A request that the classroom leads: what the office asks is the office's to end.
async fn find_own(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    id: ConsentRequestId,
) -> Result<consent_request::Model, Error> {
    let found = find(&**tx, classroom, id).await?;
    if found.is_sharing {
        return Err(Error::OfTheOffice);
    }
    Ok(found.request)
}

/// A request with every student's answer.
pub async fn request_page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    id: ConsentRequestId,
    now: Time,
) -> Result<ConsentRequestPage, Error> {
    let Found {
        request,
        is_sharing,
    } = find(db, classroom, id).await?;
    let room = Whose::Classroom(classroom.id);
    let relation = relation_of(classroom.standing());
    actor.saw_list(room, LookKind::Consents, relation);
    let all = entries()
        .filter(consent_event::Column::RequestId.eq(id))
        .order_by_asc(consent_event::Column::Seq)
        .into_model::<Said>()
        .all(db)
        .await?;
    let answerers = names_of(db, all.iter().filter_map(|said| said.entry.actor_id)).await?;
    let mut by_student: HashMap<PersonId, Vec<Said>> = HashMap::new();
    for said in all {
        let student = said.entry.subject_id;
        by_student.entry(student).or_default().push(said);
    }
    let students = person::Entity::find()
        .filter(person::Column::Id.is_in(by_student.keys().copied()))
        // `Use::AskConsent`: nobody's answer is read while they are restricted.
        .filter(person::Column::Id.not_in_subquery(guard::restricted()))
        .order_by_asc(person::Column::SortName)
        .all(db)
        .await?;
    let answers = students
        .into_iter()
        .map(|student| {
            let entries = by_student.remove(&student.id).unwrap_or_default();
            let age = AgeBand::of_year_group(student.year_group.as_deref());
            let last = entries
                .iter()
                .rev()
                .map(|said| &said.entry)
                .find(|entry| entry.kind != ConsentKind::Requested);
            let signed_by = Speaker::of(GivenBy::Paper, age, None);
            let on_paper = last_of(&entries, signed_by)
                .filter(|said| said.entry.given_by == GivenBy::Paper)
                .map(Said::answered);
            RequestAnswer {
                student: student.id,
                name: display_name(&student.given_name, &student.family_name),
                state: fold(
                    ConsentPurpose::SchoolRequest,
                    age,
                    entries.iter().map(Said::answered),
                    now,
                ),
                answered: last.map(|entry| {
                    let who = match (entry.given_by, entry.actor_id) {
                        (GivenBy::Paper, _) => "On paper".to_owned(),
                        (_, Some(id)) => answerers.get(&id).cloned().unwrap_or_default(),
                        (_, None) => String::new(),
                    };
                    let who = entry.kind.said_by(&who);
                    (who, moment(entry.at, actor.time_zone, now))
                }),
                answers_alone: age.answers_alone(),
                has_no_on_paper: on_paper.is_some_and(|said| said.is_no()),
            }
        })
        .collect();
    let is_over = request.closed_at.is_some() || request.answer_until.is_some_and(|end| end <= now);
    Ok(ConsentRequestPage {
        id,
        classroom: classroom.id,
        classroom_name: classroom.name.clone(),
        title: request.title,
        details: request.details,
        asked: moment(request.created_at, actor.time_zone, now),
        answer_by: request
            .answer_until
            .map(|end| moment(end - TimeDelta::minutes(1), actor.time_zone, now).words),
        is_closed: is_over,
        is_sharing,
        answers,
    })
}

/// The requests of a classroom, newest first, with how many have answered.
pub async fn list_requests(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<Vec<RequestLine>, Error> {
    let requests = consent_request::Entity::find()
        .filter(consent_request::Column::SchoolId.eq(classroom.school()))
        .filter(consent_request::Column::ClassroomId.eq(classroom.id))
        .order_by_desc(consent_request::Column::CreatedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let subjects =
        || Expr::col((consent_event::Entity, consent_event::Column::SubjectId)).count_distinct();
    let counts = async |is_answer: bool| {
        let kind = consent_event::Column::Kind;
        let rows: Vec<(ConsentRequestId, i64)> = consent_event::Entity::find()
            .select_only()
            .column(consent_event::Column::RequestId)
            .expr(subjects())
            .filter(
                consent_event::Column::RequestId.is_in(requests.iter().map(|request| request.id)),
            )
            .filter(if is_answer {
                kind.ne(ConsentKind::Requested)
            } else {
                kind.eq(ConsentKind::Requested)
            })
            .group_by(consent_event::Column::RequestId)
            .into_tuple()
            .all(db)
            .await?;
        Ok::<HashMap<_, _>, Error>(rows.into_iter().collect())
    };
    let (asked, answered) = (counts(false).await?, counts(true).await?);
    let of = |counts: &HashMap<ConsentRequestId, i64>, id| {
        counts.get(&id).copied().unwrap_or(0).unsigned_abs()
    };
    Ok(requests
        .iter()
        .map(|request| RequestLine {
            id: request.id,
            title: request.title.clone(),
            asked: moment(request.created_at, actor.time_zone, now),
            students: of(&asked, request.id),
            answered: of(&answered, request.id),
        })
        .collect())
}

async fn record(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    kind: &'static str,
    id: ConsentRequestId,
    after: serde_json::Value,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: classroom.school(),
        actor: Some(classroom.actor()),
        kind,
        subject: id.0,
        before: None,
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
