//! Data for somebody outside the school: the school's own register of recipients, what it
//! proposed, and whose data stood in which file. Whom it was given to is told to the person
//! in the copy of their data (UK GDPR Article 15(1)(c)), and outlives them as evidence, by
//! an id without a name.

use entity::{recipient, shared_entry, sharing_request};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            recipient::Entity,
            SubjectPath::People(&["created_by"]),
            recipient_column,
        ),
        map(
            sharing_request::Entity,
            SubjectPath::Nobody(
                "what a school proposes to whom; who answered what stands in the record of consents",
            ),
            sharing_request_column,
        ),
        map(
            shared_entry::Entity,
            SubjectPath::People(&["subject_id"]),
            shared_entry_column,
        ),
    ]
}

const ANSWERING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Register,
};

/// The register itself stays while the school is here.
const REGISTER: Handling = Handling {
    retention: Retention::Evidence,
    ..ANSWERING
};

const fn kept(category: Category, subject: Subject, handling: Handling) -> Class {
    let keep = OnErasure::Keep(KeepReason::Evidence);
    Class::personal(category, subject, handling, OnExport::Include, keep)
}

const fn recipient_column(column: recipient::Column) -> Class {
    use recipient::Column;
    match column {
        Column::Id | Column::SchoolId | Column::SellsData => Class::technical(),
        Column::Name
        | Column::Does
        | Column::Country
        | Column::AllowedBy
        | Column::PolicyUrl
        | Column::EndedAt => Class::school(),
        Column::CreatedBy => kept(Category::Link, Subject::Staff, REGISTER),
        Column::CreatedAt => kept(Category::Activity, Subject::Staff, REGISTER),
    }
}

const fn sharing_request_column(column: sharing_request::Column) -> Class {
    use sharing_request::Column;
    match column {
        Column::Id | Column::SchoolId | Column::RequestId | Column::RecipientId => {
            Class::technical()
        }
        Column::Purpose | Column::Columns | Column::UntilAt | Column::EndedAt => Class::school(),
    }
}

const fn shared_entry_column(column: shared_entry::Column) -> Class {
    use shared_entry::Column;
    match column {
        Column::Id | Column::SchoolId | Column::SharingId | Column::DisclosureId => {
            Class::technical()
        }
        Column::SubjectId => kept(Category::Link, Subject::Anybody, ANSWERING),
        Column::GivenTo | Column::Columns => kept(Category::History, Subject::Anybody, ANSWERING),
        Column::At => kept(Category::Activity, Subject::Anybody, ANSWERING),
    }
}
