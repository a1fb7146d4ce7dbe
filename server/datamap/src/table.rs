//! One table's map: its columns with their classes, and the way from a row to the
//! person it is about, which export and erasure follow.

use sea_orm::{EntityName, EntityTrait, IdenStatic, Iterable};

use crate::class::Class;

/// How a row leads to the people it is about. Columns and tables by their names
/// in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectPath {
    /// The row is the person.
    Itself,
    /// These columns hold ids of people; the first is the person the row is about.
    People(&'static [&'static str]),
    /// This column leads to a row of that table, which leads on.
    Through {
        /// The column.
        column: &'static str,
        /// The table it leads to.
        table: &'static str,
    },
    /// Nobody, because of this.
    Nobody(&'static str),
}

/// One table.
#[derive(Clone, Debug)]
pub struct TableMap {
    /// Its name in the database.
    pub table: &'static str,
    /// The way to the people its rows are about.
    pub subject: SubjectPath,
    /// Each column by its name in the database, in the order of the entity.
    pub columns: Vec<(&'static str, Class)>,
}

impl TableMap {
    /// The class of a column.
    pub fn class(&self, column: &str) -> Option<Class> {
        self.columns
            .iter()
            .find(|(name, _)| *name == column)
            .map(|(_, class)| *class)
    }
}

/// The map of an entity, from its exhaustive `match`.
pub(crate) fn map<E: EntityTrait>(
    entity: E,
    subject: SubjectPath,
    class: fn(E::Column) -> Class,
) -> TableMap {
    TableMap {
        table: EntityName::table_name(&entity),
        subject,
        columns: E::Column::iter()
            .map(|column| (column.as_str(), class(column)))
            .collect(),
    }
}
