//! The office's pages: the register, every proposal, and what a file made now would hold.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use vocab::consent::ConsentState;
use vocab::ids::{ClassroomId, DisclosureId, SharingId};
use vocab::looks::{LookKind, LookVia};
use vocab::sharing::{
    RecipientLine, ShareAnswer, ShareColumn, SharingLine, SharingOffice, SharingPage,
};

use super::{Error, asked, find, is_over, value, who_said_yes};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::looks::Whose;
use crate::moments::{day_in, moment};
use crate::people::display_name;
use entity::{classroom, consent_request, disclosure, recipient, shared_entry, sharing_request};

/// A page shows no more proposals than this.
const MOST_LISTED: u64 = 100;

/// The school's page about sharing. Three queries, whatever its length.
pub async fn office(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<SharingOffice, DbErr> {
    let school = permitted.school();
    let all = recipient::Entity::find()
        .filter(recipient::Column::SchoolId.eq(school))
        .order_by_asc(recipient::Column::Name)
        .all(db)
        .await?;
    let classrooms: Vec<(ClassroomId, String)> = classroom::Entity::find()
        .select_only()
        .columns([classroom::Column::Id, classroom::Column::Name])
        .filter(classroom::Column::SchoolId.eq(school))
        .filter(classroom::Column::ArchivedAt.is_null())
        .order_by_asc(classroom::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    let to_request = sharing_request::Entity::belongs_to(consent_request::Entity)
        .from(sharing_request::Column::RequestId)
        .to(consent_request::Column::Id)
        .into();
    let to_classroom = consent_request::Entity::belongs_to(classroom::Entity)
        .from(consent_request::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let rows: Vec<Row> = sharing_request::Entity::find()
        .select_only()
        .columns([
            sharing_request::Column::Id,
            sharing_request::Column::RecipientId,
            sharing_request::Column::Purpose,
            sharing_request::Column::Columns,
            sharing_request::Column::UntilAt,
            sharing_request::Column::EndedAt,
        ])
        .column_as(classroom::Column::Name, "classroom")
        .join(JoinType::InnerJoin, to_request)
        .join(JoinType::InnerJoin, to_classroom)
        .filter(sharing_request::Column::SchoolId.eq(school))
        .order_by_desc(consent_request::Column::CreatedAt)
        .limit(MOST_LISTED)
        .into_model()
        .all(db)
        .await?;
    let by_id: BTreeMap<_, _> = all.iter().map(|found| (found.id, found)).collect();
    let lines = rows
        .into_iter()
        .map(|row| {
            let to = by_id.get(&row.recipient_id);
            SharingLine {
                id: row.id,
                recipient: to.map(|to| to.name.clone()).unwrap_or_default(),
                purpose: row.purpose,
                classroom: row.classroom,
                columns: ShareColumn::split(&row.columns),
                until: last_day(row.until_at, actor.time_zone),
                is_over: row.ended_at.is_some()
                    || row.until_at <= now
                    || to.is_none_or(|to| to.ended_at.is_some()),
            }
        })
        .collect();
    Ok(SharingOffice {
        recipients: all
            .into_iter()
            .filter(|found| found.ended_at.is_none())
            .map(told)
            .collect(),
        classrooms,
        lines,
    })
}

#[derive(sea_orm::FromQueryResult)]
struct Row {
    id: SharingId,
    recipient_id: vocab::ids::RecipientId,
    purpose: String,
    columns: String,
    until_at: Time,
    ended_at: Option<Time>,
    classroom: String,
}

/// The end of the last day, as that day in the school's own calendar.
pub(super) fn last_day(until: Time, zone: Tz) -> String {
    day_in(until - TimeDelta::minutes(1), zone)
}

pub(super) fn told(found: recipient::Model) -> RecipientLine {
    RecipientLine {
        id: found.id,
        name: found.name,
        does: found.does,
        country: found.country,
        allowed_by: found.allowed_by,
        policy_url: found.policy_url,
    }
}

/// One proposal with every answer, and the rows that a file made now would hold. Five
/// queries.
pub async fn page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    id: SharingId,
    now: Time,
) -> Result<SharingPage, Error> {
    let (sharing, recipient) = find(db, permitted, id).await?;
    let columns = ShareColumn::split(&sharing.columns);
    let everybody = asked(db, sharing.request_id, now).await?;
    for asked in &everybody {
        let (whose, kind) = (Whose::Person(asked.person.id), LookKind::Consents);
        actor.saw_by(whose, kind, actor.office_relation(), LookVia::List);
    }
    let is_over = is_over(&sharing, &recipient, now);
    let would_hold = if is_over {
        Vec::new()
    } else {
        who_said_yes(&everybody)
            .map(|person| {
                columns
                    .iter()
                    .map(|column| value(person, *column))
                    .collect()
            })
            .collect()
    };
    Ok(SharingPage {
        line: SharingLine {
            id,
            recipient: recipient.name,
            purpose: sharing.purpose,
            classroom: String::new(),
            columns,
            until: last_day(sharing.until_at, actor.time_zone),
            is_over,
        },
        answers: everybody
            .iter()
            .map(|asked| {
                let person = &asked.person;
                let is_yes = asked.state == ConsentState::Given;
                ShareAnswer {
                    name: display_name(&person.given_name, &person.family_name),
                    state: asked.state,
                    withheld: asked.withheld.filter(|_| is_yes && !is_over),
                }
            })
            .collect(),
        would_hold,
        files: files(db, actor, id, now).await?,
    })
}

/// The files that were made of a proposal, newest first. One query.
async fn files(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: SharingId,
    now: Time,
) -> Result<Vec<(String, vocab::moment::Moment, u64)>, DbErr> {
    let to_disclosure = shared_entry::Entity::belongs_to(disclosure::Entity)
        .from(shared_entry::Column::DisclosureId)
        .to(disclosure::Column::Id)
        .into();
    let rows: Vec<(DisclosureId, String, Time, i64)> = shared_entry::Entity::find()
        .select_only()
        .column(disclosure::Column::Id)
        .column(disclosure::Column::Reference)
        .column(shared_entry::Column::At)
        .column_as(shared_entry::Column::Id.count(), "people")
        .join(JoinType::InnerJoin, to_disclosure)
        .filter(shared_entry::Column::SharingId.eq(id))
        .group_by(disclosure::Column::Id)
        .group_by(disclosure::Column::Reference)
        .group_by(shared_entry::Column::At)
        .order_by_desc(shared_entry::Column::At)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(_, reference, at, people)| {
            let at = moment(at, actor.time_zone, now);
            (reference, at, people.unsigned_abs())
        })
        .collect())
}
