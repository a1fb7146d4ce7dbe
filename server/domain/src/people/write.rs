//! Adding a person by hand, ending one who leaves, bringing one back. A leaver is
//! ended and never deleted: everything that ends with them is stamped with the
//! same moment, which is how bringing them back knows what belonged together.

use sea_orm::sea_query::{Expr, LockType, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
};
use serde_json::{Value, json};
use vocab::erasure::ErasureState;
use vocab::form::FieldError;
use vocab::ids::{AccountId, EnrolmentId, PersonId, SchoolId};
use vocab::people::{NewPerson, PersonSource, Role, ValidPerson};

use super::names::taken_by_another;
use super::roles::keep_an_admin;
use super::{Error, contact, free_username, sort_name, spell_username, taken_username};
use crate::access::{AccessError, Permitted};
use crate::accounts::{invitations, sessions};
use crate::classrooms::time_before_ends;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::guard::{self, Use};
use crate::secrets::new_id;
use entity::{account, enrolment, erasure_job, guardianship, person, person_role};

/// The person to add, or everything that is wrong with the form: a username that somebody
/// has is said together with the rest.
pub async fn check(
    tx: &Write,
    permitted: &Permitted<()>,
    form: &NewPerson,
) -> Result<ValidPerson, Error> {
    let mut errors = match form.validate() {
        Ok(person) => return Ok(person),
        Err(errors) => errors,
    };
    let (asked, name) = (
        form.username.as_str(),
        (form.given_name.as_str(), form.family_name.as_str()),
    );
    errors.extend(also_taken(tx, permitted, asked, name, None).await?);
    Err(Error::Invalid(errors))
}

/// That somebody else has the username of a form in which something else is wrong.
pub(super) async fn also_taken(
    tx: &Write,
    permitted: &Permitted<()>,
    asked: &str,
    name: (&str, &str),
    whose: Option<PersonId>,
) -> Result<Option<FieldError>, DbErr> {
    let asked = spell_username(asked);
    if asked.is_empty() {
        return Ok(None);
    }
    taken_by_another(&**tx, permitted.school(), &asked, name, whose).await
}

/// Adds a person with one role and an account without a password. A username that
/// was asked for and is taken stands beside `username`, with a free one.
pub async fn add(
    tx: &Write,
    permitted: &Permitted<()>,
    person: &ValidPerson,
    now: Time,
) -> Result<PersonId, Error> {
    let school = permitted.school();
    let (given, family) = (person.given_name.as_str(), person.family_name.as_str());
    let username = match person.username.as_deref().map(spell_username) {
        None => free_username(&**tx, school, given, family).await?,
        Some(asked) => {
            let taken = taken_by_another(&**tx, school, &asked, (given, family), None).await?;
            if let Some(taken) = taken {
                return Err(Error::Invalid(vec![taken]));
            }
            asked
        }
    };
    let row = PersonRow {
        school,
        by: permitted.actor(),
        person,
        username: &username,
        password_hash: None,
    };
    match insert(tx, row, now).await {
        Ok((id, _)) => Ok(id),
        Err(error) => match error.sql_err() {
            // Two admins at the same moment: the form comes back and works then.
            Some(SqlErr::UniqueConstraintViolation(_)) => {
                Err(Error::Invalid(vec![taken_username(&format!(
                    "{username}2"
                ))]))
            }
            _ => Err(error.into()),
        },
    }
}

/// A person about to be written, with role and account.
pub(crate) struct PersonRow<'a> {
    pub(crate) school: SchoolId,
    /// None where the operator's command line or the set-up page adds them.
    pub(crate) by: Option<PersonId>,
    pub(crate) person: &'a ValidPerson,
    pub(crate) username: &'a str,
    pub(crate) password_hash: Option<String>,
}

/// Writes person, role and account, and the event.
pub(crate) async fn insert(
    tx: &Write,
    row: PersonRow<'_>,
    now: Time,
) -> Result<(PersonId, AccountId), DbErr> {
    let PersonRow {
        school,
        by,
        person,
        username,
        password_hash,
    } = row;
    let id = PersonId(new_id());
    person::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        given_name: Set(person.given_name.clone()),
        family_name: Set(person.family_name.clone()),
        sort_name: Set(sort_name(&person.given_name, &person.family_name)),
        year_group: Set(person
            .year_group
            .clone()
            .filter(|_| person.role == Role::Student)),
        email: Set(contact::seal_one(&**tx, school, id, person.email.as_deref()).await?),
        sourced_id: Set(None),
        source_id: Set(None),
        created_at: Set(now),
        ended_at: Set(None),
        source: Set(PersonSource::Typed),
        tie_erased_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    give_role(tx, school, id, person.role, now).await?;
    let account = AccountId(new_id());
    account::ActiveModel {
        id: Set(account),
        school_id: Set(school),
        person_id: Set(id),
        username: Set(username.to_owned()),
        password_set_at: Set(password_hash.as_ref().map(|_| now)),
        password_hash: Set(password_hash),
        disabled_at: Set(None),
        created_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school,
        actor: by,
        kind: "person.added",
        subject: id.0,
        before: None,
        after: Some(json!({
            "given_name": person.given_name,
            "family_name": person.family_name,
            "role": person.role,
            "year_group": person.year_group,
            "username": username,
        })),
    };
    events::record(&**tx, event, now).await?;
    Ok((id, account))
}

