//! The school itself: how it is made with its first admin, how it is found by its
//! code, the declaration that it signs before its roster opens, and how it leaves. The
//! operator, who runs the platform, lives in a reserved school without students.

mod colour;
pub mod declaration;
pub mod hue;
mod in_the_way;
pub mod leaving;
pub mod policy;

pub use colour::Rgb;
pub use declaration::{declaration, declaration_state, is_declared, sign_declaration};

pub(crate) use in_the_way::{stands_in_the_way, who_settle};

use chrono_tz::Tz;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, SqlErr,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::{Role, ValidPerson};
use vocab::schools::{Phase, SchoolDetails, ValidAdmin, ValidSchool, ValidSchoolDetails};

use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::people::{self, PersonRow, spell_username};
use crate::secrets::new_id;
use entity::{account, person_role, school};

/// The code of the reserved school that operators sign in with. It has no
/// students, no classrooms and no declaration; no other school may take its code.
pub const OPERATOR_CODE: &str = "OPERATOR";

/// A list of schools shows no more.
const MOST_LISTED: u64 = 1_000;

/// Why something that concerns the whole school is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Somebody else saved first.
    #[error("somebody else changed the school just before")]
    ChangedMeanwhile,
    /// The declaration's present text is signed already with the same words, for more than
    /// 30 days to come.
    #[error("the declaration is signed already")]
    AlreadySigned,
    /// One at a time.
    #[error("the school is leaving already")]
    LeavesAlready,
    /// Whoever asked for it does not confirm it.
    #[error("a second person has to confirm it")]
    SecondPerson,
    /// Fewer days are left than everybody has to be told.
    #[error("fewer than seven days are left until the last day")]
    LeavingTooSoon,
    /// Whoever runs the platform ended it, and calls it off.
    #[error("whoever runs the platform ended it")]
    EndedByOperator,
    /// It was confirmed or called off meanwhile, or its day has come.
    #[error("somebody else did something about it just before")]
    LeavingChanged,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The time zone that a school's days begin and end in. One query.
pub(crate) async fn zone_of(db: &impl ConnectionTrait, school: SchoolId) -> Result<Tz, DbErr> {
    let school = school::Entity::find_by_id(school).one(db).await?;
    Ok(school
        .and_then(|school| school.time_zone.parse().ok())
        .unwrap_or(Tz::UTC))
}

/// True once the platform has a school, so that the set-up page stays closed.
pub async fn any_exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let first = school::Entity::find()
        .filter(school::Column::Code.ne(OPERATOR_CODE))
        .one(db)
        .await?;
    Ok(first.is_some())
}

/// The school with this code, in its one spelling.
pub async fn find_by_code(
    db: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<school::Model>, DbErr> {
    school::Entity::find()
        .filter(school::Column::Code.eq(code))
        .one(db)
        .await
}

/// Every school of the platform and the platform's own, by code; for the command line.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<school::Model>, DbErr> {
    school::Entity::find()
        .order_by_asc(school::Column::Code)
        .all(db)
        .await
}

/// Makes a school. A code that is taken stands beside `school_code`.
pub async fn create(tx: &Write, school: &ValidSchool, now: Time) -> Result<school::Model, Error> {
    if school.code == OPERATOR_CODE {
        return Err(no_such_code(
            "This code is kept for the operator. Choose a different one",
        ));
    }
    if find_by_code(&**tx, &school.code).await?.is_some() {
        return Err(code_taken());
    }
    insert(tx, school, now).await
}

fn code_taken() -> Error {
    no_such_code("Another school has this code. Choose a different one")
}

fn no_such_code(message: &str) -> Error {
    Error::Invalid(vec![FieldError {
        field: "school_code".to_owned(),
        message: message.to_owned(),
    }])
}

async fn insert(tx: &Write, school: &ValidSchool, now: Time) -> Result<school::Model, Error> {
    let made = school::ActiveModel {
        id: Set(SchoolId(new_id())),
        code: Set(school.code.clone()),
        name: Set(school.name.clone()),
        phase: Set(school.phase),
        time_zone: Set(school.time_zone.clone()),
        created_at: Set(now),
        hue: Set(None),
        roster_org_ids: Set(None),
        roster_came_unnamed: Set(false),
    }
    .insert(&**tx)
    .await
    .map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => code_taken(),
        _ => Error::Database(error),
    })?;
    let event = Event {
        school: made.id,
        actor: None,
        kind: "school.made",
        subject: made.id.0,
        before: None,
        after: Some(json!({ "code": made.code, "name": made.name })),
    };
    events::record(&**tx, event, now).await?;
    Ok(made)
}

/// Holds the school's row, so that two who change something of the school at once come one
/// after the other; the school as it is then. What only points to it does not wait.
pub(crate) async fn hold(tx: &Write, school: SchoolId) -> Result<school::Model, AccessError> {
    school::Entity::find_by_id(school)
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)
}

