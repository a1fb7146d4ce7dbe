//! Signing in. An unknown school, an unknown username, an account without a
//! password, a disabled one and a wrong password are one and the same answer,
//! and take the same time. The password is hashed outside any transaction, so
//! that thirty people signing in do not stop others from saving.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
};
use vocab::accounts::SignIn;
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::{Role, Roles};

use super::Error;
use super::guard::{Try, Watched};
use super::passwords::{Hasher, Verdict};
use super::sessions::{self, Beginner, may_sign_in, to_person, to_role};
use crate::badges;
use crate::clock::Time;
use crate::db::Db;
use crate::people::spell_username;
use crate::safety;
use crate::schools::leaving;
use entity::{account, person_role, school};

/// The device that somebody signs in on.
#[derive(Clone, Debug)]
pub struct Device {
    /// What its own cookie holds, where it has one with our seal: tries are counted by it.
    pub id: Option<String>,
    /// Such as "Chrome on Android", for the list of devices.
    pub label: String,
    /// The token of the session that this browser holds, if any. It ends when
    /// another begins: the browser forgets it then, and nobody could end it.
    pub session: Option<String>,
    /// The token of the enrolment that this browser holds, if any.
    pub enrolment: Option<String>,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie.
    pub token: String,
    /// When the session ends at the latest.
    pub expires_at: Time,
    /// Whose world they are in.
    pub school: SchoolId,
    /// Who they are.
    pub person: PersonId,
    /// What they are.
    pub roles: Roles,
    /// A class shares the device: the cookie of its enrolment is to last from now on. That of
    /// one student's own ends a year after it was enrolled, and they may say anew whose it is.
    pub is_shared: bool,
}

/// Why nobody is in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// School, username and password do not belong together. Which of them is
    /// wrong is told to nobody.
    #[error("school, username and password do not belong together")]
    Wrong,
    /// The school has stopped using the platform: only its admins and its data protection
    /// lead are let in, and nobody once everything is deleted.
    #[error("the school has left")]
    SchoolLeft,
    /// Too many wrong tries; a right password waits as well, or guessing would go on.
    #[error("wait {seconds} seconds")]
    Wait {
        /// Whole seconds, at least 1; [`vocab::accounts::wait_words`] says it.
        seconds: u64,
    },
    /// The server cannot check passwords just now; the try was not counted.
    #[error("passwords cannot be checked now: {0}")]
    Unavailable(String),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Lets somebody in whose `form` (validated before) is right.
pub async fn sign_in(
    db: &Db,
    hasher: &Hasher,
    form: &SignIn,
    device: &Device,
    now: Time,
) -> Result<SignedIn, SignInError> {
    let username = spell_username(&form.username);
    let watched = Watched::sign_in(&form.school, &username, device.id.as_deref());
    let named = (form.school.as_str(), username.as_str());
    if let Try::Wait { seconds } = watched.count(db, now).await? {
        safety::slowed(db, named, &device.label, now).await?;
        return Err(SignInError::Wait { seconds });
    }
    let door = find_door(db, &form.school, &username, now).await?;
    let stored = door.as_ref().and_then(|door| door.password_hash.clone());
    let verdict = match hasher.verify(form.password.clone(), stored).await {
        Ok(verdict) => verdict,
        Err(error) => return Err(unavailable(db, &watched, error).await),
    };
    let (Some(door), Verdict::Right | Verdict::RightButOld) = (door, verdict) else {
        safety::refused(db, named, &device.label, now).await?;
        if leaving::has_left(db.read(), &form.school, now).await? {
            return Err(SignInError::SchoolLeft);
        }
        return Err(SignInError::Wrong);
    };
    let stronger = if verdict == Verdict::RightButOld {
        hasher.hash(form.password.clone()).await.ok()
    } else {
        None
    };

    let tx = db.write().await?;
    // While the hash was computed the password may have been changed, and all
    // sessions ended: the old password must not open a new one after that.
    let is_unchanged = account::Entity::find_by_id(door.who.account)
        .filter(account::Column::PasswordHash.eq(door.password_hash))
        .filter(account::Column::DisabledAt.is_null())
        .lock_exclusive()
        .one(&*tx)
        .await?
        .is_some();
    if !is_unchanged {
        return Err(SignInError::Wrong);
    }
    if let Some(stronger) = stronger {
        // The same password, kept better: nothing that anybody did, so no event.
        account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(Some(stronger)))
            .filter(account::Column::Id.eq(door.who.account))
            .exec(&*tx)
            .await?;
    }
    watched.clear(&tx).await?;
    if let Some(token) = &device.session {
        sessions::end_replaced(&tx, token, now).await?;
    }
    let mut origin = badges::devices::origin(&tx, device, door.who.school, now).await?;
    let says_so = !form.own_device.is_empty() && !origin.is_shared;
    origin.is_own = (origin.is_own || says_so) && door.roles.has(Role::Student);
    let started = sessions::start(&tx, door.who, &device.label, origin, now).await?;
    tx.commit().await?;
    Ok(SignedIn {
        token: started.token,
        expires_at: started.expires_at,
        school: door.who.school,
        person: door.who.person,
        roles: door.roles,
        is_shared: origin.is_shared,
    })
}

async fn unavailable(db: &Db, watched: &Watched, error: Error) -> SignInError {
    match watched.take_back(db).await {
        Ok(()) => SignInError::Unavailable(error.to_string()),
        Err(error) => SignInError::Database(error),
    }
}

/// An account that somebody may sign in with, if the password is right.
struct Door {
    who: Beginner,
    password_hash: Option<String>,
    roles: Roles,
}

#[derive(FromQueryResult)]
struct Row {
    school: SchoolId,
    person: PersonId,
    account: AccountId,
    password_hash: Option<String>,
    role: Role,
}

async fn find_door(db: &Db, code: &str, username: &str, now: Time) -> Result<Option<Door>, DbErr> {
    let to_school = account::Entity::belongs_to(school::Entity)
        .from(account::Column::SchoolId)
        .to(school::Column::Id)
        .into();
    let rows = account::Entity::find()
        .select_only()
        .column_as(account::Column::SchoolId, "school")
        .column_as(account::Column::PersonId, "person")
        .column_as(account::Column::Id, "account")
        .column_as(account::Column::PasswordHash, "password_hash")
        .column_as(person_role::Column::Role, "role")
        .join(JoinType::InnerJoin, to_school)
        .join(JoinType::InnerJoin, to_person())
        .join(JoinType::InnerJoin, to_role())
        .filter(school::Column::Code.eq(code))
        .filter(account::Column::Username.eq(username))
        .filter(may_sign_in(now))
        .into_model::<Row>()
        .all(db.read())
        .await?;
    let roles = rows.iter().map(|row| row.role).collect();
    Ok(rows.into_iter().next().map(|row| Door {
        who: Beginner {
            school: row.school,
            person: row.person,
            account: row.account,
        },
        password_hash: row.password_hash,
        roles,
    }))
}
