//! The school itself and its declarations.

use entity::{declaration, school};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            school::Entity,
            SubjectPath::Nobody("a school is an institution"),
            school_column,
        ),
        map(
            declaration::Entity,
            SubjectPath::People(&["signed_by"]),
            declaration_column,
        ),
    ]
}

const fn school_column(column: school::Column) -> Class {
    use school::Column;
    match column {
        Column::Id => Class::technical(),
        Column::Code | Column::Name | Column::Phase | Column::TimeZone | Column::CreatedAt => {
            Class::school()
        }
    }
}

const EVIDENCE: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn declaration_column(column: declaration::Column) -> Class {
    use declaration::Column;
    let keep = OnErasure::Keep(KeepReason::Evidence);
    match column {
        Column::Id | Column::SchoolId | Column::TextSha256 => Class::technical(),
        Column::TextVersion
        | Column::EstablishmentNumber
        | Column::Basis
        | Column::Assessment
        | Column::Purposes
        | Column::SignedAs => Class::school(),
        // Whoever answers for data protection is named in public, and may be nobody's person here.
        Column::ContactName => Class::personal(
            Category::Identity,
            Subject::Staff,
            EVIDENCE,
            OnExport::Include,
            keep,
        ),
        Column::Contact => Class::personal(
            Category::Contact,
            Subject::Staff,
            EVIDENCE,
            OnExport::Include,
            keep,
        ),
        Column::SignedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            EVIDENCE,
            OnExport::Include,
            keep,
        ),
        Column::SignedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            EVIDENCE,
            OnExport::Include,
            keep,
        ),
    }
}