/// What the form carries to know whether it still shows the school as it is.
fn seen(school: &school::Model) -> String {
    json!([school.name, school.phase, school.time_zone]).to_string()
}

/// Corrects a school's name, phase and time zone, unless somebody else did since the form
/// was opened. Times that were set stay the same moments; the school's clocks show them
/// otherwise.
pub async fn edit(
    tx: &Write,
    permitted: &Permitted<()>,
    new: &ValidSchoolDetails,
    now: Time,
) -> Result<(), Error> {
    let old = hold(tx, permitted.school()).await?;
    let told = |name: &str, phase: Phase, zone: &str| json!({ "name": name, "phase": phase, "time_zone": zone });
    let before = told(&old.name, old.phase, &old.time_zone);
    let after = told(&new.name, new.phase, &new.time_zone);
    if before == after {
        return Ok(());
    }
    if !new.seen.is_empty() && new.seen != seen(&old) {
        return Err(Error::ChangedMeanwhile);
    }
    school::ActiveModel {
        id: Set(old.id),
        name: Set(new.name.clone()),
        phase: Set(new.phase),
        time_zone: Set(new.time_zone.clone()),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: old.id,
        actor: permitted.actor(),
        kind: "school.edited",
        subject: old.id.0,
        before: Some(before),
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// The school as its admin's form shows it.
pub async fn details(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<SchoolDetails, Error> {
    let school = school::Entity::find_by_id(permitted.school())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let seen = seen(&school);
    Ok(SchoolDetails {
        seen,
        school_name: school.name,
        phase: school.phase.to_string(),
        time_zone: school.time_zone,
    })
}

/// Whether there is a time zone of this name (IANA).
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Adds an admin with a password that was hashed before the transaction began.
pub async fn create_admin(
    tx: &Write,
    school: &school::Model,
    admin: &ValidAdmin,
    password_hash: String,
    now: Time,
) -> Result<(PersonId, AccountId), Error> {
    create_with_password(tx, school, admin, Role::SchoolAdmin, password_hash, now).await
}

/// Adds an operator, and the reserved school with the first of them. They sign in
/// with the school code [`OPERATOR_CODE`].
pub async fn create_operator(
    tx: &Write,
    operator: &ValidAdmin,
    password_hash: String,
    now: Time,
) -> Result<(PersonId, AccountId), Error> {
    let platform = if let Some(platform) = find_by_code(&**tx, OPERATOR_CODE).await? {
        platform
    } else {
        let reserved = ValidSchool {
            name: "Platform".to_owned(),
            code: OPERATOR_CODE.to_owned(),
            phase: Phase::Secondary,
            time_zone: "Europe/London".to_owned(),
        };
        insert(tx, &reserved, now).await?
    };
    create_with_password(tx, &platform, operator, Role::Operator, password_hash, now).await
}

async fn create_with_password(
    tx: &Write,
    school: &school::Model,
    admin: &ValidAdmin,
    role: Role,
    password_hash: String,
    now: Time,
) -> Result<(PersonId, AccountId), Error> {
    let username = spell_username(&admin.username);
    let is_taken = account::Entity::find()
        .filter(account::Column::SchoolId.eq(school.id))
        .filter(account::Column::Username.eq(&username))
        .one(&**tx)
        .await?
        .is_some();
    if is_taken {
        let (given, family) = (&admin.given_name, &admin.family_name);
        let free = people::free_username(&**tx, school.id, given, family).await?;
        return Err(Error::Invalid(vec![people::taken_username(&free)]));
    }
    let person = ValidPerson {
        given_name: admin.given_name.clone(),
        family_name: admin.family_name.clone(),
        role,
        year_group: None,
        email: None,
        username: Some(username.clone()),
    };
    let row = PersonRow {
        school: school.id,
        by: None,
        person: &person,
        username: &username,
        password_hash: Some(password_hash),
    };
    Ok(people::insert(tx, row, now).await?)
}

/// A school as the operator sees it: its door, not its inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolLine {
    /// Which.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Since when it has been here.
    pub since: Time,
}

/// The schools on the platform by name, at most 1,000. The only read that leaves
/// the actor's school, so it asks again whether they are an operator.
pub async fn list_for_operator(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<Vec<SchoolLine>, Error> {
    let asking = permitted.actor().ok_or(AccessError::NotFound)?;
    person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(asking))
        .filter(person_role::Column::Role.eq(Role::Operator))
        .filter(person_role::Column::EndedAt.is_null())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let schools = school::Entity::find()
        .filter(school::Column::Code.ne(OPERATOR_CODE))
        .order_by_asc(school::Column::Name)
        .order_by_asc(school::Column::Id)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    Ok(schools
        .into_iter()
        .map(|school| SchoolLine {
            id: school.id,
            name: school.name,
            code: school.code,
            since: school.created_at,
        })
        .collect())
}
