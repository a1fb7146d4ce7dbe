//! Changing one's own password: the old one proves who is asking, and every other
//! session ends. Guesses at the old one are slowed like those at the sign-in form.
//! [`prove`] asks for it before other things that a stranger must not get.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::accounts::{ChangePassword, PasswordFor, check_password};
use vocab::form::{Checks, FieldError};
use vocab::people::{Role, Roles};

use super::guard::{Try, Watched};
use super::passwords::{Hasher, Verdict};
use super::{Error, guessable, sessions};
use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Db;
use crate::events::{self, Event};
use entity::account;

/// Changes the actor's password. The session that asks goes on; the others end.
pub async fn change_password(
    db: &Db,
    hasher: &Hasher,
    actor: &Actor,
    form: &ChangePassword,
    now: Time,
) -> Result<(), Error> {
    let account = own_account(db, actor).await?;
    let mut errors = check(form, actor, &account.username)
        .err()
        .unwrap_or_default();
    if form.current_password.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let (watched, verdict) =
        try_own(db, hasher, actor, (&account, &form.current_password), now).await?;
    if verdict == Verdict::Wrong {
        errors.insert(
            0,
            error("current_password", "This is not your password now"),
        );
    }
    if !errors.is_empty() {
        if verdict != Verdict::Wrong {
            watched.take_back(db).await?;
        }
        return Err(Error::Invalid(errors));
    }
    let hash = hasher.hash(form.new_password.clone()).await?;

    let tx = db.write().await?;
    let changed = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(Some(hash)))
        .col_expr(account::Column::PasswordSetAt, Expr::value(Some(now)))
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::PasswordHash.eq(account.password_hash))
        .exec(&*tx)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Invalid(vec![error(
            "current_password",
            "Your password was changed on another device just now. Enter the new one",
        )]));
    }
    watched.clear(&tx).await?;
    sessions::end_all_others(&tx, actor, now).await?;
    let event = Event {
        school: actor.school,
        actor: Some(actor.person),
        kind: "password.changed",
        subject: account.id.0,
        before: None,
        after: None,
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Shows once more that it is the actor who asks, before something that a stranger at
/// their unlocked device must not get. The error stands at the field "password".
pub async fn prove(
    db: &Db,
    hasher: &Hasher,
    actor: &Actor,
    password: &str,
    now: Time,
) -> Result<(), Error> {
    if password.is_empty() {
        let missing = error("password", "Enter your password, to show that it is you");
        return Err(Error::Invalid(vec![missing]));
    }
    let account = own_account(db, actor).await?;
    let (watched, verdict) = try_own(db, hasher, actor, (&account, password), now).await?;
    if verdict == Verdict::Wrong {
        let wrong = error("password", "This is not your password");
        return Err(Error::Invalid(vec![wrong]));
    }
    watched.take_back(db).await?;
    Ok(())
}

async fn own_account(db: &Db, actor: &Actor) -> Result<account::Model, Error> {
    let own = account::Entity::find_by_id(actor.account)
        .filter(account::Column::SchoolId.eq(actor.school))
        .one(db.read())
        .await?;
    Ok(own.ok_or(AccessError::NotFound)?)
}

/// One guess at the actor's own password. It is counted until it is taken back.
async fn try_own(
    db: &Db,
    hasher: &Hasher,
    actor: &Actor,
    (account, password): (&account::Model, &str),
    now: Time,
) -> Result<(Watched, Verdict), Error> {
    let watched = Watched::account(&actor.school_code, &account.username);
    if let Try::Wait { seconds } = watched.count(db, now).await? {
        return Err(Error::Wait { seconds });
    }
    let stored = account.password_hash.clone();
    match hasher.verify(password.to_owned(), stored).await {
        Ok(verdict) => Ok((watched, verdict)),
        Err(error) => {
            watched.take_back(db).await?;
            Err(error)
        }
    }
}

fn check(form: &ChangePassword, actor: &Actor, username: &str) -> Result<(), Vec<FieldError>> {
    let mut checks = Checks::default();
    if form.current_password.is_empty() {
        checks.fail("current_password", "Enter your password as it is now");
    }
    let whose = whose_password(actor.roles);
    check_password(&mut checks, "new_password", &form.new_password, whose);
    let own = [
        &*actor.name,
        username,
        &actor.school_name,
        &actor.school_code,
    ];
    if let Some(reason) = guessable(&form.new_password, whose, &own) {
        checks.fail("new_password", reason);
    }
    if !form.new_password.is_empty() && form.new_password == form.current_password {
        checks.fail(
            "new_password",
            "The new password is the same as the old one",
        );
    }
    checks.finish(|| ())
}

/// Only those who are nothing but students may have a short one.
pub(crate) fn whose_password(roles: Roles) -> PasswordFor {
    if roles.iter().all(|role| role == Role::Student) {
        PasswordFor::Student
    } else {
        PasswordFor::Adult
    }
}

fn error(field: &str, message: &str) -> FieldError {
    FieldError {
        field: field.to_owned(),
        message: message.to_owned(),
    }
}
