//! The classroom of a roster school that is measured: enough students and
//! teachers in it that each connection can be a person of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, EnrolmentId, PersonId, SchoolId};
use vocab::people::Role;

use super::DemoAccount;
use crate::clock::Time;
use crate::db::Write;
use entity::{account, assignment, classroom, enrolment, mark, person_role, submission};

/// How many students the measured classroom has at least.
const STUDENTS: usize = 32;
/// How many teachers it has at least.
const TEACHERS: usize = 8;

/// Who can sign in to be measured, and the addresses of the measured pages.
#[derive(Clone, Debug)]
pub struct Busiest {
    /// The measured classroom's students, then its teachers.
    pub accounts: Vec<DemoAccount>,
    /// Page name to address.
    pub pages: BTreeMap<&'static str, String>,
}

/// The classroom that is measured: the first by name.
async fn measured_classroom(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<ClassroomId>, DbErr> {
    classroom::Entity::find()
        .select_only()
        .column(classroom::Column::Id)
        .filter(classroom::Column::SchoolId.eq(school))
        .order_by_asc(classroom::Column::Name)
        .into_tuple()
        .one(db)
        .await
}

/// Gives the measured classroom enough people, before its work is made.
pub(super) async fn crowd(tx: &Write, school: SchoolId, now: Time) -> Result<(), DbErr> {
    let Some(room) = measured_classroom(&**tx, school).await? else {
        return Ok(());
    };
    for (role, place, most) in [
        (Role::Student, ClassroomRole::Student, STUDENTS),
        (Role::Teacher, ClassroomRole::Teacher, TEACHERS),
    ] {
        let here: HashSet<PersonId> = members(&**tx, room, place).await?.into_iter().collect();
        let others: Vec<PersonId> = person_role::Entity::find()
            .select_only()
            .column(person_role::Column::PersonId)
            .filter(person_role::Column::SchoolId.eq(school))
            .filter(person_role::Column::Role.eq(role))
            .order_by_asc(person_role::Column::PersonId)
            .limit(200)
            .into_tuple()
            .all(&**tx)
            .await?;
        let missing = most.saturating_sub(here.len());
        let added: Vec<_> = others
            .into_iter()
            .filter(|person| !here.contains(person))
            .take(missing)
            .map(|person| enrolment::ActiveModel {
                id: Set(EnrolmentId(crate::secrets::new_id())),
                school_id: Set(school),
                classroom_id: Set(room),
                person_id: Set(person),
                role: Set(place),
                sourced_id: Set(None),
                source_id: Set(None),
                began_at: Set(now),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            })
            .collect();
        if !added.is_empty() {
            enrolment::Entity::insert_many(added)
                .exec_without_returning(&**tx)
                .await?;
        }
    }
    Ok(())
}

async fn members(
    db: &impl ConnectionTrait,
    room: ClassroomId,
    role: ClassroomRole,
) -> Result<Vec<PersonId>, DbErr> {
    enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .filter(enrolment::Column::ClassroomId.eq(room))
        .filter(enrolment::Column::Role.eq(role))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(enrolment::Column::PersonId)
        .into_tuple()
        .all(db)
        .await
}

/// The measured classroom's accounts and pages.
pub async fn busiest(
    db: &impl ConnectionTrait,
    school: SchoolId,
    code: &str,
    password: &str,
) -> Result<Busiest, DbErr> {
    let mut found = Busiest {
        accounts: Vec::new(),
        pages: BTreeMap::new(),
    };
    let Some(room) = measured_classroom(db, school).await? else {
        return Ok(found);
    };
    for (place, role) in [
        (ClassroomRole::Student, Role::Student),
        (ClassroomRole::Teacher, Role::Teacher),
    ] {
        let people = members(db, room, place).await?;
        let names: HashMap<PersonId, String> = account::Entity::find()
            .filter(account::Column::PersonId.is_in(people.iter().copied()))
            .all(db)
            .await?
            .into_iter()
            .map(|account| (account.person_id, account.username))
            .collect();
        found
            .accounts
            .extend(
                people
                    .iter()
                    .filter_map(|person| names.get(person))
                    .map(|username| DemoAccount {
                        school: code.to_owned(),
                        username: username.clone(),
                        password: password.to_owned(),
                        role,
                    }),
            );
    }
    let works = assignment::Entity::find()
        .filter(assignment::Column::ClassroomId.eq(room))
        .order_by_asc(assignment::Column::DueAt)
        .all(db)
        .await?;
    found.pages.insert("student_home", "/home".to_owned());
    found
        .pages
        .insert("classroom", format!("/classrooms/{room}"));
    // The last is open and not begun by most: it is the one to hand in.
    if let Some(open) = works.last() {
        found
            .pages
            .insert("assignment", format!("/assignments/{}", open.id));
    }
    // Work that waits to be marked: the list, and one answer that has no mark yet.
    if let Some(waiting) = works.get(6) {
        found
            .pages
            .insert("teacher_list", format!("/assignments/{}", waiting.id));
        let marked: Vec<vocab::ids::SubmissionId> = mark::Entity::find()
            .select_only()
            .column(mark::Column::SubmissionId)
            .filter(mark::Column::SchoolId.eq(school))
            .filter(mark::Column::ReturnedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        let marked: HashSet<_> = marked.into_iter().collect();
        let answers = submission::Entity::find()
            .filter(submission::Column::AssignmentId.eq(waiting.id))
            .order_by_asc(submission::Column::Id)
            .all(db)
            .await?;
        if let Some(answer) = answers.iter().find(|answer| !marked.contains(&answer.id)) {
            found
                .pages
                .insert("submission", format!("/submissions/{}", answer.id));
        }
    }
    Ok(found)
}
