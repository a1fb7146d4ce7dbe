//! Requests about data: whose, what was written, what was done. They end three years
//! after they are closed, a complaint six.

use entity::{objection, restriction, rights_event, rights_request};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            rights_request::Entity,
            SubjectPath::People(&["subject_id", "requester_id"]),
            rights_request_column,
        ),
        map(
            rights_event::Entity,
            SubjectPath::Through {
                column: "request_id",
                table: "rights_request",
            },
            rights_event_column,
        ),
        map(
            objection::Entity,
            SubjectPath::People(&["person_id"]),
            objection_column,
        ),
        map(
            restriction::Entity,
            SubjectPath::People(&["person_id"]),
            restriction_column,
        ),
    ]
}

const ANSWERING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::RightsRequest,
};

const fn of_the_request(category: Category, on_export: OnExport) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        ANSWERING,
        on_export,
        OnErasure::Keep(KeepReason::Evidence),
    )
}

const fn rights_request_column(column: rights_request::Column) -> Class {
    use rights_request::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::SubjectId => of_the_request(Category::Link, OnExport::Include),
        Column::RequesterId => of_the_request(Category::Link, OnExport::AsRole),
        Column::Reference
        | Column::Kind
        | Column::State
        | Column::Channel
        | Column::ReceivedAt
        | Column::ClockFrom
        | Column::PausedAt
        | Column::PausedDays
        | Column::ExtendedAt
        | Column::FirstAnswerAt
        | Column::ClosedAt
        | Column::AcknowledgedAt => of_the_request(Category::Activity, OnExport::Include),
        Column::StudentView | Column::StudentViewAt => {
            of_the_request(Category::Activity, OnExport::ForTheSubject)
        }
        // It stays as evidence after whom it is about was erased.
        Column::Decision => {
            of_the_request(Category::History, OnExport::Include).sealed(Protect::WithTheSchoolsKey)
        }
        // What was written may tell of others, and goes when whoever wrote it is erased.
        Column::Contact => Class::personal(
            Category::Contact,
            Subject::Anybody,
            ANSWERING,
            OnExport::Include,
            OnErasure::Clear,
        )
        .sealed(Protect::WithTheSubjectsKey),
        Column::Details => Class::personal(
            Category::History,
            Subject::Anybody,
            ANSWERING,
            OnExport::Include,
            OnErasure::Clear,
        )
        .sealed(Protect::WithTheSubjectsKey),
    }
}

const fn rights_event_column(column: rights_event::Column) -> Class {
    use rights_event::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::RequestId => of_the_request(Category::Link, OnExport::Include),
        Column::ActorId => of_the_request(Category::Link, OnExport::AsRole),
        Column::FromState | Column::ToState | Column::At => {
            of_the_request(Category::Activity, OnExport::Include)
        }
        Column::Note => Class::personal(
            Category::History,
            Subject::Anybody,
            ANSWERING,
            OnExport::Include,
            OnErasure::Clear,
        )
        .sealed(Protect::WithTheSubjectsKey),
    }
}

/// An objection lasts as long as the person does.
const OBJECTING: Handling = Handling {
    retention: Retention::Account,
    ..ANSWERING
};

const fn of_the_objection(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        OBJECTING,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn objection_column(column: objection::Column) -> Class {
    use objection::Column;
    match column {
        Column::Id | Column::SchoolId | Column::RequestId => Class::technical(),
        Column::PersonId => of_the_objection(Category::Link),
        Column::Purpose
        | Column::State
        | Column::ObjectedAt
        | Column::EndedAt
        | Column::DisagreedAt => of_the_objection(Category::Membership),
        Column::DisagreedBy => by(),
    }
}

/// Who else had a part in it.
const fn by() -> Class {
    Class::personal(
        Category::Link,
        Subject::Anybody,
        OBJECTING,
        OnExport::AsRole,
        OnErasure::Pseudonymise,
    )
}

const fn restriction_column(column: restriction::Column) -> Class {
    use restriction::Column;
    match column {
        Column::Id | Column::SchoolId | Column::RequestId => Class::technical(),
        Column::PersonId => of_the_objection(Category::Link),
        Column::BegunBy => by(),
        Column::Ground | Column::BegunAt | Column::ToldAt | Column::LiftsAt | Column::EndedAt => {
            of_the_objection(Category::Membership)
        }
        Column::LiftReason => {
            of_the_objection(Category::History).sealed(Protect::WithTheSubjectsKey)
        }
    }
}
