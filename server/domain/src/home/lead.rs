//! A data protection lead's first page: the requests that are due first, and breaches and
//! copies that wait. Three queries, and a few where somebody may fetch a copy of another's
//! data. Everything else to do stands at `/school/privacy`.

use vocab::home::LeadHome;

use super::Error;
use crate::access;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::schools::policy::Action;
use crate::{rights, tasks};

pub(super) async fn home(db: &impl Keyed, actor: &Actor, now: Time) -> Result<LeadHome, Error> {
    let door = access::school(actor, Action::HandleRequests)?;
    let found = rights::due_first(db, actor, &door, now).await?;
    let breaches = tasks::breaches(db, &door, now).await?;
    Ok(LeadHome {
        requests: found.requests,
        open: found.open,
        breaches,
        copies: found.copies.into_iter().map(tasks::look_again).collect(),
    })
}
