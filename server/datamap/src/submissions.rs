//! What students write and hand in. All of it is the student's: it is exported to
//! them whole and goes when they are erased, the files in the store with their rows.

use entity::{attempt, attempt_file, submission, submission_file};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    let through_submission = SubjectPath::Through {
        column: "submission_id",
        table: "submission",
    };
    vec![
        map(
            submission::Entity,
            SubjectPath::People(&["student_id"]),
            submission_column,
        ),
        map(attempt::Entity, through_submission, attempt_column),
        map(
            submission_file::Entity,
            through_submission,
            submission_file_column,
        ),
        map(
            attempt_file::Entity,
            SubjectPath::Through {
                column: "attempt_id",
                table: "attempt",
            },
            attempt_file_column,
        ),
    ]
}

const HANDING_IN: Handling = Handling {
    purpose: Purpose::Teaching,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::StudentWork,
};

const fn students(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Student,
        HANDING_IN,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn submission_column(column: submission::Column) -> Class {
    use submission::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::AssignmentId
        | Column::DraftVersion
        | Column::DraftSavedBy
        | Column::AttemptId => Class::technical(),
        Column::StudentId => students(Category::Link),
        Column::DraftText => students(Category::Work).sealed(Protect::WithTheSubjectsKey),
        Column::DraftSavedAt | Column::HandedInAt | Column::IsLate => students(Category::Activity),
    }
}

const fn attempt_column(column: attempt::Column) -> Class {
    use attempt::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::SubmissionId => students(Category::Link),
        Column::Text => students(Category::Work).sealed(Protect::WithTheSubjectsKey),
        Column::Number
        | Column::Receipt
        | Column::HandedInAt
        | Column::IsLate
        | Column::WithdrawnAt
        | Column::WrittenAt => students(Category::Activity),
    }
}

const fn submission_file_column(column: submission_file::Column) -> Class {
    use submission_file::Column;
    match column {
        // The key leads to the bytes, which go with the row.
        Column::Id | Column::SchoolId | Column::ObjectKey => Class::technical(),
        Column::SubmissionId => students(Category::Link),
        // A checksum tells whether somebody has a certain file: it is about the work.
        Column::Name | Column::SizeBytes | Column::MediaType | Column::Sha256 => {
            students(Category::Work)
        }
        Column::AddedAt | Column::RemovedAt => students(Category::Activity),
    }
}

const fn attempt_file_column(column: attempt_file::Column) -> Class {
    use attempt_file::Column;
    match column {
        Column::SchoolId => Class::technical(),
        Column::AttemptId | Column::FileId => students(Category::Link),
    }
}
