//! A school stops using the platform. One person of the school asks for it and a second
//! confirms it, or whoever runs the platform ends it thirty days ahead. Everybody is told
//! on every page until the last day is over. From then on only admins and the data
//! protection lead can sign in; a month later everything is deleted but what proves what
//! was done, and after six years that as well (`retention::left`). What is held or restricted
//! stays until somebody of the school has ended that (`in_the_way`), and so do they. Until
//! the month is over it can be called off, and the school takes a copy of all that is its own
//! (`export::archive_of_school`).

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use datamap::{Period, Retention};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, QueryFilter, SqlErr,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{LeavingId, SchoolId};
use vocab::leaving::{LeavingAsker, LeavingPage, LeavingStage, ValidLeaving};
use vocab::people::Role;

use super::{Error, stands_in_the_way, zone_of};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::{day_in, from_local};
use crate::people::names_of;
use crate::retention::later;
use crate::secrets::new_id;
use entity::{account, person_role, school, school_leaving};

/// How many days ahead somebody of the school asks for it at the least.
const NOTICE_OF_SCHOOL: u64 = 7;
/// How many days ahead whoever runs the platform ends it at the least.
const NOTICE_OF_OPERATOR: u64 = 30;
/// How many days ahead at the most.
const FURTHEST: u64 = 730;
/// Who settles what is left to do after the last day: they alone can sign in then.
pub(super) const SETTLE: [Role; 2] = [Role::SchoolAdmin, Role::DataProtectionLead];
/// Instead of a name, where nobody of the school asked.
const THE_OPERATOR: &str = "whoever runs the platform";

/// Rows that are not called off.
fn is_open() -> Condition {
    Condition::all().add(school_leaving::Column::CalledOffAt.is_null())
}

fn is_settled() -> Condition {
    is_open().add(school_leaving::Column::ConfirmedAt.is_not_null())
}

/// When the school of a session leaves, as one value of another query; nothing where it
/// stays.
pub(crate) fn leaves_at(school: Expr) -> SelectStatement {
    Query::select()
        .column(school_leaving::Column::LeavesAt)
        .from(school_leaving::Entity)
        .cond_where(
            is_settled().add(
                Expr::col((school_leaving::Entity, school_leaving::Column::SchoolId)).eq(school),
            ),
        )
        .limit(1)
        .take()
}

/// Of an account joined to its roles: its school is here, or the role is one of those that
/// settle what is left to do.
pub(crate) fn is_let_in(now: Time) -> Condition {
    Condition::any()
        .add(person_role::Column::Role.is_in(SETTLE))
        .add(account::Column::SchoolId.not_in_subquery(gone(now)))
}

/// The schools that have left, for another query.
pub(crate) fn gone(now: Time) -> SelectStatement {
    Query::select()
        .column(school_leaving::Column::SchoolId)
        .from(school_leaving::Entity)
        .cond_where(is_settled().add(school_leaving::Column::LeavesAt.lte(now)))
        .take()
}

/// Whether the school with this code has left.
pub(crate) async fn has_left(
    db: &impl ConnectionTrait,
    code: &str,
    now: Time,
) -> Result<bool, DbErr> {
    let of_code = Query::select()
        .column(school::Column::Id)
        .from(school::Entity)
        .and_where(school::Column::Code.eq(code))
        .take();
    let left = school_leaving::Entity::find()
        .filter(is_settled())
        .filter(school_leaving::Column::LeavesAt.lte(now))
        .filter(school_leaving::Column::SchoolId.in_subquery(of_code))
        .one(db)
        .await?;
    Ok(left.is_some())
}

