//! Many entries at once, as they would be written by many people: for measuring alone.

use std::collections::BTreeMap;

use sea_orm::DbErr;
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{PersonId, SchoolId};

use super::ledger::{Entry, append};
use crate::clock::Time;
use crate::db::Write;

/// Writes `many` answers about these people in turn, a yes and a no one after the other.
pub(crate) async fn write_many(
    tx: &Write,
    school: SchoolId,
    people: &[PersonId],
    many: usize,
    now: Time,
) -> Result<(), DbErr> {
    let entries = people.iter().cycle().take(many).enumerate();
    let entries = entries
        .map(|(number, person)| Entry {
            subject: *person,
            purpose: ConsentPurpose::PhotosInSchool,
            request: None,
            kind: if (number / people.len()).is_multiple_of(2) {
                ConsentKind::Given
            } else {
                ConsentKind::Withdrawn
            },
            given_by: GivenBy::Own,
            actor: *person,
            age: AgeBand::From13,
            valid_until: None,
            evidence: BTreeMap::from([("channel", "measured".to_owned())]),
        })
        .collect();
    append(tx, school, entries, now).await?;
    Ok(())
}
