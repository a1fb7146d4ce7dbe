//! Set work: what a teacher wrote stays with the school; that they wrote it is theirs.

use entity::assignment;

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![map(
        assignment::Entity,
        SubjectPath::People(&["created_by"]),
        assignment_column,
    )]
}

const SETTING: Handling = Handling {
    purpose: Purpose::Teaching,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Material,
};

const fn assignment_column(column: assignment::Column) -> Class {
    use assignment::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ClassroomId => Class::technical(),
        // Free text: a teacher may name somebody in it.
        Column::Title | Column::Instructions => Class::personal(
            Category::Material,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
        Column::Points | Column::DueAt | Column::PublishAt | Column::ClosedAt => Class::school(),
        Column::CreatedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::CreatedAt | Column::UpdatedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}
