//! Ending sessions: one's own, those of a browser that is used anew or was left without a
//! network, and those that the school ends with an account, a badge or a device.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{AccountId, BadgeId, DeviceId, PersonId, SchoolId, SessionId};

use super::own;
use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::safety;
use crate::secrets::fingerprint;
use entity::{account, session};

/// Ends one of the actor's own sessions.
pub async fn end(tx: &Write, actor: &Actor, id: SessionId, now: Time) -> Result<(), AccessError> {
    let ended = end_where(tx, own(actor).add(session::Column::Id.eq(id)), now).await?;
    if ended == 0 {
        return Err(AccessError::NotFound);
    }
    if id != actor.session {
        let of = (actor.school, Some(actor.person));
        safety::sessions_ended(tx, of, "By themselves, on another device", now).await?;
    }
    record_end(tx, actor, id.0, "session.ended", ended, now).await?;
    Ok(())
}

/// Signs the actor out. Doing so twice is no mistake.
pub async fn end_current(tx: &Write, actor: &Actor, now: Time) -> Result<(), DbErr> {
    match end(tx, actor, actor.session, now).await {
        Ok(())
        | Err(
            AccessError::NotFound
            | AccessError::NotAllowed
            | AccessError::Archived { .. }
            | AccessError::Objected
            | AccessError::Restricted,
        ) => Ok(()),
        Err(AccessError::Database(error)) => Err(error),
    }
}

/// Ends a session that was left without a network: its browser sent the token alone.
pub async fn end_left_behind(db: &Db, token: &str, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    end_held(&tx, token, "session.left_behind", now).await?;
    tx.commit().await
}

/// Ends the session that a browser held before somebody signed in on it anew,
/// whoever's it is. One that has ended already, or never was, is no mistake.
pub(crate) async fn end_replaced(tx: &Write, token: &str, now: Time) -> Result<(), DbErr> {
    end_held(tx, token, "session.replaced", now).await
}

async fn end_held(tx: &Write, token: &str, kind: &'static str, now: Time) -> Result<(), DbErr> {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let held: Option<(SessionId, SchoolId, PersonId)> = session::Entity::find()
        .select_only()
        .columns([session::Column::Id, session::Column::SchoolId])
        .column(account::Column::PersonId)
        .join(JoinType::InnerJoin, to_account)
        .filter(session::Column::TokenHash.eq(fingerprint(token)))
        .filter(session::Column::EndedAt.is_null())
        .into_tuple()
        .one(&**tx)
        .await?;
    let Some((id, school, person)) = held else {
        return Ok(());
    };
    let which = Condition::all()
        .add(session::Column::Id.eq(id))
        .add(session::Column::EndedAt.is_null());
    if end_where(tx, which, now).await? == 0 {
        return Ok(());
    }
    let event = Event {
        school,
        actor: Some(person),
        kind,
        subject: id.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Ends all of the actor's sessions but this one; answers how many.
pub async fn end_all_others(tx: &Write, actor: &Actor, now: Time) -> Result<u64, DbErr> {
    let others = own(actor).add(session::Column::Id.ne(actor.session));
    let ended = end_where(tx, others, now).await?;
    if ended > 0 {
        let of = (actor.school, Some(actor.person));
        safety::sessions_ended(tx, of, "By themselves, everywhere else", now).await?;
        record_end(
            tx,
            actor,
            actor.account.0,
            "session.others_ended",
            ended,
            now,
        )
        .await?;
    }
    Ok(ended)
}

/// Ends every session of these accounts, as a part of another change.
pub(crate) async fn end_of_accounts(
    tx: &Write,
    school: SchoolId,
    accounts: impl IntoIterator<Item = AccountId>,
    now: Time,
) -> Result<u64, DbErr> {
    let theirs = Condition::all()
        .add(session::Column::SchoolId.eq(school))
        .add(session::Column::AccountId.is_in(accounts))
        .add(session::Column::EndedAt.is_null());
    revoke(
        tx,
        school,
        theirs,
        "By the school: the account was changed",
        now,
    )
    .await
}

/// Ends every session that began with this badge, as a part of another change.
pub(crate) async fn end_of_badge(
    tx: &Write,
    school: SchoolId,
    badge: BadgeId,
    now: Time,
) -> Result<u64, DbErr> {
    let by_it = open_in(school).add(session::Column::BadgeId.eq(badge));
    revoke(tx, school, by_it, "By the school: the badge was ended", now).await
}

/// Ends every session that began on this enrolled device.
pub(crate) async fn end_on_device(
    tx: &Write,
    school: SchoolId,
    device: DeviceId,
    now: Time,
) -> Result<u64, DbErr> {
    let on_it = open_in(school).add(session::Column::DeviceId.eq(device));
    revoke(
        tx,
        school,
        on_it,
        "By the school: the device was ended",
        now,
    )
    .await
}

/// Ends sessions of others, with a line of the security log for each person whose there
/// were.
async fn revoke(
    tx: &Write,
    school: SchoolId,
    which: Condition,
    how: &str,
    now: Time,
) -> Result<u64, DbErr> {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let people: Vec<PersonId> = session::Entity::find()
        .select_only()
        .distinct()
        .column(account::Column::PersonId)
        .join(JoinType::InnerJoin, to_account)
        .filter(which.clone())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(&**tx)
        .await?;
    for person in people {
        safety::sessions_ended(tx, (school, Some(person)), how, now).await?;
    }
    end_where(tx, which, now).await
}

fn open_in(school: SchoolId) -> Condition {
    Condition::all()
        .add(session::Column::SchoolId.eq(school))
        .add(session::Column::EndedAt.is_null())
}

async fn end_where(tx: &Write, which: Condition, now: Time) -> Result<u64, DbErr> {
    let done = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

async fn record_end(
    tx: &Write,
    actor: &Actor,
    subject: Uuid,
    kind: &'static str,
    sessions: u64,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: actor.school,
        actor: Some(actor.person),
        kind,
        subject,
        before: None,
        after: Some(json!({ "sessions": sessions })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
