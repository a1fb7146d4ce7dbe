//! Passwords handed out to students, who often have no e-mail: the office makes
//! new ones, a teacher makes the first ones of a classroom. They are made of
//! words, shown once to whoever asked, and kept only as hashes. Staff and
//! guardians are invited instead: nobody else ever knows their password.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::accounts::Credential;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::{Role, Roles};

use super::read::with_role;
use super::{Error, Usernames, display_name};
use crate::access::{AccessError, Permitted};
use crate::accounts::passwords::Hasher;
use crate::accounts::{guard, sessions};
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::secrets;
use crate::secrets::new_id;
use entity::{account, classroom, enrolment, person, person_role, school};

/// A large year group; 400 hashes take about eight seconds.
pub const MOST_AT_ONCE: usize = 400;
/// Hashes asked for at once, so that people who sign in meanwhile take turns with them.
const HASHES_AT_ONCE: usize = 2;

/// Gives new passwords to these students, sorted by family name. Accounts are made
/// where there are none; sessions under the old password end.
pub async fn give_passwords(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<()>,
    people: &[PersonId],
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let asked: HashSet<PersonId> = people.iter().copied().collect();
    if asked.len() > MOST_AT_ONCE {
        return Err(Error::TooMany { most: MOST_AT_ONCE });
    }
    let which = person::Column::Id.is_in(asked.iter().copied());
    let which = Condition::all().add(which);
    let (students, others) = load(db.read(), permitted.school(), which).await?;
    if others > 0 {
        return Err(Error::StudentsOnly);
    }
    if students.len() != asked.len() {
        return Err(AccessError::NotFound.into());
    }
    let giver = Giver {
        school: permitted.school(),
        by: permitted.actor(),
        replaces: Replaces::Any,
    };
    giver.give(db, hasher, students, now).await
}

/// Gives first passwords to the students of a classroom who have none yet, at most
/// 400. The permission is to manage the classroom's members.
pub async fn give_passwords_in_classroom(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<classroom::Model>,
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let which = Condition::all()
        .add(person::Column::Id.in_subquery(students_of(permitted)))
        .add(account::Column::PasswordSetAt.is_null());
    let (mut students, _) = load(db.read(), permitted.school(), which).await?;
    students.truncate(MOST_AT_ONCE);
    let giver = Giver {
        school: permitted.school(),
        by: Some(permitted.actor()),
        replaces: Replaces::Nothing,
    };
    giver.give(db, hasher, students, now).await
}

/// Gives first passwords to students of the school who have none yet, at most 100 at a
/// time: so many can be printed and handed out, and are made in a few seconds.
pub async fn give_first_passwords(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<Credential>, Error> {
    const AT_A_TIME: usize = 100;
    let which = Condition::all()
        .add(person::Column::Id.in_subquery(with_role(permitted, Role::Student)))
        .add(account::Column::PasswordSetAt.is_null());
    let (mut students, _) = load(db.read(), permitted.school(), which).await?;
    students.truncate(AT_A_TIME);
    let giver = Giver {
        school: permitted.school(),
        by: permitted.actor(),
        replaces: Replaces::Nothing,
    };
    giver.give(db, hasher, students, now).await
}

/// Gives one student of a classroom a new password in place of a forgotten one.
pub async fn give_password_to_member(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<classroom::Model>,
    student: PersonId,
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let which = Condition::all()
        .add(person::Column::Id.eq(student))
        .add(person::Column::Id.in_subquery(students_of(permitted)));
    let (students, others) = load(db.read(), permitted.school(), which).await?;
    if others > 0 {
        return Err(Error::StudentsOnly);
    }
    if students.is_empty() {
        return Err(AccessError::NotFound.into());
    }
    let giver = Giver {
        school: permitted.school(),
        by: Some(permitted.actor()),
        replaces: Replaces::Any,
    };
    giver.give(db, hasher, students, now).await
}

/// The students who have a place in the classroom now.
fn students_of(permitted: &Permitted<classroom::Model>) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(enrolment::Column::ClassroomId.eq(permitted.id))
                .add(enrolment::Column::Role.eq(ClassroomRole::Student))
                .add(enrolment::Column::EndedAt.is_null()),
        )
        .take()
}

/// Somebody who gets a password.
struct Student {
    id: PersonId,
    given_name: String,
    family_name: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: PersonId,
    given_name: String,
    family_name: String,
    sort_name: String,
    role: Role,
}

/// Those who are students and nothing else, by name; and how many are not.
async fn load(
    db: &impl ConnectionTrait,
    school: SchoolId,
    which: Condition,
) -> Result<(Vec<Student>, usize), DbErr> {
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
    let mut people: BTreeMap<(String, PersonId), (Student, Roles)> = BTreeMap::new();
    for row in rows {
        let known = people.entry((row.sort_name, row.id)).or_insert_with(|| {
            let student = Student {
                id: row.id,
                given_name: row.given_name,
                family_name: row.family_name,
            };
            (student, Roles::default())
        });
        known.1 = known.1.with(row.role);
    }
    let only_student = Roles::default().with(Role::Student);
    let (students, others): (Vec<_>, Vec<_>) = people
        .into_values()
        .partition(|(_, roles)| *roles == only_student);
    let students = students.into_iter().map(|(student, _)| student).collect();
    Ok((students, others.len()))
}

