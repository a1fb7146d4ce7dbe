//! The data protection lead's registers. They are evidence of what a school did, and
//! name whoever acted. Whose data was disclosed is told to them by the school, or not
//! where that would warn somebody: so a copy of their data does not tell it.

use entity::{activity_review, breach, breach_step, disclosure, support_grant};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            breach::Entity,
            SubjectPath::People(&["reported_by"]),
            breach_column,
        ),
        map(
            breach_step::Entity,
            SubjectPath::Through {
                column: "breach_id",
                table: "breach",
            },
            breach_step_column,
        )
        .also_naming(&["actor_id"]),
        map(
            disclosure::Entity,
            SubjectPath::People(&["asked_by", "first_by", "second_by"]),
            disclosure_column,
        ),
        map(
            activity_review::Entity,
            SubjectPath::People(&["reviewed_by"]),
            activity_review_column,
        ),
        map(
            support_grant::Entity,
            SubjectPath::People(&["granted_by", "ended_by"]),
            support_grant_column,
        ),
    ]
}

const ANSWERING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Register,
};

const fn kept(category: Category, on_export: OnExport) -> Class {
    let keep = OnErasure::Keep(KeepReason::Evidence);
    Class::personal(category, Subject::Staff, ANSWERING, on_export, keep)
}

/// Words that may tell of several people. They outlive all of them, as evidence.
const fn words() -> Class {
    kept(Category::History, OnExport::WithoutOthers).sealed(Protect::WithTheSchoolsKey)
}

const fn breach_column(column: breach::Column) -> Class {
    use breach::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::Reference
        | Column::Kind
        | Column::Categories
        | Column::People
        | Column::Risk
        | Column::CommissionerReference
        | Column::OperatorAwareAt
        | Column::AwareAt
        | Column::AssessedAt
        | Column::CommissionerToldAt
        | Column::PeopleToldAt
        | Column::ClosedAt => Class::school(),
        Column::ReportedBy => kept(Category::Link, OnExport::Include),
        Column::What | Column::Reason | Column::Measures => words(),
    }
}

const fn breach_step_column(column: breach_step::Column) -> Class {
    use breach_step::Column;
    match column {
        Column::Id | Column::SchoolId | Column::BreachId => Class::technical(),
        Column::Step | Column::Risk | Column::At => Class::school(),
        Column::ActorId => kept(Category::Link, OnExport::AsRole),
        Column::Words => words(),
    }
}

const fn disclosure_column(column: disclosure::Column) -> Class {
    use disclosure::Column;
    match column {
        Column::Id | Column::SchoolId | Column::PayloadSha256 => Class::technical(),
        Column::Reference
        | Column::Kind
        | Column::State
        | Column::Authority
        | Column::Basis
        | Column::Categories
        | Column::Kinds => Class::school(),
        Column::SubjectId => Class::personal(
            Category::Link,
            Subject::Anybody,
            ANSWERING,
            OnExport::AsRole,
            OnErasure::Keep(KeepReason::Evidence),
        ),
        Column::AskedBy | Column::FirstBy | Column::SecondBy => {
            kept(Category::Link, OnExport::AsRole)
        }
        Column::AskedAt | Column::FirstAt | Column::SecondAt | Column::ToldAt | Column::GivenAt => {
            kept(Category::Activity, OnExport::Include)
        }
        Column::Requester | Column::NotToldBecause | Column::RefusedBecause => words(),
    }
}

const fn activity_review_column(column: activity_review::Column) -> Class {
    use activity_review::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::Activity | Column::DueAt => Class::school(),
        Column::ReviewedBy => kept(Category::Link, OnExport::Include),
        Column::ReviewedAt => kept(Category::Activity, OnExport::Include),
        Column::Note => Class::personal(
            Category::History,
            Subject::Staff,
            ANSWERING,
            OnExport::Include,
            OnErasure::Clear,
        ),
    }
}

const fn support_grant_column(column: support_grant::Column) -> Class {
    use support_grant::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::Reason | Column::UntilAt => Class::school(),
        Column::GrantedBy | Column::EndedBy => kept(Category::Link, OnExport::Include),
        Column::GrantedAt | Column::EndedAt => kept(Category::Activity, OnExport::Include),
    }
}
