//! What a school chose: whether staff are named to those whose data they looked at. They
//! are not until it is chosen.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter,
};
use serde_json::json;
use vocab::ids::SchoolId;

use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::new_id;
use entity::privacy_setting;

/// The school's choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Staff are named to those whose data they looked at.
    pub names_shown: bool,
}

/// What the school chose.
pub async fn choices(db: &impl ConnectionTrait, school: SchoolId) -> Result<Choices, DbErr> {
    Ok(find(db, school)
        .await?
        .map(|row| Choices {
            names_shown: row.names_shown,
        })
        .unwrap_or_default())
}

async fn find(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<privacy_setting::Model>, DbErr> {
    privacy_setting::Entity::find()
        .filter(privacy_setting::Column::SchoolId.eq(school))
        .one(db)
        .await
}

/// Chooses for the school, from the next request on.
pub async fn choose(
    tx: &Write,
    permitted: &Permitted<()>,
    new: Choices,
    now: Time,
) -> Result<(), DbErr> {
    let old = find(&**tx, permitted.school()).await?;
    let row = privacy_setting::ActiveModel {
        id: Set(old.as_ref().map_or_else(new_id, |row| row.id)),
        school_id: Set(permitted.school()),
        names_shown: Set(new.names_shown),
        set_by: Set(permitted.actor()),
        set_at: Set(now),
    };
    let kept = if old.is_some() {
        row.update(&**tx).await?
    } else {
        row.insert(&**tx).await?
    };
    let told = |row: &privacy_setting::Model| json!({ "names_shown": row.names_shown });
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind: "privacy_setting.chosen",
        subject: kept.id,
        before: old.as_ref().map(told),
        after: Some(told(&kept)),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
