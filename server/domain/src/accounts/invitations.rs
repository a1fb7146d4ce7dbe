//! Invitations: a link that works once, for two weeks, and lets a person choose
//! username and password themselves. It makes their account, or, where there is
//! one, gives it a new password and ends its sessions. The link is shown to the
//! admin who made it and nobody else; only its token's fingerprint is kept.

mod many;

pub(crate) use many::who_is_invited;
pub use many::{invite_again, invite_waiting};

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
};
use serde_json::json;
use vocab::accounts::{AcceptInvitation, InvitationPage, PasswordFor, check_password};
use vocab::consent::AgeBand;
use vocab::form::{Checks, FieldError};
use vocab::ids::{AccountId, InvitationId, PersonId, SchoolId};
use vocab::people::{Role, Roles, is_username};

use super::guard::Watched;
use super::password_change::whose_password;
use super::passwords::Hasher;
use super::{Error, guessable, sessions};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::consent::{self, Evidence};
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::day;
use crate::people::{display_name, free_username, mail_address_of, spell_username};
use crate::presses::Press;
use crate::secrets::fingerprint;
use crate::secrets::new_id;
use entity::{account, invitation, person, person_role, school};

/// How long an invitation can be used: over a half-term holiday and back.
pub const LASTS: TimeDelta = TimeDelta::days(14);

/// An invitation that was made.
#[derive(Debug)]
pub struct Invited {
    /// For the link; shown once and kept nowhere else.
    pub token: String,
    /// Until when it can be used.
    pub expires_at: Time,
    /// Whom it is for.
    pub name: String,
    /// The children of a guardian, where many are invited: names of guardians say little.
    pub children: Vec<String>,
    /// A mail with the link is written down for them too.
    pub is_mailed: bool,
}

/// Invites a person who is in the school now and whose account is not closed. An older
/// invitation that was not used stops working.
pub async fn invite(
    tx: &Write,
    school: &Permitted<()>,
    person: PersonId,
    now: Time,
) -> Result<Invited, Error> {
    make(tx, school, person, None, now).await
}

