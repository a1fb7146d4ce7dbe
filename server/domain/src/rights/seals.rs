//! The words of a request at rest: sealed with the key of whom it is about, of whom it
//! is from where that is not known, or with the school's where nobody is known yet.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::{PersonId, RightsRequestId, SchoolId};

use crate::db::{Keyed, Write};
use crate::keys::{self, Opened, Owner, Place, Ring, text};
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

/// Seals a decision, with the school's key: it stays after whom it is about was erased.
pub(super) async fn decision(
    db: &impl Keyed,
    (school, id): (SchoolId, RightsRequestId),
    words: &str,
) -> Result<String, DbErr> {
    text::seal(db, school, &place(school, "decision", id), words).await
}

/// Seals a note with the owner's key, or with the school's where the owner has been erased
/// and the answer that says so is written down.
pub(super) async fn seal_note(
    db: &impl Keyed,
    (school, owner): (SchoolId, Owner),
    id: uuid::Uuid,
    words: &str,
) -> Result<String, DbErr> {
    if words.is_empty() {
        return Ok(String::new());
    }
    let (ring, owner) = text::owner_or_school(db, owner, school).await?;
    Ok(ring.seal(owner, &note(school, id), words)?)
}

/// It is known now whom a request is about: what was sealed with the school's key until
/// then is sealed anew with theirs.
pub(super) async fn pass_on(
    tx: &Write,
    row: &rights_request::Model,
    person: PersonId,
) -> Result<(), DbErr> {
    let events = rights_event::Entity::find()
        .filter(rights_event::Column::RequestId.eq(row.id))
        .filter(rights_event::Column::Note.ne(""))
        .all(&**tx)
        .await?;
    let ring = ring(&**tx, std::slice::from_ref(row), &events).await?;
    let (theirs, owner) = text::owner_or_school(&**tx, person.into(), row.school_id).await?;
    // What does not open stays as it is.
    let anew = |place: &Place<'_>, sealed: &str| match ring.open(place, sealed) {
        Opened::Text(words) => theirs.seal(owner, place, &words),
        Opened::Deleted | Opened::Unreadable => Ok(sealed.to_owned()),
    };
    let at = |column| place(row.school_id, column, row.id);
    let contact = row.contact.as_deref();
    let contact = contact.map(|text| anew(&at("contact"), text)).transpose()?;
    rights_request::ActiveModel {
        id: Set(row.id),
        details: Set(anew(&at("details"), &row.details)?),
        contact: Set(contact),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    for event in events {
        let sealed = anew(&note(event.school_id, event.id), &event.note)?;
        if keys::owner_of(&sealed) == keys::owner_of(&event.note) {
            continue;
        }
        rights_event::ActiveModel {
            id: Set(event.id),
            note: Set(sealed),
            ..Default::default()
        }
        .update(&**tx)
        .await?;
    }
    Ok(())
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