/// Whether a password that is there may be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replaces {
    Any,
    Nothing,
}

struct Giver {
    school: SchoolId,
    by: Option<PersonId>,
    replaces: Replaces,
}

/// A password in clear, on its way to whoever asked, and its hash.
struct Made {
    student: Student,
    password: String,
    hash: String,
}

impl Giver {
    async fn give(
        &self,
        db: &Db,
        hasher: &Hasher,
        students: Vec<Student>,
        now: Time,
    ) -> Result<Vec<Credential>, Error> {
        if students.is_empty() {
            return Ok(Vec::new());
        }
        // Before the transaction: hashing takes seconds, and others want to save.
        let made: Vec<Made> = stream::iter(students)
            .map(|student| async move {
                let password = new_password();
                let hash = hasher.hash(password.clone()).await?;
                Ok::<_, Error>(Made {
                    student,
                    password,
                    hash,
                })
            })
            .buffered(HASHES_AT_ONCE)
            .try_collect()
            .await?;
        let tx = db.write().await?;
        let credentials = self.keep(&tx, made, now).await?;
        tx.commit().await?;
        Ok(credentials)
    }

    async fn keep(&self, tx: &Write, made: Vec<Made>, now: Time) -> Result<Vec<Credential>, Error> {
        let school = school::Entity::find_by_id(self.school)
            .one(&**tx)
            .await?
            .ok_or(AccessError::NotFound)?;
        let accounts = account::Entity::find()
            .filter(account::Column::SchoolId.eq(self.school))
            .filter(account::Column::PersonId.is_in(made.iter().map(|made| made.student.id)))
            .all(&**tx)
            .await?;
        let mut accounts: HashMap<PersonId, account::Model> = accounts
            .into_iter()
            .map(|account| (account.person_id, account))
            .collect();
        let mut usernames = if accounts.len() < made.len() {
            Some(Usernames::load(&**tx, self.school).await?)
        } else {
            None
        };
        let mut rows = Vec::with_capacity(made.len());
        let mut credentials = Vec::with_capacity(made.len());
        for made in made {
            let Student {
                id,
                given_name,
                family_name,
            } = made.student;
            let known = accounts.remove(&id);
            let has_one = known
                .as_ref()
                .is_some_and(|account| account.password_hash.is_some());
            if has_one && self.replaces == Replaces::Nothing {
                continue;
            }
            let (account, username) = match (known, &mut usernames) {
                (Some(account), _) => (account.id, account.username),
                (None, Some(free)) => (AccountId(new_id()), free.take(&given_name, &family_name)),
                (None, None) => return Err(AccessError::NotFound.into()),
            };
            rows.push((account, id, username.clone(), made.hash));
            credentials.push(Credential {
                name: display_name(&given_name, &family_name),
                school: school.code.clone(),
                username,
                password: made.password,
            });
        }
        self.write(tx, &school.code, rows, now).await?;
        Ok(credentials)
    }

    async fn write(
        &self,
        tx: &Write,
        school_code: &str,
        rows: Vec<(AccountId, PersonId, String, String)>,
        now: Time,
    ) -> Result<(), DbErr> {
        if rows.is_empty() {
            return Ok(());
        }
        let whose: Vec<(AccountId, PersonId)> = rows.iter().map(|row| (row.0, row.1)).collect();
        let names: Vec<String> = rows.iter().map(|row| row.2.clone()).collect();
        let models = rows
            .into_iter()
            .map(|(id, person, username, hash)| account::ActiveModel {
                id: Set(id),
                school_id: Set(self.school),
                person_id: Set(person),
                username: Set(username),
                password_hash: Set(Some(hash)),
                password_set_at: Set(Some(now)),
                disabled_at: Set(None),
                created_at: Set(now),
            });
        // One statement makes the missing accounts and changes the others.
        account::Entity::insert_many(models)
            .on_conflict(
                OnConflict::column(account::Column::Id)
                    .update_columns([
                        account::Column::PasswordHash,
                        account::Column::PasswordSetAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
        let accounts = whose.iter().map(|(account, _)| *account);
        sessions::end_of_accounts(tx, self.school, accounts, now).await?;
        guard::forget_accounts(tx, school_code, &names).await?;
        for (account, person) in whose {
            let event = Event {
                school: self.school,
                actor: self.by,
                kind: "password.given",
                subject: account.0,
                before: None,
                after: Some(json!({ "person": person })),
            };
            events::record(&**tx, event, now).await?;
        }
        Ok(())
    }
}

/// Nobody may choose a password for somebody else, a test neither, so randomness is
/// no argument here.
fn new_password() -> String {
    secrets::password(&mut secrets::random())
}
