//! The school itself, its declarations, and how it leaves.

use entity::{declaration, letting_go, school, school_leaving};

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
        map(
            school_leaving::Entity,
            SubjectPath::People(&["asked_by", "confirmed_by", "called_off_by"]),
            school_leaving_column,
        ),
        map(
            letting_go::Entity,
            SubjectPath::Nobody("there only while the sweep deletes, and only a school's number"),
            letting_go_column,
        ),
    ]
}

const fn school_column(column: school::Column) -> Class {
    use school::Column;
    match column {
        Column::Id => Class::technical(),
        Column::Code
        | Column::Name
        | Column::Phase
        | Column::TimeZone
        | Column::CreatedAt
        | Column::Hue
        | Column::RosterOrgIds
        | Column::RosterCameUnnamed => Class::school(),
    }
}

const EVIDENCE: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn declaration_column(column: declaration::Column) -> Class {
    use declaration::Column;
    match column {
        Column::Id | Column::SchoolId | Column::TextSha256 => Class::technical(),
        Column::TextVersion
        | Column::EstablishmentNumber
        | Column::Basis
        | Column::Assessment
        | Column::Purposes
        | Column::SignedAs => Class::school(),
        // Whoever answers for data protection is named in public, and may be nobody's person here.
        Column::ContactName => kept(Category::Identity),
        Column::Contact => kept(Category::Contact),
        Column::SignedBy => kept(Category::Link),
        Column::SignedAt => kept(Category::Activity),
    }
}

const fn kept(category: Category) -> Class {
    let keep = OnErasure::Keep(KeepReason::Evidence);
    Class::personal(category, Subject::Staff, EVIDENCE, OnExport::Include, keep)
}

const fn school_leaving_column(column: school_leaving::Column) -> Class {
    use school_leaving::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::LeavesAt => Class::school(),
        Column::AskedBy | Column::ConfirmedBy | Column::CalledOffBy => kept(Category::Link),
        Column::AskedAt | Column::ConfirmedAt | Column::CalledOffAt => kept(Category::Activity),
    }
}

const fn letting_go_column(column: letting_go::Column) -> Class {
    use letting_go::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
    }
}
