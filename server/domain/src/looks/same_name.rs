//! Staff who opened the data of a student with their own family name, whom they do not
//! teach: they may be family, of which the school was not told. Many who are no family have
//! the same name, so this too is a question to ask.

use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef,
};
use vocab::ids::{PersonId, SchoolId};
use vocab::looks::{LookRelation, LookVia};
use vocab::people::Role;

use crate::access::Permitted;
use crate::clock::Time;
use crate::people::fold;
use entity::{access_event, person, person_role};

/// A page names no more than this.
const MOST_LISTED: usize = 200;

/// Readers of the office with the students of their own family name whom they opened one by
/// one since then. One query; the names are compared here, because no database folds
/// letters as people read them.
pub(super) async fn of_the_same_name(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    since: Time,
) -> Result<Vec<(PersonId, PersonId)>, DbErr> {
    let (reader, student) = (Alias::new("reader"), Alias::new("student"));
    let to = |column: access_event::Column| -> RelationDef {
        access_event::Entity::belongs_to(person::Entity)
            .from(column)
            .to(person::Column::Id)
            .into()
    };
    let looked: Vec<(PersonId, PersonId, String, String)> = access_event::Entity::find()
        .select_only()
        .column(access_event::Column::ActorId)
        .column(access_event::Column::SubjectId)
        .expr(Expr::col((reader.clone(), person::Column::FamilyName)))
        .expr(Expr::col((student.clone(), person::Column::FamilyName)))
        .distinct()
        .join_as(
            JoinType::InnerJoin,
            to(access_event::Column::ActorId),
            reader,
        )
        .join_as(
            JoinType::InnerJoin,
            to(access_event::Column::SubjectId),
            student,
        )
        .filter(access_event::Column::SchoolId.eq(permitted.school()))
        .filter(access_event::Column::LastAt.gt(since))
        .filter(access_event::Column::Via.ne(LookVia::List))
        .filter(
            access_event::Column::Relation
                .is_in([LookRelation::Office, LookRelation::ProtectionLead]),
        )
        .filter(access_event::Column::SubjectId.in_subquery(students(permitted.school())))
        .into_tuple()
        .all(db)
        .await?;
    Ok(looked
        .into_iter()
        .filter(|(_, _, reader, student)| is_the_same(reader, student))
        .map(|(reader, student, _, _)| (reader, student))
        .take(MOST_LISTED)
        .collect())
}

/// Everybody who learns here, or did.
fn students(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .and_where(person_role::Column::SchoolId.eq(school))
        .and_where(person_role::Column::Role.eq(Role::Student))
        .take()
}

/// Without case and accents. Who was erased has no name, and is nobody's family.
fn is_the_same(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    !one.trim().is_empty() && one.trim() == other.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_without_case_and_accents_and_no_name_is_nobodys() {
        for (one, other, same) in [
            ("Müller", "MULLER", true),
            ("Okafor ", "okafor", true),
            ("Okafor", "Okafor-Reed", false),
            ("", "", false),
            (" ", "", false),
        ] {
            assert_eq!(is_the_same(one, other), same, "{one}, {other}");
        }
    }
}
