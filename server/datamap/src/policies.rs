//! Versions of policy documents, which say nothing of anybody in a school, and who has
//! met which of them.

use entity::{notice_event, notice_standing, policy_version};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            policy_version::Entity,
            SubjectPath::Nobody("a public text of the platform, signed by who published it"),
            policy_version_column,
        ),
        map(
            notice_event::Entity,
            SubjectPath::People(&["person_id"]),
            notice_event_column,
        ),
        map(
            notice_standing::Entity,
            SubjectPath::People(&["person_id"]),
            notice_standing_column,
        ),
    ]
}

const INFORMING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Consent,
};

const fn own(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        INFORMING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

/// Author and approver are people of the operator, named in public on purpose.
const SIGNED: Class = Class::personal(
    Category::Identity,
    Subject::Staff,
    INFORMING,
    OnExport::Include,
    OnErasure::Keep(KeepReason::Evidence),
);

const fn policy_version_column(column: policy_version::Column) -> Class {
    use policy_version::Column;
    match column {
        Column::Id
        | Column::Document
        | Column::Language
        | Column::Semver
        | Column::IsMaterial
        | Column::ChangeLog
        | Column::Text
        | Column::TextSha256
        | Column::ProposedAt
        | Column::ApprovedAt
        | Column::EffectiveFrom => Class::technical(),
        Column::Author | Column::Approver => SIGNED,
    }
}

const fn notice_event_column(column: notice_event::Column) -> Class {
    use notice_event::Column;
    match column {
        Column::Id | Column::SchoolId | Column::VersionId => Class::technical(),
        Column::PersonId => own(Category::Link),
        Column::Kind | Column::Channel | Column::Language | Column::At => own(Category::Activity),
    }
}

const fn notice_standing_column(column: notice_standing::Column) -> Class {
    use notice_standing::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link),
        Column::ShownId | Column::ReadId | Column::UsedId | Column::TermsId => {
            own(Category::Activity)
        }
    }
}
