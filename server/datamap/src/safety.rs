//! Duties, the security log, and what people reported. A report is its reporter's own;
//! whom it tells of does not read it, or nobody would report.

use entity::{abuse_report, duty, security_event};

use crate::class::{Category, Class, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            duty::Entity,
            SubjectPath::People(&["person_id"]),
            duty_column,
        ),
        map(
            security_event::Entity,
            SubjectPath::People(&["person_id"]),
            security_event_column,
        ),
        map(
            abuse_report::Entity,
            SubjectPath::People(&["reporter_id"]),
            abuse_report_column,
        ),
    ]
}

const fn protecting(retention: Retention) -> Handling {
    Handling {
        purpose: Purpose::Security,
        lawful_basis: LawfulBasis::LegitimateInterests,
        retention,
    }
}

const fn own(category: Category, retention: Retention) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        protecting(retention),
        OnExport::Include,
        OnErasure::DeleteRow,
    )
}

const fn by(retention: Retention) -> Class {
    Class::personal(
        Category::Link,
        Subject::Staff,
        protecting(retention),
        OnExport::AsRole,
        OnErasure::Pseudonymise,
    )
}

const fn duty_column(column: duty::Column) -> Class {
    use duty::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link, Retention::Account),
        Column::GivenBy => by(Retention::Account),
        Column::Duty | Column::GivenAt | Column::EndedAt => {
            own(Category::Membership, Retention::Account)
        }
    }
}

const fn security_event_column(column: security_event::Column) -> Class {
    use security_event::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link, Retention::SecurityLog),
        Column::Kind | Column::At => own(Category::Activity, Retention::SecurityLog),
        Column::Detail => own(Category::Device, Retention::SecurityLog),
    }
}

const fn abuse_report_column(column: abuse_report::Column) -> Class {
    use abuse_report::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::ReporterId => own(Category::Link, Retention::Report),
        Column::LedBy => by(Retention::Report),
        Column::Kind | Column::State | Column::ReceivedAt | Column::ClosedAt => {
            own(Category::Activity, Retention::Report)
        }
        Column::Words | Column::Place | Column::Answer => {
            own(Category::History, Retention::Report).sealed(Protect::WithTheSubjectsKey)
        }
    }
}
