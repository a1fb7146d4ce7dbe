//! Roster imports and every row that they touched. Reports and changes quote the
//! package, and so hold names and numbers of people, also of some who never got in.

use entity::{roster_change, roster_import};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            roster_import::Entity,
            SubjectPath::People(&["made_by"]),
            roster_import_column,
        ),
        map(
            roster_change::Entity,
            SubjectPath::Through {
                column: "import_id",
                table: "roster_import",
            },
            roster_change_column,
        )
        .with_rows_of("subject_id"),
    ]
}

const IMPORTING: Handling = Handling {
    purpose: Purpose::RunningTheSchool,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Import,
};

const HISTORY: Class = Class::personal(
    Category::History,
    Subject::Several,
    IMPORTING,
    OnExport::WithoutOthers,
    OnErasure::Redact,
);

const fn roster_import_column(column: roster_import::Column) -> Class {
    use roster_import::Column;
    match column {
        Column::Id | Column::SchoolId | Column::FileSha256 | Column::Stage => Class::technical(),
        // An admin names the file, and the key leads to the whole package in the store.
        Column::FileName | Column::ObjectKey => HISTORY,
        Column::Report => HISTORY.sealed(Protect::WithTheSchoolsKey),
        Column::MadeBy => Class::personal(
            Category::Link,
            Subject::Staff,
            IMPORTING,
            OnExport::AsRole,
            OnErasure::Pseudonymise,
        ),
        Column::CheckedAt | Column::AppliedAt | Column::UndoneAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            IMPORTING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
    }
}

const fn roster_change_column(column: roster_change::Column) -> Class {
    use roster_change::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ImportId | Column::Kind => Class::technical(),
        Column::SubjectId => Class::personal(
            Category::Link,
            Subject::Anybody,
            IMPORTING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::Before | Column::After => HISTORY.sealed(Protect::PrivateFields),
    }
}
