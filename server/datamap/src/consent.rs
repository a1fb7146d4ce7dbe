//! Consents: the record itself, what schools ask once, and signed statements about
//! the record. The record outlives whom it is about, without the words of the moment.

use entity::{consent_event, consent_request, ledger_checkpoint};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            consent_request::Entity,
            SubjectPath::People(&["created_by"]),
            consent_request_column,
        ),
        map(
            consent_event::Entity,
            SubjectPath::People(&["subject_id", "actor_id"]),
            consent_event_column,
        ),
        map(
            ledger_checkpoint::Entity,
            SubjectPath::Nobody("a hash over entries, and who signed it: the server"),
            ledger_checkpoint_column,
        ),
    ]
}

const PROOF: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Consent,
};

const fn of_the_record(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        PROOF,
        OnExport::Include,
        OnErasure::Keep(KeepReason::Evidence),
    )
}

const fn consent_event_column(column: consent_event::Column) -> Class {
    use consent_event::Column;
    match column {
        // The hashes lead to nobody: the payload's is salted.
        Column::Id
        | Column::SchoolId
        | Column::Seq
        | Column::TextVersion
        | Column::PayloadCommitment
        | Column::PrevHash
        | Column::EntryHash => Class::technical(),
        Column::SubjectId | Column::RequestId => of_the_record(Category::Link),
        // Who answered may be somebody else's guardian: told by role to the subject.
        Column::ActorId => Class::personal(
            Category::Link,
            Subject::Anybody,
            PROOF,
            OnExport::AsRole,
            OnErasure::Keep(KeepReason::Evidence),
        ),
        Column::Purpose | Column::Kind | Column::GivenBy | Column::AgeBand => {
            of_the_record(Category::Membership)
        }
        Column::ValidUntil | Column::At => of_the_record(Category::Activity),
        // The evidence of the moment: emptied, and the chain still holds.
        Column::Payload => Class::personal(
            Category::Device,
            Subject::Anybody,
            PROOF,
            OnExport::Include,
            OnErasure::Clear,
        )
        .sealed(Protect::WithTheSubjectsKey),
    }
}

const fn consent_request_column(column: consent_request::Column) -> Class {
    use consent_request::Column;
    match column {
        Column::Id | Column::SchoolId | Column::ClassroomId => Class::technical(),
        // What the school asked is the school's own text.
        Column::Title | Column::Details | Column::AnswerUntil | Column::ClosedAt => Class::school(),
        Column::CreatedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            PROOF,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::CreatedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            PROOF,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}

const fn ledger_checkpoint_column(column: ledger_checkpoint::Column) -> Class {
    use ledger_checkpoint::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::UpToSeq
        | Column::RootHash
        | Column::Signature
        | Column::PublicKey
        | Column::SignedAt => Class::technical(),
    }
}
