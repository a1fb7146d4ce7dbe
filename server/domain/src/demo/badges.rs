//! Badges for the demo's primary school, so that a tablet only has to be set up.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;
use vocab::ids::{AccountId, SessionId};
use vocab::people::Role;

use super::Error;
use super::cast::PRIMARY;
use crate::access;
use crate::actor::Actor;
use crate::badges::{self, BadgeKeys};
use crate::classrooms::policy::Action;
use crate::clock::Time;
use crate::db::Db;
use crate::schools;
use entity::{account, classroom};

/// Issues badges to the students of the demo's primary school who have none, by the
/// first teacher of each classroom. They are made with this server's key.
pub async fn give_badges(db: &Db, keys: &BadgeKeys, now: Time) -> Result<(), Error> {
    let tx = db.write().await?;
    let Some(school) = schools::find_by_code(&*tx, PRIMARY.code).await? else {
        return Ok(());
    };
    for plan in PRIMARY.classrooms {
        let teacher = account::Entity::find()
            .filter(account::Column::SchoolId.eq(school.id))
            .filter(account::Column::Username.eq(plan.teachers[0]))
            .one(&*tx)
            .await?;
        let room = classroom::Entity::find()
            .filter(classroom::Column::SchoolId.eq(school.id))
            .filter(classroom::Column::Name.eq(plan.name))
            .one(&*tx)
            .await?;
        let (Some(teacher), Some(room)) = (teacher, room) else {
            continue;
        };
        let actor = Actor {
            school: school.id,
            person: teacher.person_id,
            account: AccountId(Uuid::nil()),
            session: SessionId(Uuid::nil()),
            on_device: crate::actor::OnDevice::default(),
            roles: [Role::Teacher].into_iter().collect(),
            name: String::new(),
            school_name: school.name.clone(),
            school_code: school.code.clone(),
            phase: school.phase,
            time_zone: chrono_tz::Europe::London,
            announcement: None,
            leaves_at: None,
            appearance: crate::reading::Appearance::default(),
            looks: crate::looks::Looks::default(),
        };
        let room = access::classroom(&*tx, &actor, room.id, Action::GiveBadges)
            .await
            .map_err(Error::refused)?;
        badges::issue_missing(&tx, keys, &room, actor.time_zone, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
