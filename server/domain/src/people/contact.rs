//! How to reach somebody: the one place that seals and opens e-mail addresses.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::ids::{PersonId, SchoolId};
use vocab::people::looks_like_email;

use crate::db::Keyed;
use crate::keys::{Opened, Place, Ring, is_sealed, text};
use entity::person;

/// A person's e-mail address; none where there is none, or none any more.
pub async fn address_of(db: &impl Keyed, person: PersonId) -> Result<Option<String>, DbErr> {
    let row: Option<(SchoolId, Option<String>)> = person::Entity::find_by_id(person)
        .select_only()
        .columns([person::Column::SchoolId, person::Column::Email])
        .into_tuple()
        .one(db)
        .await?;
    let Some((school, Some(email))) = row else {
        return Ok(None);
    };
    Ok(open_one(db, school, person, &email).await?.text())
}

/// Where mail reaches somebody who has not left; none where no address is kept, where it
/// is none, or where its key is gone.
pub(crate) async fn mail_address_of(
    db: &impl Keyed,
    person: PersonId,
) -> Result<Option<String>, DbErr> {
    let row: Option<(SchoolId, Option<String>)> = person::Entity::find_by_id(person)
        .filter(person::Column::EndedAt.is_null())
        .select_only()
        .columns([person::Column::SchoolId, person::Column::Email])
        .into_tuple()
        .one(db)
        .await?;
    let Some((school, Some(email))) = row else {
        return Ok(None);
    };
    let address = open_one(db, school, person, &email).await?.text();
    Ok(address.filter(|address| looks_like_email(address)))
}

/// Opens an address as it is kept in a row of `person`.
pub(crate) async fn open_one(
    db: &impl Keyed,
    school: SchoolId,
    person: PersonId,
    email: &str,
) -> Result<Opened, DbErr> {
    text::open(db, &place(school, person), email).await
}

/// Seals an address for a row of `person`.
pub(crate) async fn seal_one(
    db: &impl Keyed,
    school: SchoolId,
    person: PersonId,
    email: Option<&str>,
) -> Result<Option<String>, DbErr> {
    let Some(email) = email else {
        return Ok(None);
    };
    let sealed = text::seal(db, person, &place(school, person), email).await?;
    Ok(Some(sealed))
}

/// The same with keys that were fetched for many people.
pub(crate) fn seal(
    ring: &Ring,
    school: SchoolId,
    person: PersonId,
    email: Option<&str>,
) -> Result<Option<String>, DbErr> {
    let seal = |email: &str| {
        if is_kept_sealed(email) {
            return Ok(email.to_owned());
        }
        ring.seal(person, &place(school, person), email)
    };
    Ok(email.map(seal).transpose()?)
}

/// Opens an address with keys that were fetched for many people, with why it does not.
pub(crate) fn opened(ring: &Ring, school: SchoolId, person: PersonId, email: &str) -> Opened {
    ring.open(&place(school, person), email)
}

/// The same for an import, which writes back what it read: an address that does not open
/// is answered as it is kept, and stays so.
pub(crate) fn open_or_keep(
    ring: &Ring,
    school: SchoolId,
    person: PersonId,
    email: &str,
) -> Option<String> {
    match ring.open(&place(school, person), email) {
        Opened::Unreadable => Some(email.to_owned()),
        opened => opened.text(),
    }
}

/// Whether this is an address that did not open. No address looks like it: what is sealed
/// has no @.
pub(crate) fn is_kept_sealed(email: &str) -> bool {
    is_sealed(email) && !email.contains('@')
}

fn place(school: SchoolId, person: PersonId) -> Place<'static> {
    Place {
        school,
        table: "person",
        column: "email",
        row: person.0,
    }
}
