//! The file that goes out: the agreed columns of those who say yes at this very moment,
//! and of nobody else. It is made in the transaction that writes it down.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};
use serde_json::json;
use sha2::{Digest, Sha256};
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::ids::{DisclosureId, SharingId};
use vocab::looks::{LookKind, LookVia};
use vocab::sharing::ShareColumn;

use super::propose::require_home;
use super::{Error, asked, find, is_over, record, value, who_said_yes};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::looks::Whose;
use crate::secrets::{self, hex, new_id};
use entity::{disclosure, recipient, school, shared_entry};

/// Rows that are written in one statement.
const AT_A_TIME: usize = 100;

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What people call it by, in the log of disclosures.
    pub reference: String,
    /// The rows, as CSV (RFC 4180).
    pub csv: String,
    /// About how many people.
    pub people: usize,
}

/// Makes the file, and writes it down as a disclosure with its hash, and for each person
/// that they stood in it.
pub async fn make(
    tx: &Write,
    actor: &Actor,
    permitted: &Permitted<()>,
    id: SharingId,
    now: Time,
) -> Result<Made, Error> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    // Whoever answers holds the school's row too: no no comes in between.
    school::Entity::find_by_id(permitted.school())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let (sharing, recipient) = find(&**tx, permitted, id).await?;
    if is_over(&sharing, &recipient, now) {
        return Err(Error::Over);
    }
    require_home(&**tx, permitted, &recipient).await?;
    let columns = ShareColumn::split(&sharing.columns);
    let everybody = asked(&**tx, sharing.request_id, now).await?;
    let people: Vec<_> = who_said_yes(&everybody).collect();
    if people.is_empty() {
        return Err(Error::Nobody);
    }
    let mut csv = line(columns.iter().map(|column| column.label().to_owned()));
    for person in &people {
        csv.push_str(&line(columns.iter().map(|column| value(person, *column))));
        let (whose, kind) = (Whose::Person(person.id), LookKind::Details);
        actor.saw_by(whose, kind, actor.office_relation(), LookVia::Copy);
    }
    let log = Log {
        sharing: id,
        recipient: &recipient,
        columns: &columns,
        sha256: hex(&Sha256::digest(&csv)),
    };
    let (disclosure, reference) = log.write(tx, permitted, by, now).await?;
    for part in people.chunks(AT_A_TIME) {
        let rows = part.iter().map(|person| {
            let row = shared_entry::Model {
                id: new_id(),
                school_id: permitted.school(),
                sharing_id: id,
                disclosure_id: disclosure,
                subject_id: person.id,
                given_to: recipient.name.clone(),
                columns: sharing.columns.clone(),
                at: now,
            };
            row.into_active_model().reset_all()
        });
        shared_entry::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    let after = json!({ "disclosure": disclosure, "people": people.len() });
    record(tx, permitted, "sharing.given", (id.0, after), now).await?;
    Ok(Made {
        reference,
        csv,
        people: people.len(),
    })
}

/// What the log of disclosures says of the file.
struct Log<'a> {
    sharing: SharingId,
    recipient: &'a recipient::Model,
    columns: &'a [ShareColumn],
    sha256: String,
}

impl Log<'_> {
    async fn write(
        self,
        tx: &Write,
        permitted: &Permitted<()>,
        by: vocab::ids::PersonId,
        now: Time,
    ) -> Result<(DisclosureId, String), Error> {
        let id = DisclosureId(new_id());
        let reference = secrets::receipt(&mut secrets::random());
        let labels: Vec<&str> = self.columns.iter().map(|column| column.label()).collect();
        let row = disclosure::Model {
            id,
            school_id: permitted.school(),
            reference: reference.clone(),
            kind: DisclosureKind::Consent,
            state: DisclosureState::Given,
            requester: self.recipient.name.clone(),
            authority: format!("The yes of each person in it, to sharing {}", self.sharing),
            basis: "Consent (UK GDPR Article 6(1)(a))".to_owned(),
            categories: labels.join(", "),
            kinds: None,
            subject_id: None,
            asked_by: by,
            asked_at: now,
            first_by: None,
            first_at: None,
            second_by: None,
            second_at: None,
            told_at: None,
            not_told_because: None,
            refused_because: None,
            given_at: Some(now),
            payload_sha256: Some(self.sha256),
        };
        disclosure::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&**tx)
            .await?;
        Ok((id, reference))
    }
}

/// A line of CSV. A value that a spreadsheet would reckon with is kept from it.
fn line(values: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = values
        .map(|value| {
            let guard = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                "'"
            } else {
                ""
            };
            format!("\"{guard}{}\"", value.replace('"', "\"\""))
        })
        .collect();
    format!("{}\r\n", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_value_is_quoted_and_a_spreadsheet_does_not_reckon_with_it() {
        let values = ["O'Brien, \"Al\"", "=1+1", "10"].map(str::to_owned);
        assert_eq!(
            line(values.into_iter()),
            "\"O'Brien, \"\"Al\"\"\",\"'=1+1\",\"10\"\r\n"
        );
    }
}