/// Makes one invitation; as one of many, whose closed accounts are left out already, with the
/// role that was pressed for.
async fn make(
    tx: &Write,
    school: &Permitted<()>,
    person: PersonId,
    of_many: Option<(Role, Press)>,
    now: Time,
) -> Result<Invited, Error> {
    let person = person::Entity::find_by_id(person)
        .filter(person::Column::SchoolId.eq(school.school()))
        .filter(person::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if of_many.is_none() {
        require_open(tx, person.id).await?;
    }
    let replaced = void(tx, school.school(), [person.id], now).await?;
    let token = sessions::new_token();
    let id = InvitationId(new_id());
    invitation::ActiveModel {
        id: Set(id),
        school_id: Set(school.school()),
        person_id: Set(person.id),
        token_hash: Set(fingerprint(&token)),
        created_by: Set(school.actor()),
        created_at: Set(now),
        expires_at: Set(now + LASTS),
        used_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let mut after = json!({ "person": person.id, "replaced": replaced });
    if let Some((role, press)) = of_many {
        after["role"] = json!(role);
        after["page"] = json!(press.page());
    }
    let event = Event {
        school: school.school(),
        actor: school.actor(),
        kind: "invitation.made",
        subject: id.0,
        before: None,
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    let is_mailed = write_to(tx, &person, id, &token, now).await?;
    Ok(Invited {
        token,
        expires_at: now + LASTS,
        name: display_name(&person.given_name, &person.family_name),
        children: Vec::new(),
        is_mailed,
    })
}

/// Refuses where the roster has closed the account: the link would open nothing.
async fn require_open(tx: &Write, person: PersonId) -> Result<(), Error> {
    let closed = account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .filter(account::Column::DisabledAt.is_not_null())
        .count(&**tx)
        .await?;
    if closed > 0 {
        return Err(Error::AccountClosed);
    }
    Ok(())
}

/// Sends the link to an adult who has an address; answers whether. A student is told by
/// their school.
async fn write_to(
    tx: &Write,
    person: &person::Model,
    id: InvitationId,
    token: &str,
    now: Time,
) -> Result<bool, Error> {
    let is_student = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(person.id))
        .filter(person_role::Column::Role.eq(Role::Student))
        .filter(person_role::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .is_some();
    if is_student || mail_address_of(&**tx, person.id).await?.is_none() {
        return Ok(false);
    }
    let new = Outgoing {
        school: person.school_id,
        to: To::Person(person.id),
        mail: Mail::Invitation {
            token: token.to_owned(),
            until: day(now + LASTS),
        },
        cause: Some(id.0),
        until: None,
    };
    queue(tx, new, now).await?;
    Ok(true)
}

/// Makes the open invitations of these people useless; answers how many there were.
pub(crate) async fn void(
    tx: &Write,
    school: SchoolId,
    people: impl IntoIterator<Item = PersonId>,
    now: Time,
) -> Result<u64, DbErr> {
    let done = invitation::Entity::update_many()
        .col_expr(invitation::Column::ExpiresAt, Expr::value(now))
        .filter(invitation::Column::SchoolId.eq(school))
        .filter(invitation::Column::PersonId.is_in(people))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// An open invitation and whose it is.
pub(crate) type Link = (InvitationId, PersonId);

/// The open invitations of these people. Until the transaction ends nobody uses one: they are
/// held before the accounts, in the order of [`accept`].
pub(crate) async fn hold_open(
    tx: &Write,
    school: SchoolId,
    people: impl IntoIterator<Item = PersonId>,
    now: Time,
) -> Result<Vec<Link>, DbErr> {
    invitation::Entity::find()
        .select_only()
        .columns([invitation::Column::Id, invitation::Column::PersonId])
        .filter(invitation::Column::SchoolId.eq(school))
        .filter(invitation::Column::PersonId.is_in(people))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .order_by_asc(invitation::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await
}

/// Ends invitations whose people were given a password instead, each with an event of its own.
pub(crate) async fn end_replaced(
    tx: &Write,
    (school, by): (SchoolId, Option<PersonId>),
    links: Vec<Link>,
    now: Time,
) -> Result<(), DbErr> {
    if links.is_empty() {
        return Ok(());
    }
    void(tx, school, links.iter().map(|(_, person)| *person), now).await?;
    for (link, person) in links {
        let event = Event {
            school,
            actor: by,
            kind: "invitation.ended",
            subject: link.0,
            before: None,
            after: Some(json!({ "person": person })),
        };
        events::record(&**tx, event, now).await?;
    }
    Ok(())
}

/// What the invited person sees. A used, replaced, old or made-up token are the same.
pub async fn open(
    db: &impl ConnectionTrait,
    token: &str,
    now: Time,
) -> Result<InvitationPage, Error> {
    let invited = find(db, token, now).await?.ok_or(Error::InvitationGone)?;
    let username = match invited.username {
        Some(username) => username,
        None => {
            free_username(
                db,
                invited.school,
                &invited.given_name,
                &invited.family_name,
            )
            .await?
        }
    };
    let whose = (invited.school, invited.person);
    let choices = consent::offered_at_start(db, whose, invited.age).await?;
    Ok(InvitationPage {
        choices,
        school: invited.school_name,
        school_code: invited.school_code,
        name: display_name(&invited.given_name, &invited.family_name),
        username,
        is_student: whose_password(invited.roles) == PasswordFor::Student,
        is_guardian: invited.roles.has(Role::Guardian),
    })
}

/// Uses the invitation up, and writes a yes down for each switch that was turned on.
/// Answers school code and username, to sign in with.
pub async fn accept(
    db: &Db,
    hasher: &Hasher,
    token: &str,
    form: &AcceptInvitation,
    evidence: Evidence,
    now: Time,
) -> Result<(String, String), Error> {
    let invited = find(db.read(), token, now)
        .await?
        .ok_or(Error::InvitationGone)?;
    let username = check(db.read(), &invited, form).await?;
    let hash = hasher.hash(form.password.clone()).await?;

    let tx = db.write().await?;
    let used = invitation::Entity::update_many()
        .col_expr(invitation::Column::UsedAt, Expr::value(Some(now)))
        .filter(invitation::Column::Id.eq(invited.id))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(&*tx)
        .await?;
    if used.rows_affected == 0 {
        return Err(Error::InvitationGone);
    }
    let account = match keep(&tx, &invited, &username, hash, now).await {
        Ok(account) => account,
        Err(error) if is_taken(&error) => {
            // Somebody took the name in the last moment; the invitation stays good.
            drop(tx);
            return Err(Error::Invalid(vec![taken(db.read(), &invited).await?]));
        }
        Err(error) => return Err(error.into()),
    };
    sessions::end_of_accounts(&tx, invited.school, [account], now).await?;
    Watched::account(&invited.school_code, &username)
        .clear(&tx)
        .await?;
    for (kind, subject) in [
        ("invitation.used", invited.id.0),
        ("password.changed", account.0),
    ] {
        let event = Event {
            school: invited.school,
            actor: Some(invited.person),
            kind,
            subject,
            before: None,
            after: Some(json!({ "person": invited.person, "username": username })),
        };
        events::record(&*tx, event, now).await?;
    }
    let whose = (invited.school, invited.person);
    let yes = (form.switched_on(), invited.age);
    consent::answer_at_start(&tx, whose, yes, evidence, now).await?;
    tx.commit().await?;
    Ok((invited.school_code, username))
}

/// An open invitation with whom it is for.
struct Invitee {
    id: InvitationId,
    school: SchoolId,
    school_name: String,
    school_code: String,
    person: PersonId,
    given_name: String,
    family_name: String,
    account: Option<AccountId>,
    username: Option<String>,
    roles: Roles,
    age: AgeBand,
}

#[derive(FromQueryResult)]
struct Row {
    id: InvitationId,
    school: SchoolId,
    school_name: String,
    school_code: String,
    person: PersonId,
    given_name: String,
    family_name: String,
    year_group: Option<String>,
    account: Option<AccountId>,
    username: Option<String>,
    disabled_at: Option<Time>,
    role: Role,
}

async fn find(db: &impl ConnectionTrait, token: &str, now: Time) -> Result<Option<Invitee>, DbErr> {
    let to_person = invitation::Entity::belongs_to(person::Entity)
        .from(invitation::Column::PersonId)
        .to(person::Column::Id)
        .into();
    let to_school = invitation::Entity::belongs_to(school::Entity)
        .from(invitation::Column::SchoolId)
        .to(school::Column::Id)
        .into();
    let to_role = invitation::Entity::belongs_to(person_role::Entity)
        .from(invitation::Column::PersonId)
        .to(person_role::Column::PersonId)
        .into();
    let to_account = invitation::Entity::belongs_to(account::Entity)
        .from(invitation::Column::PersonId)
        .to(account::Column::PersonId)
        .into();
    let rows = invitation::Entity::find()
        .select_only()
        .column_as(invitation::Column::Id, "id")
        .column_as(school::Column::Id, "school")
        .column_as(school::Column::Name, "school_name")
        .column_as(school::Column::Code, "school_code")
        .column_as(person::Column::Id, "person")
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(person::Column::YearGroup, "year_group")
        .column_as(account::Column::Id, "account")
        .column_as(account::Column::Username, "username")
        .column_as(account::Column::DisabledAt, "disabled_at")
        .column_as(person_role::Column::Role, "role")
        .join(JoinType::InnerJoin, to_person)
        .join(JoinType::InnerJoin, to_school)
        .join(JoinType::InnerJoin, to_role)
        .join(JoinType::LeftJoin, to_account)
        .filter(invitation::Column::TokenHash.eq(fingerprint(token)))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .filter(person::Column::EndedAt.is_null())
        .filter(person_role::Column::EndedAt.is_null())
        .into_model::<Row>()
        .all(db)
        .await?;
    let roles: Roles = rows.iter().map(|row| row.role).collect();
    Ok(rows
        .into_iter()
        .next()
        .filter(|row| row.disabled_at.is_none())
        .map(|row| Invitee {
            id: row.id,
            school: row.school,
            school_name: row.school_name,
            school_code: row.school_code,
            person: row.person,
            given_name: row.given_name,
            family_name: row.family_name,
            account: row.account,
            username: row.username,
            roles,
            age: if roles.has(Role::Student) {
                AgeBand::of_year_group(row.year_group.as_deref())
            } else {
                AgeBand::Adult
            },
        }))
}

async fn check(
    db: &impl ConnectionTrait,
    invited: &Invitee,
    form: &AcceptInvitation,
) -> Result<String, Error> {
    let mut checks = Checks::default();
    let typed = checks.text("username", &form.username, "a username", 64);
    let username = spell_username(&typed);
    if !username.is_empty() && !is_username(&username) {
        checks.fail(
            "username",
            "Use letters, digits, dots, hyphens or underscores only",
        );
    }
    let whose = whose_password(invited.roles);
    check_password(&mut checks, "password", &form.password, whose);
    let name = display_name(&invited.given_name, &invited.family_name);
    let own = [
        &*name,
        &username,
        &invited.school_name,
        &invited.school_code,
    ];
    if let Some(reason) = guessable(&form.password, whose, &own) {
        checks.fail("password", reason);
    }
    let mut errors = checks.finish(|| ()).err().unwrap_or_default();
    let owner = account::Entity::find()
        .filter(account::Column::SchoolId.eq(invited.school))
        .filter(account::Column::Username.eq(&username))
        .one(db)
        .await?;
    if owner.is_some_and(|owner| owner.person_id != invited.person) {
        errors.insert(0, taken(db, invited).await?);
    }
    if errors.is_empty() {
        Ok(username)
    } else {
        Err(Error::Invalid(errors))
    }
}

async fn taken(db: &impl ConnectionTrait, invited: &Invitee) -> Result<FieldError, DbErr> {
    let (given, family) = (&invited.given_name, &invited.family_name);
    let free = free_username(db, invited.school, given, family).await?;
    Ok(crate::people::taken_username(&free))
}

async fn keep(
    tx: &Write,
    invited: &Invitee,
    username: &str,
    hash: String,
    now: Time,
) -> Result<AccountId, DbErr> {
    if let Some(id) = invited.account {
        account::ActiveModel {
            id: Set(id),
            username: Set(username.to_owned()),
            password_hash: Set(Some(hash)),
            password_set_at: Set(Some(now)),
            ..Default::default()
        }
        .update(&**tx)
        .await?;
        return Ok(id);
    }
    let id = AccountId(new_id());
    account::ActiveModel {
        id: Set(id),
        school_id: Set(invited.school),
        person_id: Set(invited.person),
        username: Set(username.to_owned()),
        password_hash: Set(Some(hash)),
        password_set_at: Set(Some(now)),
        disabled_at: Set(None),
        created_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
