//! Correcting what the school knows of a person: name, year group, e-mail address
//! and username. Only what changed is written, and stands in the event.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, SqlErr};
use serde_json::{Map, Value, json};
use vocab::ids::PersonId;
use vocab::people::{EditPerson, PersonDetail, ValidDetails};

use super::names::taken_by_another;
use super::write::{also_taken, hold_one, load};
use super::{Error, contact, sort_name, spell_username, taken_username};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::guard::{self, Use};
use crate::keys::{Opened, Unreadable};
use crate::secrets::fingerprint;
use entity::{account, person};

/// The form that corrects a person, as they are now. No query.
pub fn form(person: &PersonDetail) -> EditPerson {
    let PersonDetail {
        summary,
        given_name,
        family_name,
        email,
        ..
    } = person;
    let others = [
        summary.year_group.as_deref(),
        email.as_deref(),
        summary.username.as_deref(),
    ];
    let seen = seen((given_name.as_str(), family_name.as_str()), others);
    let [year_group, email, username] = others.map(|words| words.unwrap_or_default().to_owned());
    EditPerson {
        given_name: given_name.clone(),
        family_name: family_name.clone(),
        year_group,
        email,
        username,
        seen,
    }
}

/// What the form carries to know whether it still shows the person as they are: year group,
/// address and username follow the names. A fingerprint: the words stand in the page already.
fn seen((given, family): (&str, &str), others: [Option<&str>; 3]) -> String {
    fingerprint(&json!([given, family, others]).to_string())
}

/// The details to keep, or everything that is wrong with the form: a username that somebody
/// else has is said together with the rest.
pub async fn check_details(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    form: &EditPerson,
) -> Result<ValidDetails, Error> {
    let mut errors = match form.validate() {
        Ok(details) => return Ok(details),
        Err(errors) => errors,
    };
    load(tx, permitted.school(), id).await?;
    let (asked, name) = (
        form.username.as_str(),
        (form.given_name.as_str(), form.family_name.as_str()),
    );
    errors.extend(also_taken(tx, permitted, asked, name, Some(id)).await?);
    Err(Error::Invalid(errors))
}

/// Corrects a person who is in the school, unless somebody else did since the form was
/// opened. Without a username the one they have stays; one that is taken stands beside
/// `username`, with a free one.
pub async fn edit(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    new: &ValidDetails,
    now: Time,
) -> Result<(), Error> {
    let school = permitted.school();
    hold_one(tx, school, id).await?;
    let old = load(tx, school, id).await?;
    guard::require(&**tx, (school, id), Use::Edit).await?;
    if old.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut note = |field: &str, was: Value, is: Value| {
        if was != is {
            before.insert(field.to_owned(), was);
            after.insert(field.to_owned(), is);
        }
    };
    note("given_name", json!(old.given_name), json!(new.given_name));
    note(
        "family_name",
        json!(old.family_name),
        json!(new.family_name),
    );
    note("year_group", json!(old.year_group), json!(new.year_group));
    let email = match &old.email {
        Some(email) => match contact::open_one(&**tx, school, id, email).await? {
            Opened::Unreadable => return Err(Unreadable.into()),
            opened => opened.text(),
        },
        None => None,
    };
    note("email", json!(email), json!(new.email));
    let account = account::Entity::find()
        .filter(account::Column::SchoolId.eq(school))
        .filter(account::Column::PersonId.eq(id))
        .one(&**tx)
        .await?;
    let username = new.username.as_deref().map(spell_username);
    if let (Some(account), Some(username)) = (&account, &username) {
        note("username", json!(account.username), json!(username));
    }
    if after.is_empty() {
        return Ok(());
    }
    let now_they_are = seen(
        (old.given_name.as_str(), old.family_name.as_str()),
        [
            old.year_group.as_deref(),
            email.as_deref(),
            account.as_ref().map(|account| account.username.as_str()),
        ],
    );
    if !new.seen.is_empty() && new.seen != now_they_are {
        return Err(Error::ChangedMeanwhile);
    }
    person::ActiveModel {
        id: Set(id),
        given_name: Set(new.given_name.clone()),
        family_name: Set(new.family_name.clone()),
        sort_name: Set(sort_name(&new.given_name, &new.family_name)),
        year_group: Set(new.year_group.clone()),
        email: Set(contact::seal_one(&**tx, school, id, new.email.as_deref()).await?),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    if let (Some(account), Some(username)) = (account, username)
        && account.username != username
    {
        rename_account(tx, permitted, &account, username, new).await?;
    }
    let event = Event {
        school,
        actor: permitted.actor(),
        kind: "person.edited",
        subject: id.0,
        before: Some(Value::Object(before)),
        after: Some(Value::Object(after)),
    };
    events::record_about(&**tx, event, id, now).await?;
    Ok(())
}

async fn rename_account(
    tx: &Write,
    permitted: &Permitted<()>,
    account: &account::Model,
    username: String,
    new: &ValidDetails,
) -> Result<(), Error> {
    let school = permitted.school();
    let name = (new.given_name.as_str(), new.family_name.as_str());
    let whose = Some(account.person_id);
    if let Some(taken) = taken_by_another(&**tx, school, &username, name, whose).await? {
        return Err(Error::Invalid(vec![taken]));
    }
    let renamed = account::ActiveModel {
        id: Set(account.id),
        username: Set(username.clone()),
        ..Default::default()
    }
    .update(&**tx)
    .await;
    match renamed {
        Ok(_) => Ok(()),
        Err(error) => match error.sql_err() {
            // Somebody took it in the last moment: the form comes back and works then.
            Some(SqlErr::UniqueConstraintViolation(_)) => {
                Err(Error::Invalid(vec![taken_username(&format!(
                    "{username}2"
                ))]))
            }
            _ => Err(error.into()),
        },
    }
}