/// Gives a role that the person does not have now.
pub(crate) async fn give_role(
    tx: &Write,
    school: SchoolId,
    person: PersonId,
    role: Role,
    now: Time,
) -> Result<(), DbErr> {
    person_role::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(person),
        role: Set(role),
        began_at: Set(now),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Ends a person: their roles, places in classrooms, family ties, invitations and
/// sessions; the account is disabled. Their work stays.
pub async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    now: Time,
) -> Result<(), Error> {
    if permitted.actor() == Some(id) {
        return Err(Error::Yourself);
    }
    let person = load(tx, permitted.school(), id).await?;
    if person.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    keep_an_admin(tx, permitted, id, now).await?;
    end_even_the_last_admin(tx, permitted, id, now).await?;
    Ok(())
}

/// Ends a person who is still here, and asks nobody whether the school keeps an admin: for
/// whoever had been erased and came back with an old backup.
pub(crate) async fn end_even_the_last_admin(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    now: Time,
) -> Result<(), DbErr> {
    let school = permitted.school();
    let roles = stamp_roles(tx, own_roles(school, id), None, Some(now)).await?;
    let places = stamp_places(tx, own_places(school, id), None, Some(now)).await?;
    let ties = stamp_ties(tx, own_ties(school, id), None, Some(now)).await?;
    stamp_account(tx, school, id, None, Some(now)).await?;
    stamp_person(tx, school, id, Some(now)).await?;
    invitations::void(tx, school, [id], now).await?;
    let accounts: Vec<AccountId> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::SchoolId.eq(school))
        .filter(account::Column::PersonId.eq(id))
        .into_tuple()
        .all(&**tx)
        .await?;
    sessions::end_of_accounts(tx, school, accounts, now).await?;
    let counts =
        json!({ "ended_at": now, "roles": roles, "enrolments": places, "guardianships": ties });
    let before = json!({ "ended_at": null });
    record(tx, permitted, "person.ended", id, before, counts, now).await
}

/// Brings a leaver back, with what ended together with them. A tie to somebody
/// who has left as well stays ended. Their places begin anew: what was set and due in their
/// classrooms while they were away is not theirs.
pub async fn restore(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    now: Time,
) -> Result<(), Error> {
    let school = permitted.school();
    let person = load(tx, school, id).await?;
    let Some(ended_at) = person.ended_at else {
        return Err(Error::NothingToDo);
    };
    guard::require(&**tx, (school, id), Use::BringBack).await?;
    let erasure = erasure_job::Entity::find()
        .filter(erasure_job::Column::SchoolId.eq(school))
        .filter(erasure_job::Column::PersonId.eq(id))
        .filter(erasure_job::Column::State.ne(ErasureState::CalledOff))
        .one(&**tx)
        .await?;
    if erasure.is_some() {
        return Err(Error::BeingErased);
    }
    let then = Some(ended_at);
    stamp_person(tx, school, id, None).await?;
    let roles = stamp_roles(tx, own_roles(school, id), then, None).await?;
    let places = open_places_again(tx, own_places(school, id), ended_at, now).await?;
    let here = || here(school);
    let ties = own_ties(school, id)
        .add(guardianship::Column::GuardianId.in_subquery(here()))
        .add(guardianship::Column::StudentId.in_subquery(here()));
    let ties = stamp_ties(tx, ties, then, None).await?;
    stamp_account(tx, school, id, then, None).await?;
    let counts = json!({ "roles": roles, "enrolments": places, "guardianships": ties });
    let before = json!({ "ended_at": ended_at });
    record(tx, permitted, "person.restored", id, before, counts, now).await?;
    Ok(())
}

/// Holds the rows of people, so that two who change something of theirs at once come one
/// after the other. What only points to them, such as a sign-in, does not wait.
pub(crate) async fn hold(tx: &Write, school: SchoolId, which: Condition) -> Result<(), DbErr> {
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::SchoolId.eq(school))
        .filter(which)
        // Everybody takes them in the same order, and nobody waits for ever.
        .order_by_asc(person::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<PersonId>()
        .all(&**tx)
        .await?;
    Ok(())
}

