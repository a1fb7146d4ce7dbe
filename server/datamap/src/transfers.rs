//! Changes of hands of the platform: about companies, and about nobody.

use entity::business_transfer;

use crate::class::Class;
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![map(
        business_transfer::Entity,
        SubjectPath::Nobody("it is between companies, and its words are public"),
        business_transfer_column,
    )]
}

const fn business_transfer_column(column: business_transfer::Column) -> Class {
    use business_transfer::Column;
    match column {
        Column::Id => Class::technical(),
        Column::Company
        | Column::ReachableAt
        | Column::Policy
        | Column::Words
        | Column::WordsForChildren
        | Column::DraftedAt
        | Column::AnnouncedAt
        | Column::CompletedAt
        | Column::CancelledAt => Class::school(),
    }
}
