//! Which of the school's rows a package may speak of. Two systems may give the same id to
//! different people, so a source sees what came from it, and nothing of another. What is left
//! of a source from which nothing comes any more may be taken on by the one that goes on.

use std::collections::{HashMap, HashSet};

use entity::{data_source, roster_import, school};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use vocab::ids::{DataSourceId, SchoolId};
use vocab::rosters::ImportStage;

use super::is_same;

/// Whose an id is: a declared source's, or with none the school's own roster's.
pub(crate) type Source = Option<DataSourceId>;

/// Why a package is of no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSource {
    /// Neither the school's own system made it nor one that is declared and approved.
    Undeclared,
    /// It names no system, and neither did one that the school's roster came from before.
    Unnamed,
}

/// The source of a package, and what it has to do with the school's other sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lineage {
    /// What the package brings is of this source.
    pub(crate) source: Source,
    /// The same system, as it was declared before.
    earlier: HashSet<Source>,
    /// Sources that are over, whose people this one may take on.
    over: HashSet<Source>,
    /// Those of them that were the school's roster, where this one is it now.
    replaced: HashSet<Source>,
    names: HashMap<Source, String>,
    /// Which organisations are the school, where a declared source said it.
    org_ids: HashMap<DataSourceId, Value>,
}

impl Lineage {
    /// True for the ids that the package speaks of.
    pub(crate) fn holds(&self, source: Source) -> bool {
        source == self.source || self.earlier.contains(&source)
    }

    /// True for a source from which nothing comes any more, and whose people may go on as
    /// people of this one.
    pub(crate) fn takes_people_of(&self, source: Source) -> bool {
        self.over.contains(&source)
    }

    /// True for a source that this one stands in for: its classrooms go to the archive.
    pub(crate) fn replaces(&self, source: Source) -> bool {
        self.replaced.contains(&source)
    }

    /// Which organisations are the school, as earlier packages of the system said: under the
    /// declaration of today, or else the newest before it. `of_own` is what those of the
    /// school's own roster said.
    pub(crate) fn org_ids<'a>(&'a self, of_own: Option<&'a Value>) -> Option<&'a Value> {
        let mut earlier: Vec<Source> = self.earlier.iter().copied().collect();
        earlier.sort_unstable();
        let mut newest_first = std::iter::once(self.source).chain(earlier.into_iter().rev());
        newest_first.find_map(|source| match source {
            Some(id) => self.org_ids.get(&id),
            None => of_own,
        })
    }

    /// A source's name for a sentence.
    pub(crate) fn name_of(&self, source: Source) -> &str {
        self.names
            .get(&source)
            .map_or("the school's own system", String::as_str)
    }
}

/// The source of a package by the system that made it, or why it may not go in. One that names
/// no system comes from that of the school's roster. One query, or three where it names none.
pub(crate) async fn lineage(
    db: &impl ConnectionTrait,
    school: SchoolId,
    system: Option<&str>,
) -> Result<Result<Lineage, NoSource>, DbErr> {
    let rows = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(school))
        .order_by_asc(data_source::Column::Id)
        .all(db)
        .await?;
    let Some(source) = source_of(&rows, system) else {
        return Ok(Err(NoSource::Undeclared));
    };
    let lineage = lineage_of(&rows, source);
    let may_come = system.is_some() || is_clear(db, school, &rows, &lineage).await?;
    Ok(if may_come {
        Ok(lineage)
    } else {
        Err(NoSource::Unnamed)
    })
}

/// Whether a package that names no system can only be one of the school's roster: everything
/// that the roster came from earlier has named itself. Otherwise it may be one more of a system
/// that the roster does not come from any more. Packages that were only looked at count too.
async fn is_clear(
    db: &impl ConnectionTrait,
    school: SchoolId,
    rows: &[data_source::Model],
    lineage: &Lineage,
) -> Result<bool, DbErr> {
    use roster_import::Column;
    if lineage.replaced.is_empty() {
        return Ok(true);
    }
    let looked_at: Vec<Source> = roster_import::Entity::find()
        .select_only()
        .column(Column::SourceId)
        .distinct()
        .filter(Column::SchoolId.eq(school))
        .filter(Column::System.is_null())
        .filter(Column::Stage.ne(ImportStage::Refused))
        .into_tuple()
        .all(db)
        .await?;
    let own_came: Option<bool> = school::Entity::find_by_id(school)
        .select_only()
        .column(school::Column::RosterCameUnnamed)
        .into_tuple()
        .one(db)
        .await?;
    let own_has_name = rows.iter().any(|row| row.is_own);
    let declared = rows.iter().filter(|row| row.came_unnamed);
    let own = own_came.unwrap_or_default().then_some(None);
    let mut unnamed = looked_at
        .into_iter()
        .chain(declared.map(|row| Some(row.id)))
        .chain(own);
    let may_be_another =
        unnamed.any(|source| lineage.replaces(source) && !(source.is_none() && own_has_name));
    Ok(!may_be_another)
}

fn source_of(rows: &[data_source::Model], system: Option<&str>) -> Option<Source> {
    let successor = roster_now(rows).map(|row| row.id);
    let Some(system) = system else {
        return Some(successor);
    };
    let own = rows.iter().find(|row| row.is_own);
    let may_be_own = successor.is_none();
    if may_be_own && own.is_some_and(|own| is_same(&own.system, system)) {
        return Some(None);
    }
    let mut declared = rows.iter().filter(|row| is_standing(row));
    match declared.find(|row| is_same(&row.system, system)) {
        Some(row) => row.approved_at.map(|_| Some(row.id)),
        // The first package that names a system names the school's own.
        None => (may_be_own && own.is_none()).then_some(None),
    }
}

/// The declared source that is the school's roster now; none where its own system still is.
pub(super) fn roster_now(rows: &[data_source::Model]) -> Option<&data_source::Model> {
    rows.iter()
        .find(|row| is_standing(row) && row.replaces_roster && row.approved_at.is_some())
}

fn is_standing(row: &data_source::Model) -> bool {
    !row.is_own && row.ended_at.is_none()
}

fn lineage_of(rows: &[data_source::Model], source: Source) -> Lineage {
    let id_of = |row: &data_source::Model| (!row.is_own).then_some(row.id);
    let goes_on = |system: &str| {
        let mut standing = rows.iter().filter(|row| is_standing(row));
        standing.any(|row| is_same(&row.system, system))
    };
    let own_is_over = roster_now(rows).is_some();
    let own_has_name = rows.iter().any(|row| row.is_own);
    let system = rows.iter().find(|row| id_of(row) == source);
    let is_roster = source.is_none() || system.is_some_and(|row| row.replaces_roster);
    let mut lineage = Lineage {
        source,
        ..Lineage::default()
    };
    if own_is_over && is_roster && !own_has_name {
        lineage.over.insert(None);
        lineage.replaced.insert(None);
    }
    for row in rows {
        let id = id_of(row);
        lineage.names.insert(id, format!("\"{}\"", row.system));
        if let Some(ids) = &row.org_ids {
            lineage.org_ids.insert(row.id, ids.clone());
        }
        let is_over = row.ended_at.is_some() || (row.is_own && own_is_over);
        if id == source || !is_over {
            continue;
        }
        let was_roster = row.is_own || row.replaces_roster;
        if system.is_some_and(|system| is_same(&system.system, &row.system)) {
            lineage.earlier.insert(id);
        } else if !goes_on(&row.system) && (is_roster || !was_roster) {
            // What came from a system that is declared again is its own still.
            lineage.over.insert(id);
            if was_roster {
                lineage.replaced.insert(id);
            }
        }
    }
    lineage
}
