//! Roster imports and every row that they touched. Reports and changes quote the
//! package, and so hold names and numbers of people, also of some who never got in.

use entity::{data_source, roster_change, roster_import};

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
        map(
            data_source::Entity,
            SubjectPath::People(&["declared_by", "approved_by", "ended_by"]),
            data_source_column,
        ),
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
        Column::Id | Column::SchoolId | Column::FileSha256 | Column::Stage | Column::SourceId => {
            Class::technical()
        }
        Column::System | Column::OrgIds => Class::school(),
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

/// That the school declared where data comes from is a part of its evidence.
const DECLARING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn data_source_column(column: data_source::Column) -> Class {
    use data_source::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::IsOwn
        | Column::System
        | Column::What
        | Column::Because
        | Column::Assessment
        | Column::ReplacesRoster
        | Column::OrgIds
        | Column::CameUnnamed => Class::school(),
        Column::DeclaredBy | Column::ApprovedBy | Column::EndedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            DECLARING,
            OnExport::AsRole,
            OnErasure::Pseudonymise,
        ),
        Column::DeclaredAt | Column::ApprovedAt | Column::EndedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            DECLARING,
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
