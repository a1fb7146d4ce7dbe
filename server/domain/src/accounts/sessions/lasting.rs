//! How long a session lasts: what it may lie idle by role and device, the note of its last
//! use, and when it is forgotten.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::SessionId;
use vocab::people::{Role, Roles};

use crate::clock::Time;
use crate::db::{Db, Write};
use entity::session;

/// After this, everybody signs in again (security.md 5.3, sessions; ASVS 5.0, 7.3.2).
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// Staff who do nothing for so long sign in again (security.md 5.3; ASVS 5.0, 7.3.1).
pub const IDLE_STAFF: TimeDelta = TimeDelta::minutes(30);
/// Students and guardians, who see less (the same sources).
pub const IDLE_OTHERS: TimeDelta = TimeDelta::minutes(60);
/// Whoever shares a device with others, whatever they are (ux.md 2.3, rule 5).
pub const IDLE_SHARED: TimeDelta = TimeDelta::minutes(10);
/// The last use is written down at most so often.
pub(super) const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long somebody with these roles may do nothing, on a device that is shared or not.
pub fn idle_limit(roles: Roles, is_shared: bool) -> TimeDelta {
    if is_shared {
        IDLE_SHARED
    } else if roles.is_staff() || roles.has(Role::Operator) {
        IDLE_STAFF
    } else {
        IDLE_OTHERS
    }
}

/// Writes down that a session was used. Call it beside the answer, never before
/// it: when it fails, the session only goes idle sooner.
pub async fn touch(db: &Db, id: SessionId, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::LastUsedAt.lt(now))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// Removes sessions that ended or ran out more than 30 days ago, for the daily job.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let done = session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(now - TimeDelta::days(30)))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}
