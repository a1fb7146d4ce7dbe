//! Marks and feedback, with what was returned for older tries: about the student; that a
//! teacher gave them is the teacher's.

use entity::{earlier_mark, mark};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            mark::Entity,
            SubjectPath::Through {
                column: "submission_id",
                table: "submission",
            },
            mark_column,
        ),
        map(
            earlier_mark::Entity,
            SubjectPath::Through {
                column: "mark_id",
                table: "mark",
            },
            earlier_mark_column,
        ),
    ]
}

const MARKING: Handling = Handling {
    purpose: Purpose::Teaching,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Marks,
};

const fn students(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Student,
        MARKING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn who_gave() -> Class {
    Class::personal(
        Category::Link,
        Subject::Staff,
        MARKING,
        OnExport::AsRole,
        OnErasure::Pseudonymise,
    )
}

const fn mark_column(column: mark::Column) -> Class {
    use mark::Column;
    match column {
        Column::Id | Column::SchoolId | Column::Version => Class::technical(),
        Column::SubmissionId => students(Category::Link),
        Column::Points => students(Category::Assessment),
        Column::Comment => students(Category::Assessment).sealed(Protect::WithTheSubjectsKey),
        Column::MarkedAt | Column::ReturnedAt => students(Category::Activity),
        Column::MarkedBy | Column::ReturnedBy => who_gave(),
    }
}

const fn earlier_mark_column(column: earlier_mark::Column) -> Class {
    use earlier_mark::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::MarkId | Column::AttemptId => students(Category::Link),
        Column::Points => students(Category::Assessment),
        Column::Comment => students(Category::Assessment).sealed(Protect::WithTheSubjectsKey),
        Column::ReturnedAt => students(Category::Activity),
        Column::MarkedBy => who_gave(),
    }
}
