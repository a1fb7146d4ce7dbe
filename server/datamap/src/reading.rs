//! How somebody reads best, and what a school has arranged for a student. Both may say
//! something about health: special category data (UK GDPR Article 9).

use entity::{access_arrangement, reading_setting};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            reading_setting::Entity,
            SubjectPath::People(&["person_id"]),
            setting_column,
        ),
        map(
            access_arrangement::Entity,
            SubjectPath::People(&["person_id", "set_by"]),
            arrangement_column,
        ),
    ]
}

/// As long as the account, and it goes with it.
const READING: Handling = Handling {
    purpose: Purpose::Teaching,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Account,
};

const fn own(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        READING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn setting_column(column: reading_setting::Column) -> Class {
    use reading_setting::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link),
        Column::Theme
        | Column::Size
        | Column::Line
        | Column::Letters
        | Column::Measure
        | Column::Font
        | Column::Ruler
        | Column::Aloud => own(Category::Needs),
        Column::ChangedAt => own(Category::Activity),
    }
}

/// Set by the school for one student, and gone with them.
const ADJUSTING: Handling = Handling {
    purpose: Purpose::Teaching,
    lawful_basis: LawfulBasis::ReasonableAdjustments,
    retention: Retention::Account,
};

const fn of_student(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Student,
        ADJUSTING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn arrangement_column(column: access_arrangement::Column) -> Class {
    use access_arrangement::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => of_student(Category::Link),
        Column::ExtraTimePercent
        | Column::RestBreaks
        | Column::Theme
        | Column::Size
        | Column::Line
        | Column::Letters
        | Column::Measure
        | Column::Font
        | Column::Ruler
        | Column::Aloud => of_student(Category::Needs),
        Column::WhatHelps => of_student(Category::Needs).sealed(Protect::WithTheSubjectsKey),
        Column::SetBy => Class::personal(
            Category::Link,
            Subject::Staff,
            ADJUSTING,
            OnExport::AsRole,
            OnErasure::Pseudonymise,
        ),
        Column::SetAt => of_student(Category::Activity),
    }
}
