//! Links and passwords that were handed out and that nobody has used yet: whom the list names,
//! and whose may be made anew. Only what was handed out in the last two weeks counts, as long
//! as a link can be used: sign-ins are not kept for ever, and a password that somebody uses is
//! never taken for one that was lost. Whoever comes in by badge has come.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
};
use vocab::ids::{PersonId, SchoolId};

use super::credentials::{FIRST_GIVEN, GIVEN};
use crate::accounts::invitations;
use crate::clock::Time;
use entity::{account, event, invitation, person, session};

/// True for whoever was handed a link or a password and has not come in since, also not by
/// badge. The query is of people and has `account` joined.
pub(super) fn has_not_come(school: SchoolId, now: Time) -> Condition {
    let invited = invitations::who_is_invited(school, now);
    let comes_by_badge = sessions_of_account()
        .and_where(session::Column::BadgeId.is_not_null())
        .and_where(session::Column::CreatedAt.gt(now - invitations::LASTS))
        .take();
    let has_unused_link = Condition::all()
        .add(account::Column::PasswordSetAt.is_null())
        .add(person::Column::Id.in_subquery(invited))
        .add(Expr::exists(comes_by_badge).not());
    Condition::all()
        .add(account::Column::DisabledAt.is_null())
        .add(
            Condition::any()
                .add(has_unused_link)
                .add(has_unused_password(now)),
        )
}

/// True for an account whose password was handed out, and who has not come in since.
fn has_unused_password(now: Time) -> Condition {
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
    let came_since = sessions_of_account()
        .and_where(Expr::col((session::Entity, session::Column::CreatedAt)).gte(Expr::col(set_at)))
        .take();
    Condition::all()
        .add(account::Column::PasswordSetAt.gt(now - invitations::LASTS))
        .add(Expr::exists(handed_out))
        .add(Expr::exists(came_since).not())
}

fn sessions_of_account() -> SelectStatement {
    let account_id = (account::Entity, account::Column::Id);
    Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(Expr::col((session::Entity, session::Column::AccountId)).equals(account_id))
        .take()
}

/// Who of these has not come in, and since when they have the last that they were handed.
/// Two queries.
pub(super) async fn handed_out(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: Vec<PersonId>,
    now: Time,
) -> Result<HashMap<PersonId, Time>, DbErr> {
    let to_account = person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into();
    let passwords: Vec<(PersonId, Option<Time>)> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(account::Column::PasswordSetAt)
        .join(JoinType::LeftJoin, to_account)
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.is_in(people))
        .filter(has_not_come(school, now))
        .into_tuple()
        .all(db)
        .await?;
    let links: Vec<(PersonId, Time)> = invitation::Entity::find()
        .select_only()
        .columns([invitation::Column::PersonId, invitation::Column::CreatedAt])
        .filter(invitation::Column::SchoolId.eq(school))
        .filter(invitation::Column::PersonId.is_in(passwords.iter().map(|(person, _)| *person)))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    let links: HashMap<PersonId, Time> = links.into_iter().collect();
    Ok(passwords
        .into_iter()
        .filter_map(|(person, password)| {
            let link = links.get(&person).copied();
            Some((person, Ord::max(password, link)?))
        })
        .collect())
}
