//! Who will see what is set in a classroom, counted before it goes out. It counts by the
//! same rules as the access doors let people in, and a test holds the two together.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::assignments::Audience;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, PersonId, SchoolId};
use vocab::people::Role;

use entity::{enrolment, guardianship, person_role};

/// The people who can open what is set here once it is out. Three queries. Whoever calls
/// it holds a permission for the classroom or for work in it.
pub async fn audience(
    db: &impl ConnectionTrait,
    school: SchoolId,
    classroom: ClassroomId,
) -> Result<Audience, DbErr> {
    let places: Vec<(PersonId, ClassroomRole)> = enrolment::Entity::find()
        .select_only()
        .columns([enrolment::Column::PersonId, enrolment::Column::Role])
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::ClassroomId.eq(classroom))
        .filter(enrolment::Column::EndedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let in_place = |wanted| {
        places
            .iter()
            .filter(move |(_, place)| *place == wanted)
            .map(|(person, _)| *person)
    };
    let ties: Vec<PersonId> = guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::GuardianId)
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::EndedAt.is_null())
        .filter(guardianship::Column::StudentId.is_in(in_place(ClassroomRole::Student)))
        .into_tuple()
        .all(db)
        .await?;
    let everybody = places.iter().map(|(person, _)| *person).chain(ties.clone());
    let roles: HashSet<(PersonId, Role)> = person_role::Entity::find()
        .select_only()
        .columns([person_role::Column::PersonId, person_role::Column::Role])
        .filter(person_role::Column::SchoolId.eq(school))
        .filter(person_role::Column::PersonId.is_in(everybody))
        .filter(person_role::Column::EndedAt.is_null())
        .into_tuple::<(PersonId, Role)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let count = |people: HashSet<PersonId>, role| {
        let still = people.into_iter().filter(|id| roles.contains(&(*id, role)));
        u32::try_from(still.count()).unwrap_or(u32::MAX)
    };
    Ok(Audience {
        students: count(in_place(ClassroomRole::Student).collect(), Role::Student),
        guardians: count(ties.into_iter().collect(), Role::Guardian),
        teachers: count(in_place(ClassroomRole::Teacher).collect(), Role::Teacher),
    })
}
