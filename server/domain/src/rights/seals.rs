//! The words of a request at rest: sealed with the key of whom it is about, of whom it
//! is from where that is not known, or with the school's where nobody is known yet.

use sea_orm::DbErr;
use vocab::ids::{RightsRequestId, SchoolId};

use crate::db::Keyed;
use crate::keys::{Owner, Place, Ring};
use entity::{rights_event, rights_request};

/// Whose key seals what is written of a request.
pub(super) fn owner(row: &rights_request::Model) -> Owner {
    Owner::first([row.subject_id, row.requester_id], row.school_id)
}

/// Where a text of a request stands.
pub(super) fn place(school: SchoolId, column: &str, id: RightsRequestId) -> Place<'_> {
    Place {
        school,
        table: "rights_request",
        column,
        row: id.0,
    }
}

/// Where the note of a step stands.
pub(super) fn note(school: SchoolId, id: uuid::Uuid) -> Place<'static> {
    Place {
        school,
        table: "rights_event",
        column: "note",
        row: id,
    }
}

/// The key for a note: the owner's, or the school's where the owner has been erased and
/// the answer that says so is written down.
pub(super) async fn key_of(
    db: &impl Keyed,
    owner: Owner,
    school: SchoolId,
) -> Result<(Ring, Owner), DbErr> {
    let of_school = Owner::first([], school);
    let ring = db.keys().of([owner]).await?;
    let owner = if ring.is_destroyed(owner) {
        of_school
    } else {
        owner
    };
    Ok((db.keys().to_seal([owner]).await?, owner))
}

/// Seals what was written with a new request.
pub(super) async fn seal(
    db: &impl Keyed,
    mut row: rights_request::Model,
) -> Result<rights_request::Model, DbErr> {
    let owner = owner(&row);
    let ring = db.keys().to_seal([owner]).await?;
    let seal = |column, text: &str| ring.seal(owner, &place(row.school_id, column, row.id), text);
    let details = seal("details", &row.details)?;
    let contact = row
        .contact
        .as_deref()
        .map(|text| seal("contact", text))
        .transpose()?;
    row.details = details;
    row.contact = contact;
    Ok(row)
}

/// The keys for everything that stands in these rows.
pub(super) async fn ring(
    db: &impl Keyed,
    rows: &[rights_request::Model],
    events: &[rights_event::Model],
) -> Result<Ring, DbErr> {
    let of_rows = rows.iter().flat_map(|row| {
        let more = [row.contact.as_deref(), row.decision.as_deref()];
        [Some(row.details.as_str())]
            .into_iter()
            .chain(more)
            .flatten()
    });
    let of_events = events.iter().map(|event| event.note.as_str());
    Ok(db.keys().to_open(of_rows.chain(of_events)).await?)
}

/// Opens what is written in a row.
pub(super) fn open(ring: &Ring, row: &mut rights_request::Model) {
    let (school, id) = (row.school_id, row.id);
    let open = |column, text: &str| ring.open(&place(school, column, id), text).words();
    row.details = open("details", &row.details);
    row.contact = row.contact.as_deref().map(|text| open("contact", text));
    row.decision = row.decision.as_deref().map(|text| open("decision", text));
}
