//! One table's map: its columns with their classes, and the way from a row to the
//! person it is about, which export and erasure follow.

use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, EntityName, EntityTrait, IdenStatic, Iterable};

use crate::class::{Class, OnErasure, Subject};

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

/// What a column can hold, as far as erasing and searching ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// Words.
    Text,
    /// Values by name.
    Json,
    /// A moment.
    Time,
    /// A whole number.
    Number,
    /// Yes or no.
    Truth,
}

/// How the database keeps a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it holds.
    pub kind: Kind,
    /// It may hold nothing.
    pub is_nullable: bool,
}

/// One table.
#[derive(Clone, Debug)]
pub struct TableMap {
    /// Its name in the database.
    pub table: &'static str,
    /// The columns that tell its rows apart, in their order.
    pub key: Vec<&'static str>,
    /// The way to the people its rows are about.
    pub subject: SubjectPath,
    /// Each column by its name in the database, in the order of the entity.
    pub columns: Vec<(&'static str, Class)>,
    /// How the database keeps each column, in the same order.
    pub shapes: Vec<Shape>,
    /// A column with the id of a row of any table, which may be a person or lead to one:
    /// what the row copies is then about them.
    pub any_row: Option<&'static str>,
    /// Columns with ids of people whom a row names itself, where its way leads on over another
    /// table.
    pub also_names: &'static [&'static str],
}

impl TableMap {
    /// The class of a column.
    pub fn class(&self, column: &str) -> Option<Class> {
        self.columns
            .iter()
            .find(|(name, _)| *name == column)
            .map(|(_, class)| *class)
    }

    /// How the database keeps a column.
    pub fn shape(&self, column: &str) -> Option<Shape> {
        let at = self.columns.iter().position(|(name, _)| *name == column)?;
        self.shapes.get(at).copied()
    }

    /// The same table, whose `column` holds ids of rows of any table.
    pub(crate) fn with_rows_of(mut self, column: &'static str) -> Self {
        self.any_row = Some(column);
        self
    }

    /// The same table, whose rows name people themselves as well. What goes and when still
    /// follows from where the way leads.
    pub(crate) fn also_naming(mut self, columns: &'static [&'static str]) -> Self {
        self.also_names = columns;
        self
    }

    /// The columns that an erasure treats so.
    pub fn erased_by(&self, way: OnErasure) -> impl Iterator<Item = &'static str> {
        self.columns
            .iter()
            .filter(move |(_, class)| class.on_erasure == way)
            .map(|(name, _)| *name)
    }

    /// The column with the key of a file in the object store: by its name, everywhere.
    pub fn file_key(&self) -> Option<&'static str> {
        self.class("object_key").map(|_| "object_key")
    }

    /// Of the ways to people those whose row goes with them.
    pub fn goes_with(&self) -> Vec<&'static str> {
        self.people(|class| class.on_erasure == OnErasure::DeleteRow)
    }

    /// Of the ways to people those whom the row tells about: a member of staff who only
    /// did something to it is none, unless there is nobody else.
    pub fn tells_about(&self) -> Vec<&'static str> {
        let about = self.people(|class| class.subject != Some(Subject::Staff));
        if about.is_empty() {
            self.people(|_| true)
        } else {
            about
        }
    }

    fn people(&self, which: impl Fn(Class) -> bool) -> Vec<&'static str> {
        let SubjectPath::People(columns) = self.subject else {
            return Vec::new();
        };
        columns
            .iter()
            .copied()
            .filter(|column| self.class(column).is_some_and(&which))
            .collect()
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
        key: E::PrimaryKey::iter().map(|key| key.as_str()).collect(),
        subject,
        columns: E::Column::iter()
            .map(|column| (column.as_str(), class(column)))
            .collect(),
        shapes: E::Column::iter().map(shape).collect(),
        any_row: None,
        also_names: &[],
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type of a column is read as text"
)]
fn shape(column: impl ColumnTrait) -> Shape {
    let def = column.def();
    let kind = match def.get_column_type() {
        ColumnType::Uuid => Kind::Id,
        ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
        ColumnType::Timestamp
        | ColumnType::TimestampWithTimeZone
        | ColumnType::DateTime
        | ColumnType::Date
        | ColumnType::Time => Kind::Time,
        ColumnType::Integer
        | ColumnType::BigInteger
        | ColumnType::SmallInteger
        | ColumnType::TinyInteger => Kind::Number,
        ColumnType::Boolean => Kind::Truth,
        _ => Kind::Text,
    };
    Shape {
        kind,
        is_nullable: def.is_null(),
    }
}
