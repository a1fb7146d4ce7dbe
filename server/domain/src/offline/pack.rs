//! What a student keeps on a tablet to read: the work that is to be done next and what
//! came back, each as its own page shows it. A pack is a list; each piece is fetched by
//! itself through the same door as its page.

use sea_orm::ConnectionTrait;
use serde::Serialize;
use vocab::assignments::StudentWork;
use vocab::classrooms::Standing;
use vocab::home::TodoGroup;
use vocab::ids::AssignmentId;
use vocab::outbox::PackList;
use vocab::people::Role;

use super::Error;
use crate::access::{self, AccessError};
use crate::actor::Actor;
use crate::assignments::policy::Action;
use crate::clock::Time;
use crate::db::Keyed;
use crate::{home, submissions};

/// A pack holds so many pieces: about two weeks of work.
const MOST_TO_DO: usize = 12;
/// And so many that came back.
const MOST_BACK: usize = 8;

/// One piece of work as it is kept on the tablet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkToKeep {
    /// The work with the student's own answer.
    pub work: StudentWork,
    /// When the server was asked, in the school's words.
    pub saved: String,
}

/// What belongs into a student's pack. Two queries.
pub async fn pack(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<PackList, Error> {
    if !actor.is(Role::Student) {
        return Err(AccessError::NotFound.into());
    }
    let todo = home::todo(db, actor, home::Length::Whole, now).await?;
    let (back, next): (Vec<_>, Vec<_>) = todo
        .groups
        .into_iter()
        .flat_map(|part| {
            let group = part.group;
            let ids = part.items.into_iter().map(|item| item.assignment);
            ids.map(move |id| (group, id))
        })
        .filter(|(group, _)| *group != TodoGroup::Done)
        .partition(|(group, _)| *group == TodoGroup::BackToYou);
    let ids =
        |some: Vec<(TodoGroup, AssignmentId)>, most| some.into_iter().map(|(_, id)| id).take(most);
    Ok(PackList {
        works: ids(next, MOST_TO_DO).chain(ids(back, MOST_BACK)).collect(),
        name: actor.name.split(' ').next().unwrap_or_default().to_owned(),
    })
}

/// A piece of work that a photo can be added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkToShareWith {
    /// Which.
    pub id: AssignmentId,
    /// Its title.
    pub title: String,
    /// Where it was set.
    pub classroom: String,
}

/// What a student has yet to hand in, what is due first before the rest. Two queries.
pub async fn works_to_share_with(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<WorkToShareWith>, Error> {
    if !actor.is(Role::Student) {
        return Err(AccessError::NotFound.into());
    }
    let todo = home::todo(db, actor, home::Length::Whole, now).await?;
    Ok(todo
        .groups
        .into_iter()
        .filter(|part| !matches!(part.group, TodoGroup::BackToYou | TodoGroup::Done))
        .flat_map(|part| part.items)
        .map(|item| WorkToShareWith {
            id: item.assignment,
            title: item.title,
            classroom: item.classroom,
        })
        .collect())
}

/// One piece of a student's own work, to be kept.
pub async fn work(
    db: &impl Keyed,
    actor: &Actor,
    id: AssignmentId,
    now: Time,
) -> Result<WorkToKeep, Error> {
    let permitted = access::assignment(db, actor, id, Action::See, now).await?;
    if permitted.standing() != Standing::Student {
        return Err(AccessError::NotFound.into());
    }
    let work = submissions::student_page(db, actor, &permitted, actor.person, now).await?;
    Ok(WorkToKeep {
        work,
        saved: crate::moments::moment(now, actor.time_zone, now).words,
    })
}
