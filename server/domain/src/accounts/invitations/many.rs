//! Invitations for many at once: those of one role who wait, and those whose links were lost
//! before anybody used them. What a press made is shown in its one answer.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde_json::{Value, json};
use vocab::ids::{PersonId, SchoolId};
use vocab::people::Role;

use super::{Invited, make};
use crate::access::Permitted;
use crate::accounts::Error;
use crate::clock::Time;
use crate::db::Write;
use crate::people::{self, children_of_each, with_role};
use crate::presses::{Handout, Press};
use crate::schools;
use entity::{account, event, invitation, person};

/// So many links fit on a few pages to print.
const MOST_AT_ONCE: u64 = 100;

/// Invites people with this role who cannot sign in and have no open invitation yet,
/// by name, at most 100 at a time. Whom another press of the same page invited, and who has
/// not used it, is invited anew: that link stands in an answer that may be lost. Whose account
/// the roster has closed is left out.
pub async fn invite_waiting(
    tx: &Write,
    school: &Permitted<()>,
    role: Role,
    press: Press,
) -> Result<Handout<Invited>, Error> {
    // Two presses at once come one after the other, and the second sees what the first made.
    schools::hold(tx, school.school()).await?;
    let now = press.at();
    let closed = without_password(school, role)
        .filter(account::Column::DisabledAt.is_not_null())
        .count(&**tx)
        .await?;
    let (anew, later): (Vec<_>, Vec<_>) = invited_by_press(tx, school, role, press)
        .await?
        .into_iter()
        .partition(|(_, made)| press.makes_anew(*made));
    let anew = anew.into_iter().map(|(person, _)| person);
    let mut waiting: Vec<(String, PersonId)> = who_waits(school, role)
        .filter(person::Column::Id.is_in(anew))
        .into_tuple()
        .all(&**tx)
        .await?;
    let made_anew = waiting.len();
    let invited = who_is_invited(school.school(), now);
    let others: Vec<(String, PersonId)> = who_waits(school, role)
        .filter(person::Column::Id.not_in_subquery(invited))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .limit(MOST_AT_ONCE.saturating_sub(made_anew as u64))
        .into_tuple()
        .all(&**tx)
        .await?;
    waiting.extend(others);
    waiting.sort();
    let made = make_many(tx, school, (role, press), waiting).await?;
    let later: HashSet<PersonId> = later.into_iter().map(|(person, _)| person).collect();
    Ok(Handout::of(press, made, made_anew, later.len()).leaving_out(closed))
}

/// Invites those of these people anew who have a link that can still be used and have not used
/// it: the list with theirs was lost. The links before work no more. Whom somebody has invited
/// since the page was opened keeps that link, unless an earlier press of the same page did it.
/// A page that is over an hour old is refused.
pub async fn invite_again(
    tx: &Write,
    school: &Permitted<()>,
    role: Role,
    people: &[PersonId],
    press: Press,
) -> Result<Handout<Invited>, Error> {
    let opened = press.opened().ok_or(Error::PageTooOld)?;
    schools::hold(tx, school.school()).await?;
    let now = press.at();
    let invited = who_waits(school, role)
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .filter(person::Column::Id.in_subquery(who_is_invited(school.school(), now)));
    let mut since_opened = who_is_invited(school.school(), now);
    since_opened.and_where(invitation::Column::CreatedAt.gt(opened));
    let since_opened: Vec<(String, PersonId)> = invited
        .clone()
        .filter(person::Column::Id.in_subquery(since_opened))
        .into_tuple()
        .all(&**tx)
        .await?;
    let by_this_page: HashMap<PersonId, Time> = invited_by_press(tx, school, role, press)
        .await?
        .into_iter()
        .collect();
    let (mut stay, mut made_later) = (Vec::new(), 0);
    for (_, person) in since_opened {
        let by_this_page = by_this_page.get(&person);
        if by_this_page.is_some_and(|made| press.makes_anew(*made)) {
            continue;
        }
        made_later += usize::from(by_this_page.is_some());
        stay.push(person);
    }
    let kept = stay.len() - made_later;
    let waiting: Vec<(String, PersonId)> = invited
        .filter(person::Column::Id.is_not_in(stay))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .limit(MOST_AT_ONCE)
        .into_tuple()
        .all(&**tx)
        .await?;
    let made = make_many(tx, school, (role, press), waiting).await?;
    Ok(Handout::of(press, made, 0, made_later).keeping(kept))
}

