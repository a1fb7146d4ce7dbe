//! The record of changes. `before` and `after` copy other columns as they were, so
//! they are as personal as the most personal of those, and may name several people.

use entity::event;

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            event::Entity,
            SubjectPath::People(&["actor_id"]),
            event_column,
        )
        .with_rows_of("subject_id"),
    ]
}

const RECORDING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::ChangeRecord,
};

const fn event_column(column: event::Column) -> Class {
    use event::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::ActorId => Class::personal(
            Category::Link,
            Subject::Anybody,
            RECORDING,
            OnExport::AsRole,
            OnErasure::Pseudonymise,
        ),
        // The row that changed may be a person, or something of theirs.
        Column::SubjectId => Class::personal(
            Category::Link,
            Subject::Anybody,
            RECORDING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::Kind | Column::At => Class::personal(
            Category::Activity,
            Subject::Several,
            RECORDING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::Before | Column::After => Class::personal(
            Category::History,
            Subject::Several,
            RECORDING,
            OnExport::WithoutOthers,
            OnErasure::Redact,
        )
        .sealed(Protect::PrivateFields),
    }
}
