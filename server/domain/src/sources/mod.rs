//! Where data about people comes from. The school's own roster stands in its declaration;
//! whatever else is combined with it is declared here with its assessment, and approved
//! by a second person. An import from anywhere else is refused.
//!
//! A package says which system made it. The first one of a school names the school's own
//! system; a package that names another is one of a declared source, or is refused. A school
//! that changes its system declares the new one as the one that replaces its roster: from
//! its approval on nothing comes from the one before.

mod lineage;
mod origins;
mod said;

pub(crate) use lineage::{Lineage, NoSource, Source, lineage};
pub use origins::origins;
pub(crate) use said::{note_said, take_back_said};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{DataSourceId, PersonId, SchoolId};
use vocab::sources::{SourceLine, SourcesPage, ValidSource};

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::moment;
use crate::people::names_of;
use crate::schools;
use crate::secrets::new_id;
use entity::{data_source, school};

/// A list shows no more than this.
const MOST_LISTED: u64 = 100;

/// Why nothing is done with a source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Whoever declared it does not approve it.
    #[error("A second person has to approve a source: not the one who declared it.")]
    SecondPerson,
    /// It was approved or ended already.
    #[error("Nothing was changed: somebody else did the same just before.")]
    NothingToDo,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Declares a source. Nothing comes in from it until a second person approves it.
