//! How the operator gets to look inside a school: only while the school lets them, for a
//! while, for a reason, and on record. Before a school's first admin has been here,
//! nobody could let them in, so the operator sets the school up until then.

use chrono::TimeDelta;
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::ids::{SchoolId, SupportGrantId};
use vocab::looks::{LookKind, LookRelation, LookVia};
use vocab::oversight::GrantLine;
use vocab::people::Role;

use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::looks::{self, Look, Whose};
use crate::moments::moment;
use crate::people::names_of;
use crate::secrets::new_id;
use entity::{account, event, person_role, session, support_grant};

/// A page shows no more than this.
const MOST_LISTED: u64 = 100;

/// Every grant, newest first. Two queries.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<GrantLine>, DbErr> {
    let rows = support_grant::Entity::find()
        .filter(support_grant::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(support_grant::Column::GrantedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let names = names_of(db, rows.iter().map(|row| row.granted_by)).await?;
    let told = |at: Time| moment(at, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| GrantLine {
            id: row.id,
            lasts: row.ended_at.is_none() && row.until_at > now,
            granted: (
                names.get(&row.granted_by).cloned().unwrap_or_default(),
                told(row.granted_at),
            ),
            until: told(row.ended_at.unwrap_or(row.until_at)),
            reason: row.reason,
        })
        .collect())
}

/// Lets the operator look inside for so many hours.
pub async fn grant(
    tx: &Write,
    permitted: &Permitted<()>,
    (hours, reason): (i64, &str),
    now: Time,
) -> Result<SupportGrantId, AccessError> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    let id = SupportGrantId(new_id());
    support_grant::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        reason: Set(reason.to_owned()),
        granted_by: Set(by),
        granted_at: Set(now),
        until_at: Set(now + TimeDelta::hours(hours.clamp(1, 72))),
        ended_by: Set(None),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    note(tx, permitted, id, "support.granted", now).await?;
    Ok(id)
}

/// Ends a grant before its time.
pub async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    id: SupportGrantId,
    now: Time,
) -> Result<(), AccessError> {
    let row = support_grant::Entity::find_by_id(id)
        .filter(support_grant::Column::SchoolId.eq(permitted.school()))
        .filter(support_grant::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    support_grant::ActiveModel {
        id: Set(row.id),
        ended_by: Set(permitted.actor()),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    note(tx, permitted, id, "support.ended", now).await
}

async fn note(
    tx: &Write,
    permitted: &Permitted<()>,
    id: SupportGrantId,
    kind: &'static str,
    now: Time,
) -> Result<(), AccessError> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: Some(json!({})),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// The operator's door to a school's inside. Not found without a grant that lasts, once
/// an admin of the school has been here. Each use is written down as a look.
pub async fn enter(tx: &Write, school: SchoolId, now: Time) -> Result<Permitted<()>, AccessError> {
    let lasts = support_grant::Entity::find()
        .filter(support_grant::Column::SchoolId.eq(school))
        .filter(support_grant::Column::EndedAt.is_null())
        .filter(support_grant::Column::UntilAt.gt(now))
        .one(&**tx)
        .await?
        .is_some();
    if !lasts && has_an_admin(&**tx, school).await? {
        return Err(AccessError::NotFound);
    }
    let look = Look {
        whose: Whose::School,
        kind: LookKind::Details,
        relation: LookRelation::Operator,
        via: LookVia::Support,
    };
    looks::write(&**tx, school, None, &[look], now).await?;
    Ok(access::school_as_operator(school))
}

/// Whether an admin of the school has been here, who could let the operator in.
async fn has_an_admin(db: &impl ConnectionTrait, school: SchoolId) -> Result<bool, DbErr> {
    let admins = Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .and_where(person_role::Column::SchoolId.eq(school))
        .and_where(person_role::Column::Role.eq(Role::SchoolAdmin))
        .and_where(person_role::Column::EndedAt.is_null())
        .take();
    // The command line makes an admin with a password that nobody knows: who has been
    // here has signed in.
    let signed_in = event::Entity::find()
        .filter(event::Column::SchoolId.eq(school))
        .filter(event::Column::Kind.eq("session.started"))
        .filter(event::Column::ActorId.in_subquery(admins.clone()))
        .one(db)
        .await?;
    if signed_in.is_some() {
        return Ok(true);
    }
    let accounts = Query::select()
        .column(account::Column::Id)
        .from(account::Entity)
        .and_where(account::Column::PersonId.in_subquery(admins))
        .take();
    let session = session::Entity::find()
        .filter(session::Column::SchoolId.eq(school))
        .filter(session::Column::AccountId.in_subquery(accounts))
        .one(db)
        .await?;
    Ok(session.is_some())
}
