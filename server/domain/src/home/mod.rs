//! Everybody's first page: a student's to-do list, a teacher's classrooms and what
//! waits to be marked, a guardian's children, an admin's school. Somebody with
//! several roles gets several parts; no part costs more queries for a longer list.

mod admin;
mod guardian;
mod student;
mod teacher;

pub use student::{Facts, group};
pub use teacher::to_mark;

use sea_orm::{ConnectionTrait, DbErr};
use vocab::home::HomePage;
use vocab::people::Role;

use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments;

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

/// The parts that the actor's roles call for. A student's part costs two queries, a
/// guardian's three, a teacher's three, an admin's two.
pub async fn page(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<HomePage, Error> {
    let mut page = HomePage {
        today: moments::today(actor.time_zone, now),
        ..HomePage::default()
    };
    if actor.is(Role::Student) {
        page.student = Some(student::todo(db, actor, now).await?);
    }
    if actor.is(Role::Teacher) {
        page.teacher = Some(teacher::home(db, actor, now).await?);
    }
    if actor.is(Role::Guardian) {
        page.children = Some(guardian::children(db, actor, now).await?);
    }
    if actor.is(Role::SchoolAdmin) {
        page.admin = Some(admin::home(db, actor, now).await?);
    }
    Ok(page)
}
