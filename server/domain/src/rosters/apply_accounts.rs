//! Writing down the accounts of an import: new ones, those that are opened or closed, and
//! usernames that move.

use std::collections::HashSet;

use entity::account;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};
use vocab::ids::{AccountId, SchoolId};

use super::apply::save;
use super::plan::PersonChange;
use crate::clock::Time;
use crate::secrets::new_id;

/// Writes the accounts of people.
pub(super) async fn save_accounts(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonChange],
    now: Time,
) -> Result<(), DbErr> {
    use account::Column as A;
    free_usernames(db, school, people, now).await?;
    let rows = people
        .iter()
        .filter_map(|person| account_row(school, person, now))
        .collect();
    save::<account::ActiveModel>(db, rows, A::Id, &[A::Username, A::DisabledAt]).await
}

/// Lets go of the usernames that move from one of these people to another: a username is
/// somebody's alone at every moment. In between an account has a name that nobody can type.
async fn free_usernames(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonChange],
    now: Time,
) -> Result<(), DbErr> {
    let names = people
        .iter()
        .map(|person| person.row.after.username.as_deref());
    let wanted: HashSet<&str> = names.flatten().collect();
    let gives_up = |person: &&PersonChange| {
        let before = person.row.before.as_ref();
        let old = before.and_then(|before| before.username.as_deref());
        let is_other = old != person.row.after.username.as_deref();
        is_other && old.is_some_and(|name| wanted.contains(name))
    };
    let rows = people
        .iter()
        .filter(gives_up)
        .filter_map(|person| {
            Some(account::ActiveModel {
                username: Set(format!("~{}", person.row.id.0.simple())),
                ..account_row(school, person, now)?
            })
        })
        .collect();
    save::<account::ActiveModel>(db, rows, account::Column::Id, &[account::Column::Username]).await
}

/// The account, where it is new or something of it changes. A password is never
/// written: that of an account that is there stays.
fn account_row(school: SchoolId, person: &PersonChange, now: Time) -> Option<account::ActiveModel> {
    let after = &person.row.after;
    let username = after.username.clone()?;
    let is_same = person.row.before.as_ref().is_some_and(|before| {
        before.username == after.username && before.disabled_at == after.disabled_at
    });
    (!is_same).then(|| account::ActiveModel {
        id: Set(person
            .account
            .map_or_else(|| AccountId(new_id()), |account| account.id)),
        school_id: Set(school),
        person_id: Set(person.row.id),
        username: Set(username),
        password_hash: Set(None),
        password_set_at: Set(None),
        disabled_at: Set(after.disabled_at),
        created_at: Set(now),
    })
}
