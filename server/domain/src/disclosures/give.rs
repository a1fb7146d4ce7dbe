//! Making what goes out: once, from an approved disclosure, with its hash kept.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use datamap::Category;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use sha2::{Digest, Sha256};
use vocab::disclosures::{DataKind, DisclosureState};
use vocab::ids::DisclosureId;

use super::Error;
use super::write::{hold, note};
use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::erasure;
use crate::export::{self, Means};
use crate::providers;
use crate::secrets::hex;
use entity::disclosure;

/// The copy of the person's data, in a file without a name. The row says from now on
/// that it was given, and with which hash: it is not made a second time.
pub async fn give(
    means: Means<'_>,
    actor: &Actor,
    permitted: &Permitted<()>,
    id: DisclosureId,
    now: Time,
) -> Result<File, Error> {
    let db = means.db;
    let row = disclosure::Entity::find_by_id(id)
        .one(db.read())
        .await?
        .filter(|row| row.school_id == permitted.school())
        .ok_or(AccessError::NotFound)?;
    require_approved(&row)?;
    let about = access::under_disclosure(db.read(), permitted, &row).await?;
    if erasure::has_begun(db.read(), (about.school(), *about)).await? {
        return Err(Error::BeingErased);
    }
    let approved = kinds_of(&row)?;
    let mut file = export::archive_for_disclosure(means, actor, &about, &approved, now).await?;
    let sha256 = hash_of(&mut file).map_err(export::Error::Writing)?;
    let tx = db.write().await?;
    // Two who press at once make it once.
    require_approved(&hold(&tx, permitted, id).await?)?;
    // Nor does a file go out that was made while the person was being emptied.
    if erasure::has_begun(&*tx, (about.school(), *about)).await? {
        return Err(Error::BeingErased);
    }
    disclosure::ActiveModel {
        id: Set(id),
        state: Set(DisclosureState::Given),
        given_at: Set(Some(now)),
        payload_sha256: Set(Some(sha256)),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    note(
        &tx,
        permitted,
        id,
        "disclosure.given",
        DisclosureState::Given,
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(file)
}

fn require_approved(row: &disclosure::Model) -> Result<(), Error> {
    let is_settled = row.told_at.is_some() || row.not_told_because.is_some();
    let by_two = row.first_by.is_some() && row.second_by.is_some() && row.first_by != row.second_by;
    if row.state == DisclosureState::Approved && is_settled && by_two {
        Ok(())
    } else {
        Err(Error::NotApproved)
    }
}

/// What the two approved: nothing else goes into the file.
fn kinds_of(row: &disclosure::Model) -> Result<Vec<Category>, Error> {
    let words = row.kinds.as_deref().ok_or(Error::NothingChosen)?;
    Ok(DataKind::list(words)
        .into_iter()
        .filter_map(|kind| providers::kind_of(kind.as_str()))
        .collect())
}

fn hash_of(file: &mut File) -> Result<String, std::io::Error> {
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        hash.update(&part[..read]);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(hex(&hash.finalize()))
}
