//! What a measurement or a story in a browser needs and no school does: a person with very
//! many rows and very large files, a year group that left long ago, and days that are over.

use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream;
use rand::RngCore as _;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::erasure::ErasureState;
use vocab::ids::{AccountId, FileId, PersonId, SchoolId, SessionId};
use vocab::people::{Role, Roles};
use vocab::schools::Phase;

use crate::actor::Actor;
use crate::clock::Time;
use crate::consent;
use crate::db::Db;
use crate::files::Store;
use crate::keys;
use crate::looks::Looks;
use crate::secrets::{self, new_id};
use entity::{erasure_job, person, person_role, school, submission, submission_file};

/// A file is no larger than one that is handed in.
const FILE_MB: u64 = 50;
const MB: usize = 1024 * 1024;
/// Rows that are written in one transaction.
const AT_A_TIME: usize = 1_000;

/// Why nothing could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no school with a student who has an answer.
    #[error("there is no school with students and work; make one with `demo --roster`")]
    NoSchool,
    /// A file could not be kept.
    #[error("a file could not be kept: {0}")]
    File(String),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The school with the most students, and these.
pub async fn largest_school(db: &impl ConnectionTrait) -> Result<(SchoolId, Vec<PersonId>), Error> {
    let mut largest = (SchoolId(uuid::Uuid::nil()), Vec::new());
    for school in school::Entity::find().all(db).await? {
        let students: Vec<PersonId> = person_role::Entity::find()
            .select_only()
            .column(person_role::Column::PersonId)
            .filter(person_role::Column::SchoolId.eq(school.id))
            .filter(person_role::Column::Role.eq(Role::Student))
            .filter(person_role::Column::EndedAt.is_null())
            .order_by_asc(person_role::Column::PersonId)
            .into_tuple()
            .all(db)
            .await?;
        if students.len() > largest.1.len() {
            largest = (school.id, students);
        }
    }
    if largest.1.is_empty() {
        return Err(Error::NoSchool);
    }
    Ok(largest)
}

/// Writes `many` answers about these people, a thousand in a transaction.
pub async fn write_answers(
    db: &Db,
    school: SchoolId,
    people: &[PersonId],
    many: usize,
    now: Time,
) -> Result<(), DbErr> {
    let mut left = many;
    while left > 0 {
        let part = left.min(AT_A_TIME);
        let tx = db.write().await?;
        consent::write_many(&tx, school, people, part, now).await?;
        tx.commit().await?;
        left -= part;
    }
    Ok(())
}

/// Gives a student of the school who has an answer very many rows, and files of so many
/// MB in all. Answers who it is.
pub async fn fill_a_person(
    (db, store): (&Db, &Store),
    school: SchoolId,
    (rows, megabytes): (usize, u64),
    now: Time,
) -> Result<PersonId, Error> {
    let answer = submission::Entity::find()
        .filter(submission::Column::SchoolId.eq(school))
        .one(db.read())
        .await?
        .ok_or(Error::NoSchool)?;
    write_answers(db, school, &[answer.student_id], rows, now).await?;
    let mut block = vec![0; MB];
    secrets::random().fill_bytes(&mut block);
    let block = Bytes::from(block);
    let mut left = megabytes;
    while left > 0 {
        let part = left.min(FILE_MB);
        let id = FileId(new_id());
        let key = format!("measured/{id}");
        let parts = (0..part).map(|_| Ok::<_, std::io::Error>(block.clone()));
        let limit = FILE_MB * 1024 * 1024;
        let bytes = stream::iter(parts);
        let sealed_by = answer.student_id;
        let kept = keys::files::put((store, db.keys()), sealed_by, &key, bytes, limit)
            .await
            .map_err(|error| Error::File(error.to_string()))?;
        let tx = db.write().await?;
        submission_file::ActiveModel {
            id: Set(id),
            school_id: Set(school),
            submission_id: Set(answer.id),
            name: Set(format!("{id}.bin")),
            size_bytes: Set(i64::try_from(kept.size).unwrap_or(i64::MAX)),
            media_type: Set("application/octet-stream".to_owned()),
            object_key: Set(key),
            sha256: Set(kept.sha256),
            added_at: Set(now),
            removed_at: Set(None),
        }
        .insert(&*tx)
        .await?;
        tx.commit().await?;
        left -= part;
    }
    Ok(answer.student_id)
}

/// Lets so many students of a school have left so long ago that the next sweep erases
/// them. Answers how many there were.
pub async fn let_leave(
    db: &Db,
    school: SchoolId,
    students: &[PersonId],
    now: Time,
) -> Result<u64, DbErr> {
    let tx = db.write().await?;
    let left_at = now - TimeDelta::days(400);
    let left = person::Entity::update_many()
        .col_expr(person::Column::EndedAt, Expr::value(Some(left_at)))
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.is_in(students.iter().copied()))
        .exec(&*tx)
        .await?;
    person_role::Entity::update_many()
        .col_expr(person_role::Column::EndedAt, Expr::value(Some(left_at)))
        .filter(person_role::Column::SchoolId.eq(school))
        .filter(person_role::Column::PersonId.is_in(students.iter().copied()))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(left.rows_affected)
}

/// Ends the days in which whoever asked to be erased can call it off, as if they were over.
/// Answers how many erasures go on once somebody looks.
pub async fn end_cooling_off(db: &Db, now: Time) -> Result<u64, DbErr> {
    let tx = db.write().await?;
    let ended = erasure_job::Entity::update_many()
        .col_expr(erasure_job::Column::CoolingOffUntil, Expr::value(Some(now)))
        .filter(erasure_job::Column::State.eq(ErasureState::CoolingOff))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(ended.rows_affected)
}

/// Somebody at a browser, who asks for their own copy.
pub fn somebody(school: SchoolId, person: PersonId) -> Actor {
    Actor {
        school,
        person,
        account: AccountId(person.0),
        session: SessionId(person.0),
        on_device: crate::actor::OnDevice::default(),
        roles: Roles::default(),
        name: String::new(),
        school_name: String::new(),
        school_code: String::new(),
        phase: Phase::Secondary,
        time_zone: chrono_tz::UTC,
        announcement: None,
        leaves_at: None,
        looks: Looks::default(),
        appearance: crate::reading::Appearance::default(),
    }
}

/// How many people have been erased.
pub async fn erased(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    erasure_job::Entity::find()
        .filter(erasure_job::Column::State.eq(ErasureState::Complete))
        .count(db)
        .await
}
