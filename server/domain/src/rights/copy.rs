//! The copy that a granted request asks for: made by the school's data protection lead,
//! for whoever cannot fetch it themselves, such as somebody who has left. It is handed
//! over outside this program, to whom the lead is sure of; who asked with an account
//! fetches it themselves once the request is done. Where it has to be looked through again
//! until they have, the lead makes it once more.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::ids::RightsRequestId;
use vocab::rights::CopyReviewForm;

use super::record::record;
use super::step::{hold, note};
use super::{Error, fetch, look_again, seals};
use crate::access::{self, AccessError};
use crate::actor::Actor;
use crate::clock::Time;
use crate::export::{self, Making, Means, Reader};
use entity::rights_request;

/// What the request says once the copy goes out: whether it arrives is not known here.
const BEGUN: &str = "A copy of everything was begun, to be handed to who asked.";

/// Begins the copy, which goes out while it is made. The request says from then on who made
/// it, and what they looked through before. Refused with the reasons of
/// [`access::under_request`], and where something was not looked through.
pub async fn make_copy(
    means: Means<'_>,
    actor: &Actor,
    (id, review): (RightsRequestId, &CopyReviewForm),
    now: Time,
) -> Result<Making, Error> {
    let db = means.db;
    let request = rights_request::Entity::find_by_id(id)
        .filter(rights_request::Column::SchoolId.eq(actor.school))
        .one(db.read())
        .await?
        .ok_or(AccessError::NotFound)?;
    let looks_again = look_again::is_due(db.read(), &request, now).await?;
    let about = access::under_request(actor, &request, looks_again)?;
    let looked_through = review.validate().map_err(Error::Invalid)?;
    let reader = if request.requester_id == request.subject_id {
        Reader::Themselves
    } else {
        Reader::Another
    };
    let reads = (reader, request.requester_id);
    let copy = export::start_for_request(means, actor, &about, reads, now).await?;
    let tx = db.write().await?;
    let held = hold(&tx, actor.school, id).await?;
    // Whoever refused it meanwhile is not passed over.
    let looks_again = look_again::is_due(&*tx, &held, now).await?;
    access::under_request(actor, &held, looks_again)?;
    let of = (held.school_id, id, seals::owner(&held));
    let same = (Some(held.state), held.state);
    let words = format!("{BEGUN} {looked_through}");
    note(&tx, of, same, Some(actor.person), &words, now).await?;
    // Words stand in a decision that is not final only where a part was refused. Then nobody
    // has said that it was looked through, and nobody says it again.
    if held.decision.is_none() || looks_again {
        let (of, looked) = ((held.school_id, id), (fetch::LOOKED_THROUGH, None));
        record(&tx, of, looked, Some(actor.person), now).await?;
    }
    tx.commit().await?;
    Ok(copy)
}
