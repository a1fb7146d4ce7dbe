//! Enrolled devices, badges and the hours in which they work. Of a badge no secret is
//! kept; its owner is told that there is one.

use entity::{badge, badge_setting, device};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            device::Entity,
            SubjectPath::People(&["enrolled_by"]),
            device_column,
        ),
        map(
            badge::Entity,
            SubjectPath::People(&["person_id", "issued_by"]),
            badge_column,
        ),
        map(
            badge_setting::Entity,
            SubjectPath::People(&["set_by"]),
            badge_setting_column,
        ),
    ]
}

/// A badge ends with the school year, an enrolment when staff end it or the device has lost its
/// cookie; 30 days later the row goes, like a sign-in.
const SIGNING_IN: Handling = Handling {
    purpose: Purpose::SigningIn,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::SignIn,
};

/// The school's own choice stays while the school is here.
const CHOOSING: Handling = Handling {
    purpose: Purpose::SigningIn,
    lawful_basis: LawfulBasis::PublicTask,
    retention: Retention::Material,
};

const fn of_staff(category: Category, handling: Handling, on_erasure: OnErasure) -> Class {
    Class::personal(
        category,
        Subject::Staff,
        handling,
        OnExport::AsRole,
        on_erasure,
    )
}

const fn device_column(column: device::Column) -> Class {
    use device::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        // The secret of a thing of the school; it stays when whoever set it up has gone.
        Column::TokenHash => Class::personal(
            Category::Credential,
            Subject::Staff,
            SIGNING_IN,
            OnExport::Withhold,
            OnErasure::Keep(KeepReason::LeadsToNobody),
        ),
        Column::Label
        | Column::Profile
        | Column::LastSeenAt
        | Column::ExpiresAt
        | Column::EndedAt => Class::school(),
        Column::EnrolledBy => of_staff(Category::Link, SIGNING_IN, OnErasure::Pseudonymise),
        Column::CreatedAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            SIGNING_IN,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}

const fn of_student(category: Category, on_export: OnExport) -> Class {
    Class::personal(
        category,
        Subject::Student,
        SIGNING_IN,
        on_export,
        OnErasure::DeleteRow,
    )
}

const fn badge_column(column: badge::Column) -> Class {
    use badge::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => of_student(Category::Link, OnExport::Include),
        Column::CodeHash => of_student(Category::Credential, OnExport::Withhold),
        Column::IssuedBy => of_staff(Category::Link, SIGNING_IN, OnErasure::Pseudonymise),
        Column::PictureRound | Column::CreatedAt | Column::ExpiresAt | Column::EndedAt => {
            of_student(Category::Activity, OnExport::Include)
        }
    }
}

const fn badge_setting_column(column: badge_setting::Column) -> Class {
    use badge_setting::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::FromMinute | Column::UntilMinute | Column::Days | Column::TeachersEnrol => {
            Class::school()
        }
        Column::SetBy => Class::personal(
            Category::Link,
            Subject::Staff,
            CHOOSING,
            OnExport::Include,
            OnErasure::Pseudonymise,
        ),
        Column::SetAt => Class::personal(
            Category::Activity,
            Subject::Staff,
            CHOOSING,
            OnExport::Include,
            OnErasure::Keep(KeepReason::MaterialOfTheSchool),
        ),
    }
}
