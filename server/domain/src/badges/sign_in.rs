//! Signing in with a badge and three pictures on an enrolled device. An unknown badge, one
//! that ended, somebody else's, one of another school and wrong pictures are one and the
//! same answer, and take the same steps.

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
};
use uuid::Uuid;
use vocab::badges::{BadgeHours, ValidBadgeSignIn};
use vocab::ids::{AccountId, BadgeId, PersonId};
use vocab::people::{Role, Roles};

use super::devices::{self, Here};
use super::hours::{hours, is_open};
use super::issue::live;
use super::keys::BadgeKeys;
use crate::accounts::guard::{Try, Watched};
use crate::accounts::sessions::{self, Beginner, Origin, may_sign_in, to_person, to_role};
use crate::accounts::sign_in::Device;
use crate::clock::Time;
use crate::db::Db;
use crate::safety;
use entity::{account, badge};

/// Why nobody is in.
#[derive(Debug, thiserror::Error)]
pub enum BadgeError {
    /// Staff have not enrolled this device, or it was forgotten since.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// Badges work at other times.
    #[error("badges work at other times")]
    Closed(BadgeHours),
    /// Badge and pictures do not belong together. Which of them is wrong is told to nobody.
    #[error("badge and pictures do not belong together")]
    Wrong,
    /// Too many wrong tries with this badge or on this device.
    #[error("wait {seconds} seconds")]
    Wait {
        /// Whole seconds, at least 1.
        seconds: u64,
    },
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// A badge that somebody may sign in with, if the pictures are right.
struct Door {
    badge: BadgeId,
    round: i32,
    who: Beginner,
    roles: Roles,
}

/// Lets a student in whose `form` (validated before) is right; answers the session for
/// the cookie.
pub async fn sign_in(
    db: &Db,
    keys: &BadgeKeys,
    form: &ValidBadgeSignIn,
    browser: &Device,
    now: Time,
) -> Result<sessions::Started, BadgeError> {
    let here = match &browser.enrolment {
        Some(token) => devices::find(db.read(), token, now).await?,
        None => None,
    };
    let here = here.ok_or(BadgeError::NotEnrolled)?;
    let open = hours(db.read(), here.school).await?;
    if !is_open(&open, here.time_zone(), now) {
        return Err(BadgeError::Closed(open));
    }
    let watched = Watched::badge(here.school, &form.code, here.id);
    if let Try::Wait { seconds } = watched.count(db, now).await? {
        return Err(BadgeError::Wait { seconds });
    }
    let door = find_door(db, keys, &here, &form.code, now).await?;
    let nobodys = (BadgeId(Uuid::nil()), 0);
    let (badge, round) = door
        .as_ref()
        .map_or(nobodys, |door| (door.badge, door.round));
    let is_right = keys.fits(badge, round, &form.pictures);
    let whose = door.as_ref().map(|door| door.who.person);
    let Some(door) = door.filter(|door| is_right && is_a_student(door.roles)) else {
        safety::refused_badge(db, (here.school, whose), &browser.label, now).await?;
        return Err(BadgeError::Wrong);
    };

    let tx = db.write().await?;
    // Meanwhile it may have been replaced, or its pictures changed.
    let still = badge::Entity::find_by_id(door.badge)
        .filter(live(now))
        .filter(badge::Column::PictureRound.eq(door.round))
        .lock_exclusive()
        .one(&*tx)
        .await?;
    if still.is_none() {
        return Err(BadgeError::Wrong);
    }
    watched.clear(&tx).await?;
    if let Some(token) = &browser.session {
        sessions::end_replaced(&tx, token, now).await?;
    }
    devices::seen(&tx, here.id, now).await?;
    let origin = Origin {
        badge: Some(door.badge),
        ..here.origin(now)
    };
    let started = sessions::start(&tx, door.who, &browser.label, origin, now).await?;
    tx.commit().await?;
    Ok(started)
}

/// A badge opens nothing for staff, guardians or leads, even where they are students too.
fn is_a_student(roles: Roles) -> bool {
    roles.iter().all(|role| role == Role::Student) && roles.has(Role::Student)
}

#[derive(FromQueryResult)]
struct Row {
    badge: BadgeId,
    round: i32,
    person: PersonId,
    account: AccountId,
    role: Role,
}

async fn find_door(
    db: &Db,
    keys: &BadgeKeys,
    here: &Here,
    code: &str,
    now: Time,
) -> Result<Option<Door>, DbErr> {
    let to_account = badge::Entity::belongs_to(account::Entity)
        .from(badge::Column::PersonId)
        .to(account::Column::PersonId)
        .into();
    let rows = badge::Entity::find()
        .select_only()
        .column_as(badge::Column::Id, "badge")
        .column_as(badge::Column::PictureRound, "round")
        .column_as(badge::Column::PersonId, "person")
        .column_as(account::Column::Id, "account")
        .column_as(entity::person_role::Column::Role, "role")
        .join(JoinType::InnerJoin, to_account)
        .join(JoinType::InnerJoin, to_person())
        .join(JoinType::InnerJoin, to_role())
        .filter(badge::Column::CodeHash.eq(keys.lookup(code)))
        .filter(badge::Column::SchoolId.eq(here.school))
        .filter(live(now))
        .filter(may_sign_in(now))
        .into_model::<Row>()
        .all(db.read())
        .await?;
    let roles = rows.iter().map(|row| row.role).collect();
    Ok(rows.into_iter().next().map(|row| Door {
        badge: row.badge,
        round: row.round,
        who: Beginner {
            school: here.school,
            person: row.person,
            account: row.account,
        },
        roles,
    }))
}
