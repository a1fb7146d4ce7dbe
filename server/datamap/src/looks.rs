//! Who looked at whose data, and the school's choices about it. The record is evidence
//! for the person it is about; it goes with them, and names no reader who was erased.

use entity::{access_event, privacy_setting};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            access_event::Entity,
            SubjectPath::People(&["subject_id", "actor_id"]),
            access_event_column,
        ),
        map(
            privacy_setting::Entity,
            SubjectPath::People(&["set_by"]),
            privacy_setting_column,
        ),
    ]
}

const WATCHING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Looks,
};

const fn of_the_look(category: Category, on_export: OnExport, on_erasure: OnErasure) -> Class {
    Class::personal(category, Subject::Anybody, WATCHING, on_export, on_erasure)
}

const fn access_event_column(column: access_event::Column) -> Class {
    use access_event::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ClassroomId => Class::technical(),
        // What a look is about stands twice: as a person, and as the id of whatever it was.
        Column::SubjectId | Column::AboutId => {
            of_the_look(Category::Link, OnExport::AsRole, OnErasure::DeleteRow)
        }
        // The reader is told to the subject by role.
        Column::ActorId => of_the_look(Category::Link, OnExport::AsRole, OnErasure::Pseudonymise),
        Column::Relation
        | Column::Kind
        | Column::Via
        | Column::Period
        | Column::FirstAt
        | Column::LastAt
        | Column::Times => of_the_look(Category::Activity, OnExport::Include, OnErasure::DeleteRow),
    }
}

const fn privacy_setting_column(column: privacy_setting::Column) -> Class {
    use privacy_setting::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::NamesShown => Class::school(),
        Column::SetBy => Class::personal(
            Category::Link,
            Subject::Staff,
            WATCHING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::SetAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            WATCHING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}
