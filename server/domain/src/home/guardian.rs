//! A guardian's children, each with the list that the child sees. Two queries,
//! however many children there are.

use sea_orm::sea_query::IntoCondition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use vocab::home::Child;
use vocab::ids::PersonId;
use vocab::looks::{LookKind, LookRelation};

use super::Length;
use super::student::todos;
use crate::access::children_of;
use crate::actor::Actor;
use crate::clock::Time;
use crate::looks::Whose;
use crate::people::display_name;
use entity::{enrolment, guardianship, person};

pub(super) async fn children(
    db: &impl ConnectionTrait,
    actor: &Actor,
    length: Length,
    now: Time,
) -> Result<Vec<Child>, DbErr> {
    let to_child: RelationDef = guardianship::Entity::belongs_to(person::Entity)
        .from(guardianship::Column::StudentId)
        .to(person::Column::Id)
        .into();
    let rows: Vec<(PersonId, String, String, Option<String>)> = guardianship::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column(person::Column::YearGroup)
        .join(JoinType::InnerJoin, to_child)
        .filter(guardianship::Column::GuardianId.eq(actor.person))
        .filter(guardianship::Column::EndedAt.is_null())
        .filter(person::Column::EndedAt.is_null())
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = enrolment::Column::PersonId
        .in_subquery(children_of(actor))
        .into_condition();
    for (child, ..) in &rows {
        actor.saw_list(
            Whose::Person(*child),
            LookKind::Work,
            LookRelation::Guardian,
        );
    }
    let mut lists = todos(db, actor, theirs, length, now).await?;
    Ok(rows
        .into_iter()
        .map(|(person, given, family, year_group)| Child {
            person,
            name: display_name(&given, &family),
            year_group,
            todo: lists.remove(&person).unwrap_or_default(),
        })
        .collect())
}
