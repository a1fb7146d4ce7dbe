//! What the school holds as facts about somebody, field by field, so that each can be
//! said to be wrong where it is read.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::PersonId;
use vocab::rights::Fact;

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::db::Keyed;
use crate::people::contact::address_of;
use entity::{account, classroom, enrolment, person};

/// Every fact about a person, in the order in which a form would ask for it. Four queries.
pub async fn facts(db: &impl Keyed, about: &Permitted<PersonId>) -> Result<Vec<Fact>, Error> {
    let one = person::Entity::find_by_id(**about)
        .filter(person::Column::SchoolId.eq(about.school()))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let username = account::Entity::find()
        .filter(account::Column::SchoolId.eq(about.school()))
        .filter(account::Column::PersonId.eq(one.id))
        .one(db)
        .await?
        .map(|account| account.username);
    let places = Query::select()
        .column(enrolment::Column::ClassroomId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::PersonId.eq(one.id))
        .and_where(enrolment::Column::EndedAt.is_null())
        .to_owned();
    let rooms: Vec<String> = classroom::Entity::find()
        .select_only()
        .column(classroom::Column::Name)
        .filter(classroom::Column::SchoolId.eq(about.school()))
        .filter(classroom::Column::Id.in_subquery(places))
        .order_by_asc(classroom::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    let email = address_of(db, one.id).await?;
    let fact = |name: &str, value: Option<String>| Fact {
        name: name.to_owned(),
        value: value.filter(|value| !value.is_empty()),
    };
    Ok(vec![
        fact("Given name", Some(one.given_name)),
        fact("Family name", Some(one.family_name)),
        fact("Year group", one.year_group),
        fact("Username", username),
        fact("E-mail address", email),
        fact("Classrooms", Some(rooms.join(", "))),
    ])
}
