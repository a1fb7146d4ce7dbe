//! What the school holds as facts about somebody, field by field, so that each can be
//! said to be wrong where it is read.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};
use vocab::consent::GivenBy;
use vocab::ids::PersonId;
use vocab::people::{PersonSource, looks_like_email};
use vocab::rights::Fact;

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Keyed;
use crate::people::{contact, display_name};
use entity::{account, classroom, consent_event, enrolment, person};

/// What stands in somebody's own row and account, read once for a page.
#[derive(Debug, FromQueryResult)]
pub struct Held {
    given_name: String,
    family_name: String,
    year_group: Option<String>,
    username: Option<String>,
    email: Option<String>,
    ended_at: Option<Time>,
    /// Who wrote the row.
    pub(crate) source: PersonSource,
    /// When it was written, UTC.
    pub(crate) created_at: Time,
    /// Whether somebody wrote down answers about them that came on paper.
    pub(crate) has_paper: bool,
}

impl Held {
    /// As the school writes it.
    pub fn name(&self) -> String {
        display_name(&self.given_name, &self.family_name)
    }

    /// Where they can be reached, while they are here.
    fn address(&self) -> Option<String> {
        let email = self
            .email
            .clone()
            .filter(|address| looks_like_email(address));
        email.filter(|_| self.ended_at.is_none())
    }
}

/// A person's own row, with the address opened. One query.
pub async fn held(db: &impl Keyed, about: &Permitted<PersonId>) -> Result<Held, AccessError> {
    let to_account: RelationDef = person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into();
    let on_paper = Query::select()
        .expr(Expr::val(1))
        .from(consent_event::Entity)
        .and_where(consent_event::Column::SchoolId.eq(about.school()))
        .and_where(consent_event::Column::SubjectId.eq(**about))
        .and_where(consent_event::Column::GivenBy.eq(GivenBy::Paper))
        .take();
    let mut held = person::Entity::find()
        .select_only()
        .columns([
            person::Column::GivenName,
            person::Column::FamilyName,
            person::Column::YearGroup,
            person::Column::Email,
            person::Column::EndedAt,
            person::Column::Source,
            person::Column::CreatedAt,
        ])
        .column(account::Column::Username)
        .expr_as(Expr::exists(on_paper), "has_paper")
        .join(JoinType::LeftJoin, to_account)
        .filter(person::Column::Id.eq(**about))
        .filter(person::Column::SchoolId.eq(about.school()))
        .into_model::<Held>()
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    if let Some(email) = held.email.take() {
        held.email = contact::open_one(db, about.school(), **about, &email)
            .await?
            .text();
    }
    Ok(held)
}

/// Every fact about a person, in the order in which a form would ask for it. One query.
pub async fn facts(
    db: &impl Keyed,
    about: &Permitted<PersonId>,
    held: &Held,
) -> Result<Vec<Fact>, Error> {
    let places = Query::select()
        .column(enrolment::Column::ClassroomId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::PersonId.eq(**about))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    let rooms: Vec<(String, Option<Time>)> = classroom::Entity::find()
        .select_only()
        .column(classroom::Column::Name)
        .column(classroom::Column::ArchivedAt)
        .filter(classroom::Column::SchoolId.eq(about.school()))
        .filter(classroom::Column::Id.in_subquery(places))
        .order_by_asc(classroom::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    let rooms: Vec<String> = rooms
        .into_iter()
        .map(|(name, archived_at)| match archived_at {
            Some(_) => format!("{name} (archived)"),
            None => name,
        })
        .collect();
    let fact = |name: &str, value: Option<String>| Fact {
        name: name.to_owned(),
        value: value.filter(|value| !value.is_empty()),
    };
    Ok(vec![
        fact("Given name", Some(held.given_name.clone())),
        fact("Family name", Some(held.family_name.clone())),
        fact("Year group", held.year_group.clone()),
        fact("Username", held.username.clone()),
        fact("E-mail address", held.address()),
        fact("Classrooms", Some(rooms.join(", "))),
    ])
}
