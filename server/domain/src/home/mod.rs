//! Everybody's first page: a student's to-do list, a teacher's classrooms and what
//! waits to be marked, a guardian's children, an admin's school, a lead's clocks.
//! Somebody with several roles gets several parts; no part costs more queries for a
//! longer list, but for the copies of others' data that a lead may have to look through.

mod admin;
mod guardian;
mod lead;
mod student;
mod teacher;

pub(crate) use student::todo;
pub use student::{Facts, group};
pub use teacher::to_mark;

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use vocab::home::{AllWork, HomePage, TodoGroup};
use vocab::ids::PersonId;
use vocab::people::Role;

use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::{moments, offline, rights, sharing};

/// Why there is no first page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The requests of the school cannot be read.
    #[error(transparent)]
    Rights(#[from] rights::Error),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// How much of a to-do list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Everything, also what is over or long done, for the page that is nothing but the list:
    /// the newest 1,000 pieces of work.
    Everything,
    /// All of it, with at most 50 in a group.
    Whole,
    /// What presses, and the first of the rest; one part of one student's list may be
    /// asked for whole.
    Short(Option<(PersonId, TodoGroup)>),
}

/// The parts that the actor's roles call for. A student's part costs one query, with what
/// waits for them; a guardian's two and one for what waits; a teacher's three, an admin's
/// two, a lead's three.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    length: Length,
    now: Time,
) -> Result<HomePage, Error> {
    let mut page = HomePage {
        today: moments::today(actor.time_zone, now),
        ..HomePage::default()
    };
    let mut waiting = Waiting::default();
    if actor.is(Role::Student) {
        let (todo, waits) = student::todo_and_what_waits(db, actor, length, now).await?;
        page.student = Some(todo);
        waiting = waits;
    } else if actor.is(Role::Guardian) {
        waiting = Waiting::of(db, actor, now).await?;
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
    if actor.is(Role::DataProtectionLead) {
        page.lead = Some(lead::home(db, actor, now).await?);
    }
    page.needs_you = waiting.brought && actor.is(Role::Student);
    page.is_asked_to_share = waiting.to_share;
    page.is_asked_first = waiting.first;
    Ok(page)
}

/// All of a student's work in the classrooms where they have a place, also in archived
/// ones, and what they handed in where they had one, group by group; for students alone.
/// One query.
pub async fn work(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<AllWork, Error> {
    if !actor.is(Role::Student) {
        return Err(AccessError::NotFound.into());
    }
    Ok(student::all_work(db, actor, now).await?)
}

/// What waits for the actor.
#[derive(Default, FromQueryResult)]
struct Waiting {
    /// Something that a tablet brought.
    brought: bool,
    /// A proposal to share.
    to_share: bool,
    /// A guardian's request for their data, of which they are asked first.
    first: bool,
}

impl Waiting {
    /// One query.
    async fn of(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<Self, DbErr> {
        let mut all = Query::select();
        Self::ask(&mut all, actor, now);
        match db.query_one(&all).await? {
            Some(row) => Self::from_query_result(&row, ""),
            None => Ok(Self::default()),
        }
    }

    /// Asks for it in a statement of one row.
    fn ask(statement: &mut SelectStatement, actor: &Actor, now: Time) {
        statement
            .expr_as(Expr::exists(offline::waiting_query(actor)), "brought")
            .expr_as(Expr::exists(sharing::asked_query(actor, now)), "to_share")
            .expr_as(Expr::exists(rights::asks_query(actor)), "first");
    }
}