/// Since when a school has left; none where it is here.
pub(crate) async fn left_at(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Option<Time>, DbErr> {
    let left = school_leaving::Entity::find()
        .filter(is_settled())
        .filter(school_leaving::Column::SchoolId.eq(school))
        .filter(school_leaving::Column::LeavesAt.lte(now))
        .one(db)
        .await?;
    Ok(left.map(|row| row.leaves_at))
}

/// Whether nobody of a school is left who reads what is sent to it: it has left, the month
/// after its last day is over, and nothing stands in the way of deleting it. Four queries at
/// most, and one where it is here.
pub(crate) async fn is_deserted(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<bool, DbErr> {
    match left_at(db, school, now).await? {
        Some(left) if deleted_at(left) <= now => {
            Ok(stands_in_the_way(db, school).await?.is_nothing())
        }
        _ => Ok(false),
    }
}

/// Whether a school can take its copy: its leaving is settled, and not everything is
/// deleted yet.
pub(crate) async fn has_copy(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<bool, DbErr> {
    let open = open(db, school).await?;
    Ok(open.is_some_and(|row| can_be_copied(&row, now)))
}

fn can_be_copied(row: &school_leaving::Model, now: Time) -> bool {
    row.confirmed_at.is_some() && now < deleted_at(row.leaves_at)
}

/// How long what a rule names stays after a school has left. No school can change it.
fn period(retention: Retention) -> Period {
    retention
        .rules()
        .first()
        .map_or(Period::Months(1), |rule| rule.period)
}

/// When everything of a school is deleted that left then, but for its evidence.
pub(crate) fn deleted_at(left: Time) -> Time {
    later(left, period(Retention::Material))
}

/// When the evidence of a school is deleted that left then.
pub(crate) fn evidence_ends_at(left: Time) -> Time {
    later(left, period(Retention::Evidence))
}

/// The first moment after a day, by the school's clocks.
fn end_of(day: NaiveDate, zone: Tz) -> Time {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    from_local(next.and_time(NaiveTime::MIN), zone)
}

/// The last day of a school that leaves then.
pub fn last_day(leaves_at: Time, zone: Tz) -> String {
    day_in(leaves_at - TimeDelta::seconds(1), zone)
}

/// The days that can be chosen, from the first to the last.
fn choosable(notice: u64, zone: Tz, now: Time) -> (NaiveDate, NaiveDate) {
    let today = now.with_timezone(&zone).date_naive();
    let ahead = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    (ahead(notice), ahead(FURTHEST))
}

/// The page about it. Five queries.
pub async fn page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<LeavingPage, Error> {
    let zone = actor.time_zone;
    let (earliest, latest) = choosable(NOTICE_OF_SCHOOL, zone, now);
    let open = open(db, permitted.school()).await?;
    let names = names_of(db, open.iter().filter_map(|row| row.asked_by)).await?;
    let stands = stands_in_the_way(db, permitted.school()).await?;
    let by = |row: &school_leaving::Model| {
        row.asked_by
            .and_then(|id| names.get(&id).cloned())
            .unwrap_or_else(|| THE_OPERATOR.to_owned())
    };
    let day = |at: fn(Time) -> Time| {
        open.as_ref()
            .map(|row| day_in(at(row.leaves_at), zone))
            .unwrap_or_default()
    };
    Ok(LeavingPage {
        stage: open
            .as_ref()
            .map_or(LeavingStage::Stays, |row| stage(row, now)),
        leaving: open.as_ref().map(|row| row.id),
        last_day: open
            .as_ref()
            .map(|row| last_day(row.leaves_at, zone))
            .unwrap_or_default(),
        deleted_on: day(deleted_at),
        evidence_until: day(evidence_ends_at),
        asked_by: open.as_ref().map(by).unwrap_or_default(),
        asker: match open.as_ref() {
            Some(row) if row.asked_by.is_none() => LeavingAsker::Operator,
            Some(row) if row.asked_by != permitted.actor() => LeavingAsker::Colleague,
            _ => LeavingAsker::Reader,
        },
        has_copy: open.as_ref().is_some_and(|row| can_be_copied(row, now)),
        is_due: open
            .as_ref()
            .is_some_and(|row| row.confirmed_at.is_some() && deleted_at(row.leaves_at) <= now),
        in_the_way: stands.counted(),
        earliest: earliest.to_string(),
        latest: latest.to_string(),
    })
}

fn stage(row: &school_leaving::Model, now: Time) -> LeavingStage {
    match row.confirmed_at {
        None => LeavingStage::Asked,
        Some(_) if row.leaves_at <= now => LeavingStage::Left,
        Some(_) => LeavingStage::Confirmed,
    }
}

async fn open(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<school_leaving::Model>, DbErr> {
    school_leaving::Entity::find()
        .filter(is_open())
        .filter(school_leaving::Column::SchoolId.eq(school))
        .one(db)
        .await
}

/// Asks that the school stops using the platform after a day. Nothing happens before a
/// second person confirms it.
pub async fn ask(
    tx: &Write,
    permitted: &Permitted<()>,
    new: &ValidLeaving,
    now: Time,
) -> Result<LeavingId, Error> {
    require_code(tx, permitted, &new.code).await?;
    insert(tx, permitted, (new.last_day, NOTICE_OF_SCHOOL), now).await
}

/// Whoever runs the platform ends a school's use, without anybody of the school. Where
/// everything is deleted, or due to be, no other day can be chosen: its accounts would open
/// again.
pub async fn end_by_operator(
    tx: &Write,
    permitted: &Permitted<()>,
    last_day: NaiveDate,
    now: Time,
) -> Result<(), Error> {
    // What the school itself asked for gives way.
    if let Some(open) = open(&**tx, permitted.school()).await? {
        require_time(&open, now)?;
        withdraw(tx, permitted, open.id, now).await?;
    }
    let id = insert(tx, permitted, (last_day, NOTICE_OF_OPERATOR), now).await?;
    settle(tx, permitted, id, now).await
}

async fn require_code(tx: &Write, permitted: &Permitted<()>, code: &str) -> Result<(), Error> {
    let school = school::Entity::find_by_id(permitted.school())
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if school.code == code {
        return Ok(());
    }
    Err(Error::Invalid(vec![FieldError {
        field: "code".to_owned(),
        message: "This is not your school's code".to_owned(),
    }]))
}

async fn insert(
    tx: &Write,
    permitted: &Permitted<()>,
    (day, notice): (NaiveDate, u64),
    now: Time,
) -> Result<LeavingId, Error> {
    let school = permitted.school();
    let zone = zone_of(&**tx, school).await?;
    let (earliest, latest) = choosable(notice, zone, now);
    if day < earliest || day > latest {
        return Err(Error::Invalid(vec![FieldError {
            field: "last_day".to_owned(),
            message: format!("Choose a day from {earliest} to {latest}"),
        }]));
    }
    let id = LeavingId(new_id());
    school_leaving::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        leaves_at: Set(end_of(day, zone)),
        asked_by: Set(permitted.actor()),
        asked_at: Set(now),
        confirmed_by: Set(None),
        confirmed_at: Set(None),
        called_off_by: Set(None),
        called_off_at: Set(None),
    }
    .insert(&**tx)
    .await
    .map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::LeavesAlready,
        _ => Error::Database(error),
    })?;
    record(tx, permitted, (id, "school.leaving_asked"), Some(day), now).await?;
    Ok(id)
}

/// A second person says that it is meant.
pub async fn confirm(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LeavingId,
    now: Time,
) -> Result<(), Error> {
    let row = named(tx, permitted, id).await?;
    if row.confirmed_at.is_some() || row.leaves_at <= now {
        return Err(Error::LeavingChanged);
    }
    if row.asked_by == permitted.actor() {
        return Err(Error::SecondPerson);
    }
    // Everybody is told from now on, and has the days that whoever asked had.
    let zone = zone_of(&**tx, permitted.school()).await?;
    let (earliest, _) = choosable(NOTICE_OF_SCHOOL, zone, now);
    if row.leaves_at < end_of(earliest, zone) {
        return Err(Error::LeavingTooSoon);
    }
    settle(tx, permitted, id, now).await
}

async fn settle(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LeavingId,
    now: Time,
) -> Result<(), Error> {
    school_leaving::ActiveModel {
        id: Set(id),
        confirmed_by: Set(permitted.actor()),
        confirmed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, permitted, (id, "school.leaving_confirmed"), None, now).await?;
    Ok(())
}

/// The school stays after all: until everything is deleted, a month after the last day.
/// What whoever runs the platform has ended, they alone call off.
pub async fn call_off(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LeavingId,
    now: Time,
) -> Result<(), Error> {
    let row = named(tx, permitted, id).await?;
    require_time(&row, now)?;
    if row.asked_by.is_none() && permitted.actor().is_some() {
        return Err(Error::EndedByOperator);
    }
    withdraw(tx, permitted, row.id, now).await
}

/// Refuses where the month after the last day is over: nothing is left to stay for.
fn require_time(row: &school_leaving::Model, now: Time) -> Result<(), Error> {
    if row.confirmed_at.is_some() && deleted_at(row.leaves_at) <= now {
        return Err(Error::LeavingChanged);
    }
    Ok(())
}

async fn withdraw(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LeavingId,
    now: Time,
) -> Result<(), Error> {
    school_leaving::ActiveModel {
        id: Set(id),
        called_off_by: Set(permitted.actor()),
        called_off_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, permitted, (id, "school.stays"), None, now).await?;
    Ok(())
}

/// Which leaving of a school is open, for the command line.
pub async fn open_of(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<Option<LeavingId>, DbErr> {
    Ok(open(db, permitted.school()).await?.map(|row| row.id))
}

async fn named(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LeavingId,
) -> Result<school_leaving::Model, Error> {
    open(&**tx, permitted.school())
        .await?
        .filter(|row| row.id == id)
        .ok_or(Error::LeavingChanged)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    (id, kind): (LeavingId, &'static str),
    day: Option<NaiveDate>,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: day.map(|day| json!({ "last_day": day.to_string() })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
