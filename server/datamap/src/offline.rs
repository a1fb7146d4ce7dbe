//! What students did without a network: the key of each item, so that none is done twice,
//! and what could not be done, kept for its owner. It goes after 90 days, which is longer
//! than an item is taken.

use entity::{outbox_file, outbox_item};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            outbox_item::Entity,
            SubjectPath::People(&["person_id"]),
            item_column,
        ),
        map(
            outbox_file::Entity,
            SubjectPath::Through {
                column: "item_id",
                table: "outbox_item",
            },
            file_column,
        ),
    ]
}

const fn students(category: Category) -> Class {
    const DELIVERED: Handling = Handling {
        purpose: Purpose::Teaching,
        lawful_basis: LawfulBasis::PublicTask,
        retention: Retention::Outbox,
    };
    Class::personal(
        category,
        Subject::Student,
        DELIVERED,
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn item_column(column: outbox_item::Column) -> Class {
    use outbox_item::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::AssignmentId
        | Column::SessionId
        | Column::BodyHash
        | Column::DraftVersion => Class::technical(),
        Column::PersonId => students(Category::Link),
        Column::Text => students(Category::Work).sealed(Protect::WithTheSubjectsKey),
        Column::Operation
        | Column::Outcome
        | Column::Receipt
        | Column::MadeAt
        | Column::ReceivedAt
        | Column::SeenAt => students(Category::Activity),
    }
}

const fn file_column(column: outbox_file::Column) -> Class {
    use outbox_file::Column;
    match column {
        // The key leads to the bytes, which go with the row.
        Column::Id | Column::SchoolId | Column::ObjectKey => Class::technical(),
        Column::ItemId => students(Category::Link),
        Column::Name | Column::SizeBytes | Column::MediaType | Column::Sha256 => {
            students(Category::Work)
        }
    }
}
