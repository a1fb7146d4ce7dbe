//! Set work: what a teacher wrote stays with the school; that they wrote it is theirs.

use entity::{assignment, assignment_file};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            assignment::Entity,
            SubjectPath::People(&["created_by"]),
            assignment_column,
        ),
        map(
            assignment_file::Entity,
            SubjectPath::People(&["added_by"]),
            assignment_file_column,
        ),
    ]
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

const fn assignment_file_column(column: assignment_file::Column) -> Class {
    use assignment_file::Column;
    match column {
        // The key leads to the bytes, which stay as long as the row.
        Column::Id | Column::SchoolId | Column::AssignmentId | Column::ObjectKey => {
            Class::technical()
        }
        // A teacher may name somebody in a file or its name.
        Column::Name | Column::SizeBytes | Column::MediaType | Column::Sha256 => Class::personal(
            Category::Material,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
        Column::AddedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::AddedAt | Column::RemovedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            SETTING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}
