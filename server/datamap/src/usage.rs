//! Counts of opened pages. Nobody is in them.

use entity::usage_counter;

use crate::class::Class;
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![map(
        usage_counter::Entity,
        SubjectPath::Nobody(
            "how often a kind of page was opened within an hour, and by nobody in particular",
        ),
        column,
    )]
}

const fn column(column: usage_counter::Column) -> Class {
    use usage_counter::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::Page
        | Column::Role
        | Column::HourAt
        | Column::Times => Class::technical(),
    }
}