/// Holds the row of one person.
pub(crate) async fn hold_one(tx: &Write, school: SchoolId, id: PersonId) -> Result<(), DbErr> {
    hold(tx, school, Condition::all().add(person::Column::Id.eq(id))).await
}

pub(super) async fn load(
    tx: &Write,
    school: SchoolId,
    id: PersonId,
) -> Result<person::Model, Error> {
    Ok(person::Entity::find_by_id(id)
        .filter(person::Column::SchoolId.eq(school))
        .one(&**tx)
        .await?
        // Who was erased is a number without a name, and nobody to do anything with.
        .filter(|person| !person.sort_name.is_empty())
        .ok_or(AccessError::NotFound)?)
}

fn own_roles(school: SchoolId, id: PersonId) -> Condition {
    Condition::all()
        .add(person_role::Column::SchoolId.eq(school))
        .add(person_role::Column::PersonId.eq(id))
}

fn own_places(school: SchoolId, id: PersonId) -> Condition {
    Condition::all()
        .add(enrolment::Column::SchoolId.eq(school))
        .add(enrolment::Column::PersonId.eq(id))
}

fn own_ties(school: SchoolId, id: PersonId) -> Condition {
    Condition::all()
        .add(guardianship::Column::SchoolId.eq(school))
        .add(
            Condition::any()
                .add(guardianship::Column::GuardianId.eq(id))
                .add(guardianship::Column::StudentId.eq(id)),
        )
}

/// Who is in the school now.
fn here(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .cond_where(
            Condition::all()
                .add(person::Column::SchoolId.eq(school))
                .add(person::Column::EndedAt.is_null()),
        )
        .take()
}

/// One of the tables whose rows end: moves `ended_at` from one moment to another.
macro_rules! stamp {
    ($name:ident, $table:ident) => {
        async fn $name(
            tx: &Write,
            which: Condition,
            from: Option<Time>,
            to: Option<Time>,
        ) -> Result<u64, DbErr> {
            let is_from = match from {
                Some(then) => $table::Column::EndedAt.eq(then),
                None => $table::Column::EndedAt.is_null(),
            };
            let done = $table::Entity::update_many()
                .col_expr($table::Column::EndedAt, Expr::value(to))
                .filter(which)
                .filter(is_from)
                .exec(&**tx)
                .await?;
            Ok(done.rows_affected)
        }
    };
}

stamp!(stamp_roles, person_role);
stamp!(stamp_places, enrolment);
stamp!(stamp_ties, guardianship);

/// Opens places that ended at a moment; their time before stays as rows of its own.
async fn open_places_again(
    tx: &Write,
    which: Condition,
    ended_at: Time,
    now: Time,
) -> Result<u64, DbErr> {
    use enrolment::Column;
    let which = which.add(Column::EndedAt.eq(ended_at));
    let ended = enrolment::Entity::find()
        .filter(which.clone())
        .order_by_asc(Column::Id)
        .all(&**tx)
        .await?;
    if ended.is_empty() {
        return Ok(0);
    }
    enrolment::Entity::update_many()
        .col_expr(Column::BeganAt, Expr::value(now))
        .col_expr(Column::EndedAt, Expr::value(Option::<Time>::None))
        .filter(which)
        .exec(&**tx)
        .await?;
    let count = ended.len() as u64;
    let time_before = ended.into_iter().map(|place| enrolment::ActiveModel {
        id: Set(EnrolmentId(new_id())),
        school_id: Set(place.school_id),
        classroom_id: Set(place.classroom_id),
        person_id: Set(place.person_id),
        role: Set(place.role),
        sourced_id: Set(None),
        source_id: Set(None),
        began_at: Set(place.began_at),
        ended_at: Set(Some(time_before_ends(ended_at))),
        by_roster: Set(place.by_roster),
    });
    enrolment::Entity::insert_many(time_before)
        .exec_without_returning(&**tx)
        .await?;
    Ok(count)
}

async fn stamp_account(
    tx: &Write,
    school: SchoolId,
    person: PersonId,
    from: Option<Time>,
    to: Option<Time>,
) -> Result<(), DbErr> {
    let is_from = match from {
        Some(then) => account::Column::DisabledAt.eq(then),
        None => account::Column::DisabledAt.is_null(),
    };
    account::Entity::update_many()
        .col_expr(account::Column::DisabledAt, Expr::value(to))
        .filter(account::Column::SchoolId.eq(school))
        .filter(account::Column::PersonId.eq(person))
        .filter(is_from)
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn stamp_person(
    tx: &Write,
    school: SchoolId,
    id: PersonId,
    to: Option<Time>,
) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::EndedAt, Expr::value(to))
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub(super) async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    subject: PersonId,
    before: Value,
    after: Value,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: subject.0,
        before: Some(before).filter(|value| !value.is_null()),
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
