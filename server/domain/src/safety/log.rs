//! The security log: refused sign-ins, accounts that have to wait, doors that stayed
//! closed, sign-outs from elsewhere. Only who has the duty reads it; a line goes after
//! thirty days.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::{PersonId, SchoolId};
use vocab::looks::{LookKind, LookRelation};
use vocab::safety::{SecurityKind, SecurityLine};

use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::holds;
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::names_of;
use crate::secrets::new_id;
use entity::{account, school, security_event};

/// A page shows no more than this.
const MOST_LISTED: u64 = 300;
/// A line goes after this.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// That an account has to wait is written down once in this time.
const ONE_WAIT_IN: TimeDelta = TimeDelta::minutes(15);
/// The longest detail.
const MOST_LETTERS: usize = 100;

/// A sign-in that was refused: in a school that is there, whether the account is or not.
pub(crate) async fn refused(
    db: &Db,
    (code, username): (&str, &str),
    device: &str,
    now: Time,
) -> Result<(), DbErr> {
    let Some((school, person)) = whose(db.read(), code, username).await? else {
        return Ok(());
    };
    let tx = db.write().await?;
    note(
        &tx,
        (school, person),
        SecurityKind::RefusedSignIn,
        device,
        now,
    )
    .await?;
    tx.commit().await
}

/// A badge that was refused on an enrolled device.
pub(crate) async fn refused_badge(
    db: &Db,
    of: (SchoolId, Option<PersonId>),
    device: &str,
    now: Time,
) -> Result<(), DbErr> {
    let tx = db.write().await?;
    note(&tx, of, SecurityKind::RefusedSignIn, device, now).await?;
    tx.commit().await
}

/// An account that has to wait after wrong tries.
pub(crate) async fn slowed(
    db: &Db,
    (code, username): (&str, &str),
    device: &str,
    now: Time,
) -> Result<(), DbErr> {
    let Some((school, Some(person))) = whose(db.read(), code, username).await? else {
        return Ok(());
    };
    let lately = security_event::Entity::find()
        .filter(security_event::Column::SchoolId.eq(school))
        .filter(security_event::Column::PersonId.eq(person))
        .filter(security_event::Column::Kind.eq(SecurityKind::SlowedAccount))
        .filter(security_event::Column::At.gt(now - ONE_WAIT_IN))
        .one(db.read())
        .await?;
    if lately.is_some() {
        return Ok(());
    }
    let tx = db.write().await?;
    let of = (school, Some(person));
    note(&tx, of, SecurityKind::SlowedAccount, device, now).await?;
    tx.commit().await
}

/// A school, and the account of it that was named, if there is one.
async fn whose(
    db: &impl ConnectionTrait,
    code: &str,
    username: &str,
) -> Result<Option<(SchoolId, Option<PersonId>)>, DbErr> {
    let found = school::Entity::find()
        .filter(school::Column::Code.eq(code))
        .one(db)
        .await?;
    let Some(school) = found else { return Ok(None) };
    let account = account::Entity::find()
        .filter(account::Column::SchoolId.eq(school.id))
        .filter(account::Column::Username.eq(username))
        .one(db)
        .await?;
    Ok(Some((school.id, account.map(|account| account.person_id))))
}

/// Somebody asked for what is not theirs. `page` is the address without ids.
pub async fn denied(db: &Db, actor: &Actor, page: &str, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    let of = (actor.school, Some(actor.person));
    note(&tx, of, SecurityKind::DeniedDoor, page, now).await?;
    tx.commit().await
}

/// Somebody's sign-ins were ended, not by signing out.
pub(crate) async fn sessions_ended(
    tx: &Write,
    of: (SchoolId, Option<PersonId>),
    how: &str,
    now: Time,
) -> Result<(), DbErr> {
    note(tx, of, SecurityKind::SessionsEnded, how, now).await
}

async fn note(
    tx: &Write,
    (school, person): (SchoolId, Option<PersonId>),
    kind: SecurityKind,
    detail: &str,
    now: Time,
) -> Result<(), DbErr> {
    let row = security_event::Model {
        id: new_id(),
        school_id: school,
        kind,
        person_id: person,
        detail: detail.chars().take(MOST_LETTERS).collect(),
        at: now,
    };
    security_event::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The school's log, newest first, for who has the duty. Two queries.
pub async fn security_log(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<SecurityLine>, DbErr> {
    let rows = security_event::Entity::find()
        .filter(security_event::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(security_event::Column::At)
        .order_by_desc(security_event::Column::Id)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let names = names_of(db, rows.iter().filter_map(|row| row.person_id)).await?;
    actor.saw_list(Whose::School, LookKind::Details, LookRelation::Office);
    Ok(rows
        .into_iter()
        .map(|row| SecurityLine {
            kind: row.kind,
            at: moment(row.at, actor.time_zone, now),
            who: row
                .person_id
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_else(|| "Nobody's account".to_owned()),
            detail: row.detail,
        })
        .collect())
}

/// Forgets lines that are older than thirty days, but for those that a legal hold keeps.
/// Every hour; answers how many.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let done = security_event::Entity::delete_many()
        .filter(security_event::Column::At.lt(now - KEPT_FOR))
        .filter(holds::not_held(
            security_event::Column::SchoolId,
            security_event::Column::PersonId,
        ))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}
