//! Who made an item, as they are now: their roles of today decide, not those of the day
//! on which it was made.

use chrono_tz::Tz;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::people::Roles;

use super::ticket::Claims;
use crate::actor::Actor;
use crate::clock::Time;
use crate::looks::Looks;
use crate::schools::leaving;
use entity::{account, person, person_role, school};

/// The maker of an item.
pub(super) enum Writer {
    /// Still here.
    Here(Box<Actor>),
    /// They have left the school, or it has left the platform, or they may not sign in any
    /// more.
    Left,
    /// Erased, or never there: nothing of them may be kept.
    Nobody,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    claims: &Claims,
    now: Time,
) -> Result<Writer, DbErr> {
    let account = account::Entity::find_by_id(claims.account)
        .filter(account::Column::SchoolId.eq(claims.school))
        .filter(account::Column::PersonId.eq(claims.person))
        .one(db)
        .await?;
    let Some(account) = account else {
        return Ok(Writer::Nobody);
    };
    let person = person::Entity::find_by_id(claims.person).one(db).await?;
    let school = school::Entity::find_by_id(claims.school).one(db).await?;
    let (Some(person), Some(school)) = (person, school) else {
        return Ok(Writer::Nobody);
    };
    let roles: Roles = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(claims.person))
        .filter(person_role::Column::EndedAt.is_null())
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.role)
        .collect();
    let is_here = account.disabled_at.is_none() && person.ended_at.is_none();
    let has_left = leaving::left_at(db, claims.school, now).await?.is_some();
    if !is_here || has_left || roles == Roles::default() {
        return Ok(Writer::Left);
    }
    Ok(Writer::Here(Box::new(Actor {
        school: claims.school,
        person: claims.person,
        account: claims.account,
        session: claims.session,
        on_device: crate::actor::OnDevice::default(),
        roles,
        name: crate::people::display_name(&person.given_name, &person.family_name),
        school_name: school.name,
        school_code: school.code,
        phase: school.phase,
        time_zone: school.time_zone.parse().unwrap_or(Tz::UTC),
        announcement: None,
        leaves_at: None,
        appearance: crate::reading::Appearance::default(),
        looks: Looks::default(),
    })))
}
