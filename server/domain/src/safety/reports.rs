//! Reports: anybody who is signed in says what hurt or worried them. Who has the duty of
//! safeguarding leads them; where nobody has it, the data protection lead and the admins
//! do, so that no report lies unread. Who wrote one sees how far it is, and nobody else.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::ids::{PersonId, ReportId, SchoolId};
use vocab::people::Role;
use vocab::safety::{Duty, ReportLine, ReportState, ValidReport};

use super::{Error, holds};
use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::events::{self, Event};
use crate::keys::{Owner, Place, text};
use crate::moments::moment;
use crate::people::names_of;
use crate::secrets::new_id;
use entity::abuse_report;

/// A list shows no more than this.
const MOST_LISTED: u64 = 200;
/// Reports that one person writes in a day.
const MOST_A_DAY: u64 = 20;

/// Writes a report down. It is there for who leads it in the same moment.
pub async fn file(
    tx: &Write,
    actor: &Actor,
    new: ValidReport,
    now: Time,
) -> Result<ReportId, Error> {
    if actor.is(Role::Operator) {
        return Err(AccessError::NotFound.into());
    }
    let today = abuse_report::Entity::find()
        .filter(abuse_report::Column::ReporterId.eq(actor.person))
        .filter(abuse_report::Column::ReceivedAt.gt(now - TimeDelta::days(1)))
        .count(&**tx)
        .await?;
    if today >= MOST_A_DAY {
        return Err(Error::TooMany);
    }
    let id = ReportId(new_id());
    let at = |column| place(actor.school, column, id);
    let words = text::seal(&**tx, actor.person, &at("words"), &new.words).await?;
    let where_it_was = text::seal(&**tx, actor.person, &at("place"), &new.place).await?;
    let row = abuse_report::Model {
        id,
        school_id: actor.school,
        reporter_id: Some(actor.person),
        kind: new.kind,
        words,
        place: where_it_was,
        state: ReportState::Received,
        answer: None,
        received_at: now,
        led_by: None,
        closed_at: None,
    };
    abuse_report::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    let (school, state) = (actor.school, ReportState::Received);
    record(tx, school, Some(actor.person), id, state, now).await?;
    Ok(id)
}

/// What the actor has reported, newest first.
pub async fn mine(db: &impl Keyed, actor: &Actor, now: Time) -> Result<Vec<ReportLine>, DbErr> {
    let mut rows = abuse_report::Entity::find()
        .filter(abuse_report::Column::SchoolId.eq(actor.school))
        .filter(abuse_report::Column::ReporterId.eq(actor.person))
        .order_by_desc(abuse_report::Column::ReceivedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    open(db, &mut rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| line(row, None, actor, now))
        .collect())
}

/// Every report of the school, those that are open first, for who leads them. Two queries.
pub async fn reports(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<ReportLine>, DbErr> {
    let mut rows = abuse_report::Entity::find()
        .filter(abuse_report::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(abuse_report::Column::ClosedAt.is_not_null())
        .order_by_desc(abuse_report::Column::ReceivedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    open(db, &mut rows).await?;
    let names = names_of(db, rows.iter().filter_map(|row| row.reporter_id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let who = row.reporter_id.and_then(|id| names.get(&id).cloned());
            let who = who.unwrap_or_else(|| "Somebody who has left".to_owned());
            line(row, Some(who), actor, now)
        })
        .collect())
}

/// What the actor reads beside their own: how many reports are open, where they lead
/// them; and whether they read the security log. Nothing is asked for who is no staff.
pub async fn to_read(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<(Option<u64>, bool), AccessError> {
    if !actor.roles.is_staff() {
        return Ok((None, false));
    }
    let open = match access::reports(db, actor).await {
        Ok(door) => Some(open_reports(db, door.school()).await?),
        Err(AccessError::Database(error)) => return Err(error.into()),
        Err(_) => None,
    };
    let reads_log = holds(db, actor.school, actor.person, Duty::Security).await?;
    Ok((open, reads_log))
}

/// How many reports of a school are open.
pub async fn open_reports(db: &impl ConnectionTrait, school: SchoolId) -> Result<u64, DbErr> {
    abuse_report::Entity::find()
        .filter(abuse_report::Column::SchoolId.eq(school))
        .filter(abuse_report::Column::ClosedAt.is_null())
        .count(db)
        .await
}

/// Where a text of a report stands. It is sealed with the key of who wrote the report.
fn place(school: SchoolId, column: &str, id: ReportId) -> Place<'_> {
    Place {
        school,
        table: "abuse_report",
        column,
        row: id.0,
    }
}

/// Opens what is written in these reports.
async fn open(db: &impl Keyed, rows: &mut [abuse_report::Model]) -> Result<(), DbErr> {
    let texts = rows
        .iter()
        .flat_map(|row| [Some(&row.words), Some(&row.place), row.answer.as_ref()]);
    let texts = texts.flatten().map(String::as_str);
    let ring = db.keys().to_open(texts).await?;
    for row in rows {
        let (school, id) = (row.school_id, row.id);
        let open = |column, text: &str| ring.open(&place(school, column, id), text).words();
        row.words = open("words", &row.words);
        row.place = open("place", &row.place);
        row.answer = row.answer.as_deref().map(|text| open("answer", text));
    }
    Ok(())
}

fn line(
    row: abuse_report::Model,
    reporter: Option<String>,
    actor: &Actor,
    now: Time,
) -> ReportLine {
    ReportLine {
        id: row.id,
        kind: row.kind,
        state: row.state,
        at: moment(row.received_at, actor.time_zone, now),
        words: row.words,
        place: row.place,
        reporter,
        answer: row.answer,
    }
}

/// Says that it is looked into, or closes it with words for who wrote it.
pub async fn step(
    tx: &Write,
    permitted: &Permitted<()>,
    id: ReportId,
    answer: Option<&str>,
    now: Time,
) -> Result<(), Error> {
    let row = abuse_report::Entity::find_by_id(id)
        .filter(abuse_report::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    let answer = answer.map(str::trim);
    let state = match answer {
        _ if row.closed_at.is_some() => return Err(Error::NothingToDo),
        None if row.state == ReportState::LookedInto => return Err(Error::NothingToDo),
        None => ReportState::LookedInto,
        Some("") => return Err(Error::NoAnswer),
        Some(_) => ReportState::Closed,
    };
    let sealed = match answer {
        None => None,
        Some(words) => {
            let owner = Owner::first([row.reporter_id], row.school_id);
            let at = place(row.school_id, "answer", id);
            Some(text::seal(&**tx, owner, &at, words).await?)
        }
    };
    abuse_report::ActiveModel {
        id: Set(id),
        state: Set(state),
        answer: Set(sealed),
        led_by: Set(permitted.actor()),
        closed_at: Set((state == ReportState::Closed).then_some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(record(tx, permitted.school(), permitted.actor(), id, state, now).await?)
}

async fn record(
    tx: &Write,
    school: SchoolId,
    actor: Option<PersonId>,
    id: ReportId,
    state: ReportState,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school,
        actor,
        kind: "report.changed",
        subject: id.0,
        before: None,
        after: Some(json!({ "state": state })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
