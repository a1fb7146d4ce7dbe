//! Mail: who gets what, what they chose, and who wrote by the contact page. The words
//! of a mail go when it has ended, or a month later where it failed and can be tried again;
//! the rest goes after three months.

use entity::{contact_message, mail_choice, outbox_mail};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            outbox_mail::Entity,
            SubjectPath::People(&["recipient_id"]),
            outbox_mail_column,
        ),
        map(
            mail_choice::Entity,
            SubjectPath::People(&["person_id"]),
            mail_choice_column,
        ),
        map(
            contact_message::Entity,
            SubjectPath::Through {
                column: "request_id",
                table: "rights_request",
            },
            contact_message_column,
        ),
    ]
}

const WRITING: Handling = Handling {
    purpose: Purpose::RunningTheSchool,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Mail,
};

const CHOOSING: Handling = Handling {
    retention: Retention::Account,
    ..WRITING
};

const RECEIVING: Handling = Handling {
    purpose: Purpose::Security,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::SecurityLog,
};

const fn of_the_recipient(category: Category, handling: Handling) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        handling,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn outbox_mail_column(column: outbox_mail::Column) -> Class {
    use outbox_mail::Column;
    match column {
        Column::Id | Column::SchoolId | Column::CauseId => Class::technical(),
        Column::RecipientId => of_the_recipient(Category::Link, WRITING),
        Column::Address => {
            of_the_recipient(Category::Contact, WRITING).sealed(Protect::WithTheSubjectsKey)
        }
        // May hold an invitation's link until it is sent.
        Column::Variables => Class::personal(
            Category::History,
            Subject::Anybody,
            WRITING,
            OnExport::Withhold,
            OnErasure::DeleteRow,
        )
        .sealed(Protect::WithTheSubjectsKey),
        Column::Category
        | Column::Template
        | Column::State
        | Column::Attempts
        | Column::QueuedAt
        | Column::NextTryAt
        | Column::ExpiresAt
        | Column::EndedAt
        | Column::Reason => of_the_recipient(Category::Activity, WRITING),
    }
}

const fn mail_choice_column(column: mail_choice::Column) -> Class {
    use mail_choice::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => of_the_recipient(Category::Link, CHOOSING),
        Column::Category | Column::State | Column::ChangedAt => {
            of_the_recipient(Category::Membership, CHOOSING)
        }
    }
}

const fn with_the_request(category: Category) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        RECEIVING,
        OnExport::Include,
        OnErasure::Keep(KeepReason::Evidence),
    )
}

const fn contact_message_column(column: contact_message::Column) -> Class {
    use contact_message::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        // It stays as long as the request that it became.
        Column::RequestId => with_the_request(Category::Link),
        Column::NoticeVersion | Column::At => with_the_request(Category::Activity),
        Column::SenderHash => Class::personal(
            Category::Device,
            Subject::Anybody,
            RECEIVING,
            OnExport::Include,
            OnErasure::Clear,
        ),
    }
}
