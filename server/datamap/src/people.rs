//! People, what they are in the school, and who looks after whom.

use entity::{guardianship, person, person_role};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(person::Entity, SubjectPath::Itself, person_column),
        map(
            person_role::Entity,
            SubjectPath::People(&["person_id"]),
            person_role_column,
        ),
        map(
            guardianship::Entity,
            SubjectPath::People(&["student_id", "guardian_id"]),
            guardianship_column,
        ),
    ]
}

const BELONGING: Handling = Handling {
    purpose: Purpose::RunningTheSchool,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Account,
};

const fn about(
    category: Category,
    subject: Subject,
    on_export: OnExport,
    on_erasure: OnErasure,
) -> Class {
    Class::personal(category, subject, BELONGING, on_export, on_erasure)
}

const fn person_column(column: person::Column) -> Class {
    use person::Column;
    let tombstone = OnErasure::Keep(KeepReason::Tombstone);
    match column {
        Column::SchoolId | Column::SourceId => Class::technical(),
        Column::Id => about(
            Category::Link,
            Subject::Anybody,
            OnExport::Include,
            tombstone,
        ),
        // A sort name is the name again in another order, and the number in the school's
        // own system finds the person again: both go with the names.
        Column::GivenName
        | Column::FamilyName
        | Column::SortName
        | Column::YearGroup
        | Column::SourcedId => about(
            Category::Identity,
            Subject::Anybody,
            OnExport::Include,
            OnErasure::Clear,
        ),
        // Where a row came from says nothing once it names nobody.
        Column::Source => about(
            Category::Identity,
            Subject::Anybody,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::Email => about(
            Category::Contact,
            Subject::Anybody,
            OnExport::Include,
            OnErasure::Clear,
        )
        .sealed(Protect::WithTheSubjectsKey),
        Column::TieErasedAt => about(
            Category::Membership,
            Subject::Guardian,
            OnExport::Include,
            OnErasure::Clear,
        ),
        Column::CreatedAt | Column::EndedAt => about(
            Category::Membership,
            Subject::Anybody,
            OnExport::Include,
            tombstone,
        ),
    }
}

const fn person_role_column(column: person_role::Column) -> Class {
    use person_role::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ByRoster => Class::technical(),
        Column::PersonId => about(
            Category::Link,
            Subject::Anybody,
            OnExport::Include,
            OnErasure::DeleteRow,
        ),
        Column::Role | Column::BeganAt | Column::EndedAt => about(
            Category::Membership,
            Subject::Anybody,
            OnExport::Include,
            OnErasure::DeleteRow,
        ),
    }
}

const fn guardianship_column(column: guardianship::Column) -> Class {
    use guardianship::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ByRoster => Class::technical(),
        // To the student "a guardian", to the guardian their own child: the export
        // decides by who asks, and shows the other side by role.
        Column::GuardianId => about(
            Category::Link,
            Subject::Guardian,
            OnExport::AsRole,
            OnErasure::DeleteRow,
        ),
        Column::StudentId => about(
            Category::Link,
            Subject::Student,
            OnExport::AsRole,
            OnErasure::DeleteRow,
        ),
        Column::BeganAt | Column::EndedAt => about(
            Category::Membership,
            Subject::Several,
            OnExport::Include,
            OnErasure::DeleteRow,
        ),
    }
}
