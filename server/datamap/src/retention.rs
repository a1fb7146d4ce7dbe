//! What the school chose to keep for how long, what the sweeps did, holds, and erasures
//! with their certificates. A certificate names nobody.

use entity::{
    erasure_certificate, erasure_job, erasure_step, legal_hold, retention_choice, retention_run,
};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    let through_job = SubjectPath::Through {
        column: "job_id",
        table: "erasure_job",
    };
    vec![
        map(
            retention_choice::Entity,
            SubjectPath::People(&["chosen_by"]),
            retention_choice_column,
        ),
        map(
            retention_run::Entity,
            SubjectPath::Nobody("counts alone"),
            retention_run_column,
        ),
        map(
            legal_hold::Entity,
            SubjectPath::People(&["person_id", "opened_by", "approved_by", "released_by"]),
            legal_hold_column,
        ),
        map(
            erasure_job::Entity,
            SubjectPath::People(&["person_id", "asked_by"]),
            erasure_job_column,
        ),
        map(erasure_step::Entity, through_job, erasure_step_column),
        map(
            erasure_certificate::Entity,
            through_job,
            erasure_certificate_column,
        ),
    ]
}

const SHOWING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::RightsRequest,
};

/// What the school chose, and that it erased, is a part of its evidence.
const PROVING: Handling = Handling {
    retention: Retention::Evidence,
    ..SHOWING
};

const fn evidence(category: Category, on_export: OnExport) -> Class {
    kept(category, SHOWING, on_export)
}

const fn kept(category: Category, handling: Handling, on_export: OnExport) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        handling,
        on_export,
        OnErasure::Keep(KeepReason::Evidence),
    )
}

/// Somebody of the school who did it.
const fn by(handling: Handling) -> Class {
    Class::personal(
        Category::Link,
        Subject::Staff,
        handling,
        OnExport::AsRole,
        OnErasure::Pseudonymise,
    )
}

/// Words that may name the person they are about.
const fn words(on_export: OnExport) -> Class {
    Class::personal(
        Category::History,
        Subject::Anybody,
        SHOWING,
        on_export,
        OnErasure::Clear,
    )
    .sealed(Protect::WithTheSubjectsKey)
}

const fn retention_choice_column(column: retention_choice::Column) -> Class {
    use retention_choice::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::Rule | Column::Length | Column::Unit | Column::Reason => Class::school(),
        Column::ChosenBy => by(PROVING),
        Column::At => Class::personal(
            Category::Activity,
            Subject::Staff,
            PROVING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::Evidence),
        ),
    }
}

const fn retention_run_column(column: retention_run::Column) -> Class {
    use retention_run::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::Rule
        | Column::IsDry
        | Column::Due
        | Column::Held
        | Column::Deleted
        | Column::Failed
        | Column::At => Class::technical(),
    }
}

const fn legal_hold_column(column: legal_hold::Column) -> Class {
    use legal_hold::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => evidence(Category::Link, OnExport::Include),
        Column::OpenedBy | Column::ApprovedBy | Column::ReleasedBy => by(SHOWING),
        // An authority may forbid that the person hears of it before it is over.
        Column::Matter | Column::Authority | Column::ReleaseReason => {
            words(OnExport::WithoutOthers)
        }
        Column::OpenedAt | Column::ApprovedAt | Column::ReviewAt | Column::ReleasedAt => {
            evidence(Category::Activity, OnExport::Include)
        }
    }
}

const SEARCHED_FOR: Class = Class::personal(
    Category::Identity,
    Subject::Anybody,
    PROVING,
    OnExport::WithoutOthers,
    OnErasure::Clear,
);

const fn erasure_job_column(column: erasure_job::Column) -> Class {
    use erasure_job::Column;
    match column {
        Column::Id | Column::SchoolId | Column::PlanHash | Column::Attempts => Class::technical(),
        Column::PersonId | Column::RequestId => kept(Category::Link, PROVING, OnExport::Include),
        Column::AskedBy => by(PROVING),
        // Names and addresses, until everything was searched for them: their own key is
        // gone by then.
        Column::Traces => SEARCHED_FOR.sealed(Protect::WithTheSchoolsKey),
        Column::LastError => SEARCHED_FOR,
        Column::Rule
        | Column::State
        | Column::CoolingOffUntil
        | Column::CreatedAt
        | Column::FailedAt
        | Column::EndedAt => kept(Category::Activity, PROVING, OnExport::Include),
    }
}

const fn erasure_step_column(column: erasure_step::Column) -> Class {
    use erasure_step::Column;
    match column {
        Column::SchoolId
        | Column::N
        | Column::Target
        | Column::Action
        | Column::Expected
        | Column::Actual
        | Column::Status
        | Column::Note => Class::technical(),
        Column::JobId => kept(Category::Link, PROVING, OnExport::Include),
        Column::DoneAt => kept(Category::Activity, PROVING, OnExport::Include),
    }
}

const fn erasure_certificate_column(column: erasure_certificate::Column) -> Class {
    use erasure_certificate::Column;
    match column {
        Column::Id
        | Column::SchoolId
        | Column::Number
        | Column::Rule
        | Column::PlanHash
        | Column::Summary
        | Column::BackupsGoneAt => Class::technical(),
        Column::JobId => kept(Category::Link, PROVING, OnExport::Include),
        // A keyed hash of the name; the key is not in the database.
        Column::Lookup => Class::personal(
            Category::Identity,
            Subject::Anybody,
            PROVING,
            OnExport::Withhold,
            OnErasure::Keep(KeepReason::LeadsToNobody),
        ),
        Column::IssuedAt => kept(Category::Activity, PROVING, OnExport::Include),
    }
}
