//! Whose key was destroyed: what makes an erasure hold after an old backup came back.

use entity::key_destroyed;

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![map(
        key_destroyed::Entity,
        SubjectPath::People(&["person_id"]),
        key_destroyed_column,
    )]
}

const KEEPING_GONE: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn of_the_tombstone(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        KEEPING_GONE,
        OnExport::Include,
        OnErasure::Keep(KeepReason::Tombstone),
    )
}

const fn key_destroyed_column(column: key_destroyed::Column) -> Class {
    use key_destroyed::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => of_the_tombstone(Category::Link),
        Column::At | Column::Reason => of_the_tombstone(Category::Activity),
    }
}
