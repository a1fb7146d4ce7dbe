//! One text of one row, sealed and opened where no ring was fetched for more of them.

use sea_orm::DbErr;
use vocab::ids::SchoolId;

use super::{Opened, Owner, Place, Ring};
use crate::db::Keyed;

/// Seals a text with its owner's key. An empty text stays empty and asks for no key.
pub(crate) async fn seal(
    db: &impl Keyed,
    owner: impl Into<Owner>,
    place: &Place<'_>,
    text: &str,
) -> Result<String, DbErr> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let owner = owner.into();
    let ring = db.keys().to_seal([owner]).await?;
    Ok(ring.seal(owner, place, text)?)
}

/// Opens a text.
pub(crate) async fn open(db: &impl Keyed, place: &Place<'_>, text: &str) -> Result<Opened, DbErr> {
    let ring = db.keys().to_open([text]).await?;
    Ok(ring.open(place, text))
}

/// The key for what is still written about somebody who may have been erased: theirs, or
/// the school's where theirs was destroyed.
pub(crate) async fn owner_or_school(
    db: &impl Keyed,
    owner: Owner,
    school: SchoolId,
) -> Result<(Ring, Owner), DbErr> {
    let of_school = Owner::from(school);
    let ring = db.keys().to_seal([owner, of_school]).await?;
    let owner = if ring.is_destroyed(owner) {
        of_school
    } else {
        owner
    };
    Ok((ring, owner))
}
