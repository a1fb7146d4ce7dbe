//! Classrooms and the places in them.

use entity::{classroom, enrolment};

use crate::class::{Category, Class, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            classroom::Entity,
            SubjectPath::People(&["archived_by"]),
            classroom_column,
        ),
        map(
            enrolment::Entity,
            SubjectPath::People(&["person_id"]),
            enrolment_column,
        ),
    ]
}

const BELONGING: Handling = Handling {
    purpose: Purpose::RunningTheSchool,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Account,
};

const fn classroom_column(column: classroom::Column) -> Class {
    use classroom::Column;
    match column {
        Column::Id | Column::SchoolId | Column::SourcedId | Column::SourceId => Class::technical(),
        Column::Name
        | Column::Subject
        | Column::YearGroup
        | Column::CreatedAt
        | Column::ArchivedAt => Class::school(),
        Column::ArchivedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            BELONGING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
    }
}

const fn members(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        BELONGING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn enrolment_column(column: enrolment::Column) -> Class {
    use enrolment::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::ClassroomId
        | Column::SourceId
        | Column::ByRoster => Class::technical(),
        Column::PersonId => members(Category::Link),
        // Some systems make it of the person's number and the class's.
        Column::SourcedId => members(Category::Identity),
        Column::Role | Column::BeganAt | Column::EndedAt => members(Category::Membership),
    }
}
