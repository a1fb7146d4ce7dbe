//! How to reach somebody. Nobody else reads the column of addresses to write to it.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::PersonId;
use vocab::people::looks_like_email;

use entity::person;

/// The e-mail address of somebody who has not left; none where none is kept.
pub async fn address_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<String>, DbErr> {
    let found = person::Entity::find_by_id(person)
        .filter(person::Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(found
        .and_then(|person| person.email)
        .filter(|address| looks_like_email(address)))
}