/// Makes the invitations of one press, in this order. A guardian's names their children.
async fn make_many(
    tx: &Write,
    school: &Permitted<()>,
    (role, press): (Role, Press),
    waiting: Vec<(String, PersonId)>,
) -> Result<Vec<Invited>, Error> {
    let mut children = if role == Role::Guardian {
        let guardians = waiting.iter().map(|(_, person)| *person).collect();
        children_of_each(&**tx, school.school(), guardians).await?
    } else {
        HashMap::new()
    };
    // All of them before the first link, in the order of everybody who changes more than one.
    let whom = waiting.iter().map(|(_, person)| *person);
    let whom = Condition::all().add(person::Column::Id.is_in(whom));
    people::hold(tx, school.school(), whom).await?;
    let mut made = Vec::with_capacity(waiting.len());
    for (_, person) in waiting {
        let invited = make(tx, school, person, Some((role, press)), press.at()).await?;
        made.push(Invited {
            children: children.remove(&person).unwrap_or_default(),
            ..invited
        });
    }
    Ok(made)
}

/// Who has an invitation that can still be used.
pub(crate) fn who_is_invited(school: SchoolId, now: Time) -> SelectStatement {
    Query::select()
        .column(invitation::Column::PersonId)
        .from(invitation::Entity)
        .cond_where(
            Condition::all()
                .add(invitation::Column::SchoolId.eq(school))
                .add(invitation::Column::UsedAt.is_null())
                .add(invitation::Column::ExpiresAt.gt(now)),
        )
        .take()
}

/// Name and id of those with this role who have no password, and whose account is not closed.
fn who_waits(school: &Permitted<()>, role: Role) -> Select<person::Entity> {
    without_password(school, role).filter(account::Column::DisabledAt.is_null())
}

/// Name and id of those with this role who have no password, or no account.
fn without_password(school: &Permitted<()>, role: Role) -> Select<person::Entity> {
    let to_account = person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into();
    person::Entity::find()
        .select_only()
        .columns([person::Column::SortName, person::Column::Id])
        .join(JoinType::LeftJoin, to_account)
        .filter(person::Column::SchoolId.eq(school.school()))
        .filter(person::Column::EndedAt.is_null())
        .filter(account::Column::PasswordSetAt.is_null())
        .filter(person::Column::Id.in_subquery(with_role(school, role)))
}

/// Whom presses for this role have invited since the page was made, by the same actor, where
/// the link can still be used and the account is not closed; and when.
async fn invited_by_press(
    tx: &Write,
    school: &Permitted<()>,
    role: Role,
    press: Press,
) -> Result<Vec<(PersonId, Time)>, DbErr> {
    let (Some(since), Some(by)) = (press.since(), school.actor()) else {
        return Ok(Vec::new());
    };
    let to_event = invitation::Entity::belongs_to(event::Entity)
        .from(invitation::Column::Id)
        .to(event::Column::SubjectId)
        .into();
    let to_account = invitation::Entity::belongs_to(account::Entity)
        .from(invitation::Column::PersonId)
        .to(account::Column::PersonId)
        .into();
    let made: Vec<(PersonId, Time, Option<Value>)> = invitation::Entity::find()
        .select_only()
        .columns([invitation::Column::PersonId, invitation::Column::CreatedAt])
        .column(event::Column::After)
        .join(JoinType::InnerJoin, to_event)
        .join(JoinType::LeftJoin, to_account)
        .filter(account::Column::DisabledAt.is_null())
        .filter(invitation::Column::SchoolId.eq(school.school()))
        .filter(invitation::Column::CreatedBy.eq(by))
        .filter(invitation::Column::CreatedAt.gt(since))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(press.at()))
        .filter(event::Column::SchoolId.eq(school.school()))
        .filter(event::Column::Kind.eq("invitation.made"))
        .into_tuple()
        .all(&**tx)
        .await?;
    let where_it_stands = [json!(role), json!(press.page())];
    Ok(made
        .into_iter()
        .filter(|(_, _, after)| {
            let said = |name| after.as_ref().and_then(|after| after.get(name));
            [said("role"), said("page")] == where_it_stands.each_ref().map(Some)
        })
        .map(|(person, made, _)| (person, made))
        .collect())
}
