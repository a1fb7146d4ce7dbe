//! Passwords that were handed out and that nobody has signed in with yet: whom the list names,
//! and whose may be made anew. Only what was handed out in the last two weeks counts, as long
//! as a link can be used: sign-ins are not kept for ever, and a password that somebody uses is
//! never taken for one that was lost.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::ids::{PersonId, SchoolId};

use super::credentials::{FIRST_GIVEN, GIVEN};
use crate::accounts::invitations;
use crate::clock::Time;
use entity::{account, event, session};

/// True for an open account whose password was handed out and not used. The query has `account`
/// joined.
pub(super) fn has_unused_password(now: Time) -> Condition {
    let account_id = (account::Entity, account::Column::Id);
    let set_at = (account::Entity, account::Column::PasswordSetAt);
    // Whatever was set after it is somebody's own word.
    let handed_out = Query::select()
        .column(event::Column::Id)
        .from(event::Entity)
        .and_where(Expr::col((event::Entity, event::Column::SubjectId)).equals(account_id))
        .and_where(Expr::col((event::Entity, event::Column::At)).equals(set_at))
        .and_where(event::Column::Kind.is_in([FIRST_GIVEN, GIVEN]))
        .take();
    // A badge opens a session as well, and nobody types a password for it.
    let used = Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(Expr::col((session::Entity, session::Column::AccountId)).equals(account_id))
        .and_where(Expr::col((session::Entity, session::Column::CreatedAt)).gte(Expr::col(set_at)))
        .and_where(session::Column::BadgeId.is_null())
        .take();
    Condition::all()
        .add(account::Column::DisabledAt.is_null())
        .add(account::Column::PasswordSetAt.gt(now - invitations::LASTS))
        .add(Expr::exists(handed_out))
        .add(Expr::exists(used).not())
}

/// Who of these has such a password, and since when.
pub(super) async fn unused_passwords(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: Vec<PersonId>,
    now: Time,
) -> Result<HashMap<PersonId, Time>, DbErr> {
    let rows: Vec<(PersonId, Option<Time>)> = account::Entity::find()
        .select_only()
        .columns([account::Column::PersonId, account::Column::PasswordSetAt])
        .filter(account::Column::SchoolId.eq(school))
        .filter(account::Column::PersonId.is_in(people))
        .filter(has_unused_password(now))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(person, at)| Some((person, at?)))
        .collect())
}
