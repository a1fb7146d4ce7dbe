//! Browsers on the public pages, and the sites that a school opens to its students.

use entity::{allowed_host, browser_choice};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            browser_choice::Entity,
            SubjectPath::Nobody("a random number of a browser that no account is tied to"),
            browser_choice_column,
        ),
        map(
            allowed_host::Entity,
            SubjectPath::People(&["added_by"]),
            allowed_host_column,
        ),
    ]
}

const REMEMBERING: Handling = Handling {
    purpose: Purpose::PublicPages,
    lawful_basis: LawfulBasis::LegitimateInterests,
    retention: Retention::Consent,
};

const fn of_a_browser(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        REMEMBERING,
        OnExport::Withhold,
        OnErasure::Keep(KeepReason::LeadsToNobody),
    )
}

const fn browser_choice_column(column: browser_choice::Column) -> Class {
    use browser_choice::Column;
    match column {
        Column::Id
        | Column::Seq
        | Column::Register
        | Column::Channel
        | Column::PrevHash
        | Column::EntryHash => Class::technical(),
        Column::Browser => of_a_browser(Category::Device),
        Column::Purpose | Column::Kind => of_a_browser(Category::Membership),
        Column::ValidUntil | Column::At => of_a_browser(Category::Activity),
    }
}

const OPENING: Handling = Handling {
    purpose: Purpose::RunningTheSchool,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Material,
};

const fn allowed_host_column(column: allowed_host::Column) -> Class {
    use allowed_host::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::Host => Class::school(),
        Column::AddedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            OPENING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::AddedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            OPENING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}
