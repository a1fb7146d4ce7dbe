//! The register of providers: companies, and who of a school said what about them.

use entity::{policy_link, provider, provider_objection, transfer, uk_only_rule};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            provider::Entity,
            SubjectPath::Nobody("companies, written down by whoever runs the platform"),
            provider_column,
        ),
        map(
            transfer::Entity,
            SubjectPath::Nobody("what allows a company to work in another country"),
            transfer_column,
        ),
        map(
            policy_link::Entity,
            SubjectPath::Nobody("whether the link to a company's policy still leads anywhere"),
            policy_link_column,
        ),
        map(
            provider_objection::Entity,
            SubjectPath::People(&["objected_by"]),
            objection_column,
        ),
        map(
            uk_only_rule::Entity,
            SubjectPath::People(&["begun_by"]),
            uk_only_column,
        ),
    ]
}

const DECIDING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn of_the_office(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Staff,
        DECIDING,
        OnExport::Include,
        OnErasure::Keep(KeepReason::Evidence),
    )
}

const fn objection_column(column: provider_objection::Column) -> Class {
    use provider_objection::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ProviderId => Class::technical(),
        Column::ObjectedBy => of_the_office(Category::Link),
        Column::Reason => of_the_office(Category::History),
        Column::ObjectedAt | Column::WithdrawnAt => of_the_office(Category::Activity),
    }
}

const fn uk_only_column(column: uk_only_rule::Column) -> Class {
    use uk_only_rule::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::BegunBy => of_the_office(Category::Link),
        Column::BeganAt | Column::EndedAt => of_the_office(Category::Activity),
    }
}

const fn provider_column(column: provider::Column) -> Class {
    use provider::Column;
    match column {
        Column::Id
        | Column::Name
        | Column::Purpose
        | Column::Role
        | Column::Categories
        | Column::Subjects
        | Column::Country
        | Column::PolicyUrl
        | Column::ContractRef
        | Column::ContractAt
        | Column::Clauses
        | Column::SellsData
        | Column::State
        | Column::ProposedAt
        | Column::NotifiedAt
        | Column::ActiveAt
        | Column::StoppedAt
        | Column::EmergencyReason => Class::technical(),
    }
}

const fn transfer_column(column: transfer::Column) -> Class {
    use transfer::Column;
    match column {
        Column::Id
        | Column::ProviderId
        | Column::Country
        | Column::Mechanism
        | Column::AssessmentRef
        | Column::ValidUntil
        | Column::RecordedAt => Class::technical(),
    }
}

const fn policy_link_column(column: policy_link::Column) -> Class {
    use policy_link::Column;
    match column {
        Column::Id
        | Column::ProviderId
        | Column::Url
        | Column::Answer
        | Column::SinceAt
        | Column::LookedAt => Class::technical(),
    }
}
