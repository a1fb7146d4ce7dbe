//! Destroying a key: the point of no return of an erasure. That it happened is kept in
//! three places, the database, the key store and a file that is only added to; each of
//! them alone is enough to do it again after an old backup of the others came back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

use super::{Error, Owner};
use crate::clock::Time;
use crate::db::{Db, Keyed as _, Write};
use crate::secrets::new_id;
use entity::{key_destroyed, person};

const LIST: &str = "destroyed.log";
/// Ids in one statement.
const AT_ONCE: usize = 10_000;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    person: Uuid,
    at: Time,
    reason: String,
}

/// Destroys a person's key for ever: whatever was sealed with it reads as deleted from
/// now on, whether or not the transaction commits. `reason` is a few words without
/// anything personal, such as "erasure". Doing it again changes nothing.
pub async fn destroy(tx: &Write, person: PersonId, reason: &str, now: Time) -> Result<(), Error> {
    let line = forget(tx, person.into(), reason, now).await?;
    entomb(tx, &[line]).await
}

/// Destroys a school's key for ever, with which was sealed what is nobody's in particular.
pub(crate) async fn destroy_of_school(
    tx: &Write,
    school: SchoolId,
    reason: &str,
    now: Time,
) -> Result<(), Error> {
    forget(tx, school.into(), reason, now).await?;
    Ok(())
}

async fn forget(tx: &Write, owner: Owner, reason: &str, now: Time) -> Result<Line, Error> {
    let line = Line {
        person: owner.0,
        at: now,
        reason: reason.to_owned(),
    };
    let keys = tx.keys();
    // The list comes first: it is what survives whatever breaks off afterwards.
    if let Some(folder) = keys.folder()?
        && !read(folder)?.iter().any(|known| known.person == owner.0)
    {
        append(folder, std::slice::from_ref(&line))?;
    }
    keys.forget(owner, reason, now).await?;
    Ok(line)
}

/// What [`replay`] found and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Keys that were destroyed once, by any of the three lists.
    pub known: usize,
    /// Keys that an old backup had brought back, and that are destroyed again.
    pub again: usize,
}

/// Destroys again whatever was destroyed before, and brings the three lists to the
/// same state. The server does it before it lets anybody in.
pub async fn replay(db: &Db) -> Result<Replayed, Error> {
    let keys = db.keys();
    let folder = keys.folder()?;
    let listed = folder.map(read).transpose()?.unwrap_or_default();
    let in_store = keys.destroyed().await?;
    let entombed: Vec<(PersonId, Time, String)> = key_destroyed::Entity::find()
        .select_only()
        .columns([
            key_destroyed::Column::PersonId,
            key_destroyed::Column::At,
            key_destroyed::Column::Reason,
        ])
        .into_tuple()
        .all(db.read())
        .await?;
    let is_listed: BTreeSet<Uuid> = listed.iter().map(|line| line.person).collect();
    let is_gone: BTreeSet<Uuid> = in_store.iter().map(|(owner, ..)| owner.0).collect();
    let is_entombed: BTreeSet<Uuid> = entombed.iter().map(|(person, ..)| person.0).collect();
    let mut all: BTreeMap<Uuid, Line> = BTreeMap::new();
    let others = in_store
        .into_iter()
        .map(|(owner, at, reason)| (owner.0, at, reason))
        .chain(
            entombed
                .into_iter()
                .map(|(id, at, reason)| (id.0, at, reason)),
        )
        .map(|(person, at, reason)| Line { person, at, reason });
    for line in listed.into_iter().chain(others) {
        all.entry(line.person).or_insert(line);
    }
    let mut replayed = Replayed {
        known: all.len(),
        again: 0,
    };
    for line in all.values().filter(|line| !is_gone.contains(&line.person)) {
        keys.forget(Owner(line.person), &line.reason, line.at)
            .await?;
        replayed.again += 1;
    }
    let missing = |known: &BTreeSet<Uuid>| -> Vec<Line> {
        let lines = all.values().filter(|line| !known.contains(&line.person));
        lines.cloned().collect()
    };
    if let Some(folder) = folder {
        append(folder, &missing(&is_listed))?;
    }
    let missing = missing(&is_entombed);
    if !missing.is_empty() {
        let tx = db.write().await?;
        entomb(&tx, &missing).await?;
        tx.commit().await?;
    }
    Ok(replayed)
}

/// Whose keys the list or the database says were destroyed, whatever the store says.
pub(super) async fn noted(db: &Db) -> Result<BTreeSet<Owner>, Error> {
    let folder = db.keys().folder()?;
    let listed = folder.map(read).transpose()?.unwrap_or_default();
    let entombed: Vec<PersonId> = key_destroyed::Entity::find()
        .select_only()
        .column(key_destroyed::Column::PersonId)
        .into_tuple()
        .all(db.read())
        .await?;
    Ok(listed
        .into_iter()
        .map(|line| Owner(line.person))
        .chain(entombed.into_iter().map(Owner::from))
        .collect())
}

/// Writes tombstones for the people whom this database knows.
async fn entomb(tx: &Write, lines: &[Line]) -> Result<(), Error> {
    for lines in lines.chunks(AT_ONCE) {
        let people: Vec<(PersonId, SchoolId)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::SchoolId])
            .filter(person::Column::Id.is_in(lines.iter().map(|line| line.person)))
            .into_tuple()
            .all(&**tx)
            .await?;
        for (person, school) in people {
            let Some(line) = lines.iter().find(|line| line.person == person.0) else {
                continue;
            };
            let row = key_destroyed::ActiveModel {
                id: Set(new_id()),
                school_id: Set(school),
                person_id: Set(person),
                at: Set(line.at),
                reason: Set(line.reason.clone()),
            };
            key_destroyed::Entity::insert(row)
                .on_conflict(
                    OnConflict::column(key_destroyed::Column::PersonId)
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&**tx)
                .await?;
        }
    }
    Ok(())
}

/// The lines of the list. A last line that was cut off by a crash is left out.
fn read(folder: &Path) -> Result<Vec<Line>, Error> {
    match fs::read_to_string(folder.join(LIST)) {
        Ok(text) => Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::Log(error)),
    }
}

fn append(folder: &Path, lines: &[Line]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    // A line break on both sides: what was cut off before spoils no other line.
    let mut text = String::new();
    for line in lines {
        text.push('\n');
        text.push_str(
            &serde_json::to_string(line)
                .map_err(io::Error::from)
                .map_err(Error::Log)?,
        );
        text.push('\n');
    }
    let written = || {
        fs::create_dir_all(folder)?;
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join(LIST))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    written().map_err(Error::Log)
}
