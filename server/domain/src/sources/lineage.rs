//! Which of the school's rows a package may speak of. Two systems may give the same id to
//! different people, so a source sees what came from it, and nothing of another. What is left
//! of a source from which nothing comes any more may be taken on by the one that goes on.

use std::collections::{HashMap, HashSet};

use entity::data_source;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vocab::ids::{DataSourceId, SchoolId};

use super::is_same;

/// Whose an id is: a declared source's, or with none the school's own roster's.
pub(crate) type Source = Option<DataSourceId>;

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

    /// True for a source that this one stands in for: its classrooms and places are over.
    pub(crate) fn replaces(&self, source: Source) -> bool {
        self.replaced.contains(&source)
    }

    /// The declared sources whose ids the package speaks of.
    pub(crate) fn held(&self) -> impl Iterator<Item = DataSourceId> {
        self.earlier.iter().copied().chain([self.source]).flatten()
    }

    /// A source's name for a sentence.
    pub(crate) fn name_of(&self, source: Source) -> &str {
        self.names
            .get(&source)
            .map_or("the school's own system", String::as_str)
    }
}

/// The source of a package by the system that made it; `None` where it may not go in. One
/// that names no system comes from that of the school's roster. One query.
pub(crate) async fn lineage(
    db: &impl ConnectionTrait,
    school: SchoolId,
    system: Option<&str>,
) -> Result<Option<Lineage>, DbErr> {
    let rows = data_source::Entity::find()
        .filter(data_source::Column::SchoolId.eq(school))
        .order_by_asc(data_source::Column::Id)
        .all(db)
        .await?;
    Ok(source_of(&rows, system).map(|source| lineage_of(&rows, source)))
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
    let own_is_over = roster_now(rows).is_some();
    let system = rows.iter().find(|row| id_of(row) == source);
    let is_roster = source.is_none() || system.is_some_and(|row| row.replaces_roster);
    let mut lineage = Lineage {
        source,
        ..Lineage::default()
    };
    if own_is_over && is_roster {
        lineage.over.insert(None);
        lineage.replaced.insert(None);
    }
    for row in rows {
        let id = id_of(row);
        lineage.names.insert(id, format!("\"{}\"", row.system));
        let is_over = row.ended_at.is_some() || (row.is_own && own_is_over);
        if id == source || !is_over {
            continue;
        }
        let was_roster = row.is_own || row.replaces_roster;
        if system.is_some_and(|system| is_same(&system.system, &row.system)) {
            lineage.earlier.insert(id);
        } else if is_roster {
            lineage.over.insert(id);
            if was_roster {
                lineage.replaced.insert(id);
            }
        } else if !was_roster {
            lineage.over.insert(id);
        }
    }
    for earlier in &lineage.earlier {
        lineage.over.remove(earlier);
        lineage.replaced.remove(earlier);
    }
    lineage
}
