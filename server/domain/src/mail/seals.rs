//! The words of a mail on its way, and where it goes: sealed with the key of whoever gets
//! it, or with the school's where they have none. They are emptied when it has ended,
//! or can no longer be tried again (`failed.rs`).

use sea_orm::DbErr;
use vocab::ids::{MailId, PersonId, SchoolId};

use super::letter::Mail;
use crate::db::Keyed;
use crate::keys::{Owner, Place, Ring, text};
use entity::outbox_mail;

fn place(school: SchoolId, column: &str, id: MailId) -> Place<'_> {
    Place {
        school,
        table: "outbox_mail",
        column,
        row: id.0,
    }
}

/// Seals address and words of a new mail; what is not there needs no key.
pub(super) async fn seal(
    db: &impl Keyed,
    (school, id, recipient): (SchoolId, MailId, Option<PersonId>),
    (address, words): (Option<String>, String),
) -> Result<(Option<String>, String), DbErr> {
    if address.is_none() && words.is_empty() {
        return Ok((address, words));
    }
    let owner = Owner::first([recipient], school);
    // Whoever was erased may still be told so, where they left an address.
    let (ring, owner) = text::owner_or_school(db, owner, school).await?;
    let seal = |column, text: &str| ring.seal(owner, &place(school, column, id), text);
    let address = address.as_deref().map(|text| seal("address", text));
    Ok((address.transpose()?, seal("variables", &words)?))
}

/// The keys for these mails.
pub(super) async fn ring(db: &impl Keyed, rows: &[outbox_mail::Model]) -> Result<Ring, DbErr> {
    let texts = rows
        .iter()
        .flat_map(|row| [row.address.as_deref(), Some(row.variables.as_str())]);
    Ok(db.keys().to_open(texts.flatten()).await?)
}

/// The address that was given; none where there is none, or its key is gone.
pub(super) fn address(ring: &Ring, row: &outbox_mail::Model) -> Option<String> {
    let place = place(row.school_id, "address", row.id);
    ring.open(&place, row.address.as_deref()?).text()
}

/// What the mail says; none where its words are gone.
pub(super) fn words(ring: &Ring, row: &outbox_mail::Model) -> Option<Mail> {
    let place = place(row.school_id, "variables", row.id);
    let words = ring.open(&place, &row.variables).text()?;
    serde_json::from_str(&words).ok()
}
