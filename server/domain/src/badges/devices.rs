//! Devices on which badges work. Staff enrol the one that they hold: it keeps a secret in
//! a cookie of its own, and the database the secret's fingerprint. Badges work there until the
//! school year ends; that a class shares the device holds until staff end it, or the cookie
//! is gone.

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use vocab::badges::{DeviceProfile, DeviceSummary, DevicesPage, ValidDevice};
use vocab::ids::{DeviceId, SchoolId};
use vocab::people::Role;

use super::Error;
use super::hours::{end_of_year, hours};
use crate::access::{self, AccessError, Permitted};
use crate::accounts::sessions::{self, Origin, new_token};
use crate::accounts::sign_in;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::moment;
use crate::people::display_name;
use crate::schools::policy::{self, Action};
use crate::secrets::{fingerprint, new_id};
use entity::{device, person, school};

/// How long a device keeps the cookie of its enrolment: from when it is enrolled, and again
/// from each sign-in there.
pub const COOKIE_LASTS: TimeDelta = TimeDelta::days(365);
/// A school's list shows no more.
const MOST_LISTED: u64 = 500;

/// The door to enrolling: the office, and teachers where the school lets them.
pub async fn may_enrol(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Permitted<()>, AccessError> {
    let door = access::school(actor, Action::EnrolDevices)?;
    let is_office = policy::allows(actor.roles, Action::ManageDevices);
    if is_office || hours(db, actor.school).await?.teachers_enrol {
        Ok(door)
    } else {
        Err(AccessError::NotFound)
    }
}

/// A device that was enrolled.
#[derive(Debug)]
pub struct Enrolled {
    /// Which.
    pub id: DeviceId,
    /// For its cookie; kept nowhere else.
    pub token: String,
}

/// Enrols the device that the actor holds and signs them out of it: whoever takes it
/// next must not be them.
pub async fn enrol(
    tx: &Write,
    permitted: &Permitted<()>,
    actor: &Actor,
    new: &ValidDevice,
    now: Time,
) -> Result<Enrolled, DbErr> {
    let (id, token) = (DeviceId(new_id()), new_token());
    device::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        label: Set(new.label.clone()),
        profile: Set(new.profile),
        token_hash: Set(fingerprint(&token)),
        enrolled_by: Set(actor.person),
        created_at: Set(now),
        last_seen_at: Set(None),
        expires_at: Set(end_of_year(actor.time_zone, now)),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let after = json!({ "label": new.label, "profile": new.profile });
    record(tx, permitted, id, "device.enrolled", None, Some(after), now).await?;
    sessions::end_current(tx, actor, now).await?;
    Ok(Enrolled { id, token })
}

/// Ends the enrolment that a device held before it was enrolled anew, also one of an earlier
/// school year; one of another school, or that has ended, is let be.
pub async fn end_replaced(
    tx: &Write,
    permitted: &Permitted<()>,
    token: &str,
    now: Time,
) -> Result<(), DbErr> {
    let held = device::Entity::find()
        .filter(device::Column::TokenHash.eq(fingerprint(token)))
        .filter(standing_in(permitted.school()))
        .one(&**tx)
        .await?;
    match held {
        Some(held) => end_row(tx, permitted, held.id, now).await,
        None => Ok(()),
    }
}

/// Gives a device another name.
pub async fn rename(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DeviceId,
    label: &str,
    now: Time,
) -> Result<(), Error> {
    let row = one(tx, permitted, id).await?;
    if row.label == label {
        return Ok(());
    }
    device::Entity::update_many()
        .col_expr(device::Column::Label, Expr::value(label))
        .filter(device::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    let (before, after) = (json!({ "label": row.label }), json!({ "label": label }));
    record(
        tx,
        permitted,
        id,
        "device.renamed",
        Some(before),
        Some(after),
        now,
    )
    .await?;
    Ok(())
}

/// Forgets a device: no badge works there any more, and whoever is signed in there is
/// signed out.
pub async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DeviceId,
    now: Time,
) -> Result<(), Error> {
    one(tx, permitted, id).await?;
    Ok(end_row(tx, permitted, id, now).await?)
}

async fn end_row(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DeviceId,
    now: Time,
) -> Result<(), DbErr> {
    device::Entity::update_many()
        .col_expr(device::Column::EndedAt, Expr::value(Some(now)))
        .filter(device::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    sessions::end_on_device(tx, permitted.school(), id, now).await?;
    record(tx, permitted, id, "device.ended", None, None, now).await
}

async fn one(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DeviceId,
) -> Result<device::Model, AccessError> {
    device::Entity::find_by_id(id)
        .filter(standing_in(permitted.school()))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DeviceId,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before,
        after,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Not ended by staff. Badges work there only until the school year ends.
fn standing_in(school: SchoolId) -> Condition {
    Condition::all()
        .add(device::Column::SchoolId.eq(school))
        .add(device::Column::EndedAt.is_null())
}

/// An enrolled device, found by its cookie.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Here {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub school: SchoolId,
    /// The school's name.
    pub school_name: String,
    /// The school's code.
    pub school_code: String,
    zone: String,
    /// Who uses it.
    pub profile: DeviceProfile,
    expires_at: Time,
}

impl Here {
    /// By which clocks its school lives.
    pub fn time_zone(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }

    fn takes_badges(&self, now: Time) -> bool {
        now < self.expires_at
    }

    /// What a session that begins here knows of it. A class goes on sharing its device when
    /// the school year ends; a device that was one student's own may be another's by then.
    pub(super) fn origin(&self, now: Time) -> Origin {
        Origin {
            device: Some(self.id),
            is_shared: self.profile == DeviceProfile::Shared,
            is_own: self.profile == DeviceProfile::Personal && self.takes_badges(now),
            badge: None,
        }
    }
}

/// The device whose cookie holds `token`, if badges work on it. One query.
pub async fn find(
    db: &impl ConnectionTrait,
    token: &str,
    now: Time,
) -> Result<Option<Here>, DbErr> {
    let here = find_standing(db, token).await?;
    Ok(here.filter(|here| here.takes_badges(now)))
}

/// The same, also from an earlier school year: staff have not said that it is no device of
/// theirs any more.
async fn find_standing(db: &impl ConnectionTrait, token: &str) -> Result<Option<Here>, DbErr> {
    let to_school = device::Entity::belongs_to(school::Entity)
        .from(device::Column::SchoolId)
        .to(school::Column::Id)
        .into();
    device::Entity::find()
        .select_only()
        .column_as(device::Column::Id, "id")
        .column_as(device::Column::SchoolId, "school")
        .column_as(device::Column::Profile, "profile")
        .column_as(device::Column::ExpiresAt, "expires_at")
        .column_as(school::Column::Name, "school_name")
        .column_as(school::Column::Code, "school_code")
        .column_as(school::Column::TimeZone, "zone")
        .join(JoinType::InnerJoin, to_school)
        .filter(device::Column::TokenHash.eq(fingerprint(token)))
        .filter(device::Column::EndedAt.is_null())
        .into_model::<Here>()
        .one(db)
        .await
}

/// What a session that begins by typing knows of an enrolled device of the same school,
/// whose school year may be over.
pub(crate) async fn origin(
    tx: &Write,
    browser: &sign_in::Device,
    school: SchoolId,
    now: Time,
) -> Result<Origin, DbErr> {
    let Some(token) = &browser.enrolment else {
        return Ok(Origin::default());
    };
    let here = find_standing(&**tx, token).await?;
    let Some(here) = here.filter(|here| here.school == school) else {
        return Ok(Origin::default());
    };
    seen(tx, here.id, now).await?;
    Ok(here.origin(now))
}

/// Whether the school has forgotten the device whose cookie holds `token`: what is kept
/// on it to read has to go. One query.
pub async fn is_forgotten(db: &impl ConnectionTrait, token: &str) -> Result<bool, DbErr> {
    let ended = device::Entity::find()
        .filter(device::Column::TokenHash.eq(fingerprint(token)))
        .filter(device::Column::EndedAt.is_not_null())
        .count(db)
        .await?;
    Ok(ended > 0)
}

/// Somebody signs in on it.
pub(super) async fn seen(tx: &Write, id: DeviceId, now: Time) -> Result<(), DbErr> {
    device::Entity::update_many()
        .col_expr(device::Column::LastSeenAt, Expr::value(Some(now)))
        .filter(device::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: DeviceId,
    label: String,
    profile: DeviceProfile,
    created_at: Time,
    last_seen_at: Option<Time>,
    expires_at: Time,
    given_name: String,
    family_name: String,
}

/// The school's devices by name, at most 500, also those that need enrolling again, and its
/// hours. Two queries.
pub async fn page(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    actor: &Actor,
    now: Time,
) -> Result<DevicesPage, DbErr> {
    let to_person = device::Entity::belongs_to(person::Entity)
        .from(device::Column::EnrolledBy)
        .to(person::Column::Id)
        .into();
    let rows = device::Entity::find()
        .select_only()
        .columns([
            device::Column::Id,
            device::Column::Label,
            device::Column::Profile,
            device::Column::CreatedAt,
            device::Column::LastSeenAt,
            device::Column::ExpiresAt,
        ])
        .columns([person::Column::GivenName, person::Column::FamilyName])
        .join(JoinType::InnerJoin, to_person)
        .filter(standing_in(permitted.school()))
        .order_by_asc(device::Column::Label)
        .order_by_asc(device::Column::Id)
        .limit(MOST_LISTED)
        .into_model::<Row>()
        .all(db)
        .await?;
    let told = |at| moment(at, actor.time_zone, now);
    Ok(DevicesPage {
        devices: rows
            .into_iter()
            .map(|row| DeviceSummary {
                id: row.id,
                label: row.label,
                profile: row.profile,
                enrolled_by: display_name(&row.given_name, &row.family_name),
                enrolled: told(row.created_at),
                last_seen: row.last_seen_at.map(told),
                until: told(row.expires_at),
                has_run_out: row.expires_at <= now,
            })
            .collect(),
        hours: hours(db, permitted.school()).await?,
        may_manage: actor.is(Role::SchoolAdmin),
    })
}
