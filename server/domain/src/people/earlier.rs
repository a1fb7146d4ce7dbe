//! What earlier presses of a page gave to many: it stands in an answer that may be lost, and
//! another press of that page makes it anew. Whether it does is decided where passwords are
//! given.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect,
};
use serde_json::{Value, json};
use vocab::ids::{ClassroomId, PersonId};

use super::credentials::Giver;
use crate::clock::Time;
use crate::presses::Press;
use entity::{account, event, session};

/// A press of the button that gives passwords to many.
#[derive(Clone, Copy)]
pub(super) struct First {
    pub(super) press: Press,
    /// On whose page it stands; none on the list of the whole school.
    pub(super) classroom: Option<ClassroomId>,
}

#[derive(FromQueryResult)]
struct Given {
    person: PersonId,
    at: Time,
    /// Since when the roster has closed the account.
    disabled_at: Option<Time>,
    after: Option<Value>,
}

/// What somebody was handed before.
pub(super) struct Earlier {
    pub(super) at: Time,
    pub(super) is_closed: bool,
    /// Since the page was opened, and not by a press of it: it is not made anew.
    pub(super) is_kept: bool,
}

/// Whose password came from such a press since the page was made, by the same actor and
/// on the same page, and is still theirs and not used yet; and when it came.
pub(super) async fn given(
    db: &impl ConnectionTrait,
    giver: &Giver,
    kind: &str,
    first: First,
) -> Result<HashMap<PersonId, Earlier>, DbErr> {
    let (Some(since), Some(by)) = (first.press.since(), giver.by) else {
        return Ok(HashMap::new());
    };
    let to_event = account::Entity::belongs_to(event::Entity)
        .from(account::Column::Id)
        .to(event::Column::SubjectId)
        .into();
    // A badge opens a session as well, and nobody types a password for it.
    let used = Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(
            Expr::col((session::Entity, session::Column::AccountId))
                .equals((account::Entity, account::Column::Id)),
        )
        .and_where(session::Column::CreatedAt.gt(since))
        .and_where(session::Column::BadgeId.is_null())
        .take();
    let passwords = account::Entity::find()
        .select_only()
        .column_as(account::Column::PersonId, "person")
        .column_as(event::Column::At, "at")
        .column_as(account::Column::DisabledAt, "disabled_at")
        .column_as(event::Column::After, "after")
        .join(JoinType::InnerJoin, to_event)
        .filter(account::Column::SchoolId.eq(giver.school))
        .filter(event::Column::SchoolId.eq(giver.school))
        .filter(event::Column::Kind.eq(kind))
        .filter(event::Column::ActorId.eq(by))
        .filter(event::Column::At.gt(since))
        // Whatever was set after it is somebody else's word.
        .filter(
            Expr::col((event::Entity, event::Column::At))
                .equals((account::Entity, account::Column::PasswordSetAt)),
        )
        .filter(Expr::exists(used).not())
        .into_model::<Given>()
        .all(db)
        .await?;
    let where_it_stands = [
        first.classroom.map(|classroom| json!(classroom)),
        first.press.page().map(Value::from),
    ];
    Ok(passwords
        .into_iter()
        .filter(|given| {
            let after = given.after.as_ref();
            let said = |name: &str| {
                after
                    .and_then(|after| after.get(name))
                    .filter(|said| !said.is_null())
            };
            let stood = [said("classroom"), said("page")];
            stood == where_it_stands.each_ref().map(Option::as_ref)
        })
        .map(|given| {
            let earlier = Earlier {
                at: given.at,
                is_closed: given.disabled_at.is_some(),
                is_kept: false,
            };
            (given.person, earlier)
        })
        .collect())
}
