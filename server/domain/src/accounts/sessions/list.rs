//! The devices that somebody is signed in on, for themselves.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use vocab::accounts::SessionSummary;

use super::own;
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments;
use crate::offline::LASTS_ON_OWN;
use entity::session;

/// A list of devices shows no more.
const MOST_LISTED: u64 = 50;

/// The devices that the actor is signed in on, last used first; at most 50. Also such as lie
/// idle until they run out: one may be in use without a network, and goes on where it proves
/// that. A device of their own keeps what is to be read even longer, so it stays in the list
/// for as long: whoever has lost it ends it here.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<SessionSummary>, DbErr> {
    let rows = session::Entity::find()
        .filter(own(actor))
        .filter(
            Condition::any()
                .add(session::Column::ExpiresAt.gt(now))
                .add(
                    Condition::all()
                        .add(session::Column::IsOwn.eq(true))
                        .add(session::Column::CreatedAt.gt(now - LASTS_ON_OWN)),
                ),
        )
        .order_by_desc(session::Column::LastUsedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let moment = |at| moments::moment(at, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| SessionSummary {
            id: row.id,
            device: row.device,
            signed_in: moment(row.created_at),
            last_used: moment(row.last_used_at),
            is_this_one: row.id == actor.session,
        })
        .collect())
}
