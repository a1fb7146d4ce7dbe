//! Everybody's first page: a student's to-do list, a teacher's classrooms and what
//! waits to be marked, a guardian's children, an admin's school. Somebody with
//! several roles gets several parts; no part costs more queries for a longer list.

mod admin;
mod guardian;
mod student;
mod teacher;

pub(crate) use student::todo;
pub use student::{Facts, group};
pub use teacher::to_mark;

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait, DbErr};
use vocab::home::{HomePage, TodoGroup};
use vocab::ids::PersonId;
use vocab::people::Role;

use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::{moments, offline, sharing};

/// Why there is no first page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// How much of a to-do list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// All of it.
    Whole,
    /// What presses, and the first of the rest; one part of one student's list may be
    /// asked for whole.
    Short(Option<(PersonId, TodoGroup)>),
}

/// The parts that the actor's roles call for. A student's part costs two queries, a
/// guardian's three, a teacher's three, an admin's two, what waits for students and
/// guardians one.
pub async fn page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    length: Length,
    now: Time,
) -> Result<HomePage, Error> {
    let mut page = HomePage {
        today: moments::today(actor.time_zone, now),
        ..HomePage::default()
    };
    if actor.is(Role::Student) {
        page.student = Some(todo(db, actor, length, now).await?);
    }
    if actor.is(Role::Teacher) {
        page.teacher = Some(teacher::home(db, actor, now).await?);
    }
    if actor.is(Role::Guardian) {
        page.children = Some(guardian::children(db, actor, length, now).await?);
    }
    if actor.is(Role::SchoolAdmin) {
        page.admin = Some(admin::home(db, actor, now).await?);
    }
    if actor.is(Role::Student) || actor.is(Role::Guardian) {
        let (brought, asked) = waits(db, actor, now).await?;
        page.needs_you = brought && actor.is(Role::Student);
        page.is_asked_to_share = asked;
    }
    Ok(page)
}

/// Whether something that a tablet brought, and whether a proposal to share, waits for
/// the actor. One query.
async fn waits(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<(bool, bool), DbErr> {
    let both = Query::select()
        .expr_as(Expr::exists(offline::waiting_query(actor)), "brought")
        .expr_as(Expr::exists(sharing::asked_query(actor, now)), "asked")
        .to_owned();
    let Some(row) = db.query_one(&both).await? else {
        return Ok((false, false));
    };
    Ok((row.try_get("", "brought")?, row.try_get("", "asked")?))
}
