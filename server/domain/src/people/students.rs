//! The students whom passwords are handed out to: those who are students and nothing else, and
//! whose account the roster has not closed.

use std::collections::{BTreeMap, HashSet};

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::{PersonId, SchoolId};
use vocab::people::{Role, Roles};

use super::credentials::MOST_AT_ONCE;
use crate::accounts;
use crate::clock::Time;
use crate::guard;
use entity::{account, person, person_role};

/// Somebody who gets a password.
pub(super) struct Student {
    pub(super) id: PersonId,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) sort_name: String,
    /// None where it is restricted.
    pub(super) year_group: Option<String>,
}

/// Those who were asked for.
pub(super) struct Found {
    pub(super) students: Vec<Student>,
    /// How many students have a closed account.
    pub(super) closed: usize,
    /// How many are not students, or not alone.
    pub(super) others: usize,
}

impl Found {
    pub(super) fn all(&self) -> usize {
        self.students.len() + self.closed
    }

    /// The students, unless one of them has a closed account.
    pub(super) fn all_open(self) -> Result<Vec<Student>, accounts::Error> {
        if self.closed > 0 {
            return Err(accounts::Error::AccountClosed);
        }
        Ok(self.students)
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: PersonId,
    given_name: String,
    family_name: String,
    sort_name: String,
    year_group: Option<String>,
    is_restricted: bool,
    disabled_at: Option<Time>,
    role: Role,
}

/// Those who are students and nothing else, by name; and how many are not, or are let in no
/// more.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    school: SchoolId,
    which: Condition,
) -> Result<Found, DbErr> {
    let to_role = person::Entity::belongs_to(person_role::Entity)
        .from(person::Column::Id)
        .to(person_role::Column::PersonId)
        .into();
    let to_account = person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into();
    let rows = person::Entity::find()
        .select_only()
        .column_as(person::Column::Id, "id")
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(person::Column::SortName, "sort_name")
        .column_as(person::Column::YearGroup, "year_group")
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .column_as(account::Column::DisabledAt, "disabled_at")
        .column_as(person_role::Column::Role, "role")
        .join(JoinType::InnerJoin, to_role)
        .join(JoinType::LeftJoin, to_account)
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::EndedAt.is_null())
        .filter(person_role::Column::EndedAt.is_null())
        .filter(which)
        .order_by_asc(person::Column::SortName)
        // Several roles are several rows; nobody has more than six.
        .limit(MOST_AT_ONCE as u64 * 6)
        .into_model::<Row>()
        .all(db)
        .await?;
    let mut closed: HashSet<PersonId> = HashSet::new();
    let mut people: BTreeMap<(String, PersonId), (Student, Roles)> = BTreeMap::new();
    for row in rows {
        if row.disabled_at.is_some() {
            closed.insert(row.id);
        }
        let place = (row.sort_name.clone(), row.id);
        let known = people.entry(place).or_insert_with(|| {
            let student = Student {
                id: row.id,
                given_name: row.given_name,
                family_name: row.family_name,
                sort_name: row.sort_name,
                year_group: row.year_group.filter(|_| !row.is_restricted),
            };
            (student, Roles::default())
        });
        known.1 = known.1.with(row.role);
    }
    let only_student = Roles::default().with(Role::Student);
    let (students, others): (Vec<_>, Vec<_>) = people
        .into_values()
        .partition(|(_, roles)| *roles == only_student);
    let students = students.into_iter().map(|(student, _)| student);
    let (closed, students): (Vec<Student>, Vec<Student>) =
        students.partition(|student| closed.contains(&student.id));
    Ok(Found {
        students,
        closed: closed.len(),
        others: others.len(),
    })
}