pub async fn declare(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidSource,
    now: Time,
) -> Result<DataSourceId, Error> {
    let Some(by) = permitted.actor() else {
        return Err(AccessError::NotFound.into());
    };
    let school = permitted.school();
    if standing(&**tx, school, &new.system).await?.is_some() {
        return Err(Error::Invalid(vec![FieldError {
            field: "system".to_owned(),
            message: "This system is declared already".to_owned(),
        }]));
    }
    let id = DataSourceId(new_id());
    record(tx, permitted, "source.declared", id, &new.system, now).await?;
    data_source::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        system: Set(new.system),
        what: Set(new.what),
        because: Set(new.because),
        assessment: Set(new.assessment),
        is_own: Set(false),
        declared_by: Set(Some(by)),
        declared_at: Set(now),
        approved_by: Set(None),
        approved_at: Set(None),
        ended_by: Set(None),
        ended_at: Set(None),
        replaces_roster: Set(new.replaces_roster),
        org_ids: Set(None),
        came_unnamed: Set(false),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// A second person approves a source: from now on packages of it go in. Where it replaces the
/// school's roster, the source that was it until now ends.
pub async fn approve(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DataSourceId,
    now: Time,
) -> Result<(), Error> {
    take_turns(tx, permitted.school()).await?;
    let row = lock(tx, permitted, id).await?;
    if permitted.actor().is_none() || permitted.actor() == row.declared_by {
        return Err(Error::SecondPerson);
    }
    if row.approved_at.is_some() || row.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    if row.replaces_roster {
        end_roster_before(tx, permitted, now).await?;
    }
    data_source::ActiveModel {
        id: Set(id),
        approved_by: Set(permitted.actor()),
        approved_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(record(tx, permitted, "source.approved", id, &row.system, now).await?)
}

/// A school has one roster. Its own system needs no end: nothing comes from it while a source
/// stands in for it.
async fn end_roster_before(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<(), Error> {
    let rows = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(permitted.school()))
        .all(&**tx)
        .await?;
    match lineage::roster_now(&rows) {
        Some(before) => end(tx, permitted, before.id, now).await,
        None => Ok(()),
    }
}

/// Ends a source: what came from it stays, and nothing more comes in.
pub async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DataSourceId,
    now: Time,
) -> Result<(), Error> {
    take_turns(tx, permitted.school()).await?;
    let row = lock(tx, permitted, id).await?;
    if row.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    data_source::ActiveModel {
        id: Set(id),
        ended_by: Set(permitted.actor()),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(record(tx, permitted, "source.ended", id, &row.system, now).await?)
}

/// Locks the school's row until the transaction ends, as an import does: none goes in while it
/// is decided what the school's roster comes from.
async fn take_turns(tx: &Write, school: SchoolId) -> Result<(), Error> {
    let row = school::Entity::find_by_id(school)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    row.map(|_| ()).ok_or(Error::Access(AccessError::NotFound))
}

async fn lock(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DataSourceId,
) -> Result<data_source::Model, Error> {
    Ok(data_source::Entity::find_by_id(id)
        .filter(data_source::Column::SchoolId.eq(permitted.school()))
        .filter(data_source::Column::IsOwn.eq(false))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    id: DataSourceId,
    system: &str,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: Some(json!({ "system": system })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// The declared source of a system that has not ended, approved or not.
async fn standing(
    db: &impl ConnectionTrait,
    school: SchoolId,
    system: &str,
) -> Result<Option<data_source::Model>, DbErr> {
    let rows = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(school))
        .filter(data_source::Column::IsOwn.eq(false))
        .filter(data_source::Column::EndedAt.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().find(|row| is_same(&row.system, system)))
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The system of the school's own roster: that which made the first package that named one.
async fn own_system(db: &impl ConnectionTrait, school: SchoolId) -> Result<Option<String>, DbErr> {
    let own = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(school))
        .filter(data_source::Column::IsOwn.eq(true))
        .one(db)
        .await?;
    Ok(own.map(|row| row.system))
}

/// Writes down the name of the school's own system, with the first package that goes in
/// and names one. The school's declaration is what declares it.
pub(crate) async fn note_own(
    tx: &Write,
    permitted: &Permitted<()>,
    (system, source): (Option<&str>, Option<DataSourceId>),
    now: Time,
) -> Result<(), DbErr> {
    let school = permitted.school();
    let Some(system) = system.filter(|_| source.is_none()) else {
        return Ok(());
    };
    if own_system(&**tx, school).await?.is_some() {
        return Ok(());
    }
    let id = DataSourceId(new_id());
    data_source::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        is_own: Set(true),
        system: Set(system.to_owned()),
        what: Set("The school's roster".to_owned()),
        because: Set("It stands in the school's declaration".to_owned()),
        assessment: Set("It stands in the school's declaration".to_owned()),
        declared_by: Set(permitted.actor()),
        declared_at: Set(now),
        approved_by: Set(None),
        approved_at: Set(None),
        ended_by: Set(None),
        ended_at: Set(None),
        replaces_roster: Set(false),
        org_ids: Set(None),
        came_unnamed: Set(false),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "source.declared", id, system, now).await
}

/// The school's register of sources. Three queries.
pub async fn page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<SourcesPage, DbErr> {
    let school = permitted.school();
    let rows = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(school))
        .order_by_desc(data_source::Column::DeclaredAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let roster_system = lineage::roster_now(&rows).map(|row| row.system.clone());
    let (own, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_own);
    let people: Vec<PersonId> = rows
        .iter()
        .flat_map(|row| [row.declared_by, row.approved_by])
        .flatten()
        .collect();
    let names = names_of(db, people.into_iter()).await?;
    let at = |time: Time| moment(time, actor.time_zone, now);
    let by = |who: Option<PersonId>, when: Time| {
        let name = who.and_then(|who| names.get(&who).cloned());
        let name = name.unwrap_or_default();
        format!("{name}, {}", at(when).words)
    };
    Ok(SourcesPage {
        own_system: own.into_iter().next().map(|row| row.system),
        roster_system,
        is_declared: schools::is_declared(db, school, now).await?,
        lines: rows
            .into_iter()
            .map(|row| SourceLine {
                id: row.id,
                declared: by(row.declared_by, row.declared_at),
                approved: row.approved_at.map(|when| by(row.approved_by, when)),
                ended: row.ended_at.map(at),
                may_approve: row.approved_at.is_none()
                    && row.ended_at.is_none()
                    && row.declared_by != Some(actor.person),
                system: row.system,
                what: row.what,
                because: row.because,
                assessment: row.assessment,
                replaces_roster: row.replaces_roster,
            })
            .collect(),
    })
}
