//! Accounts, invitations, sessions and the guard against guessing. Secrets are
//! kept as hashes only and never exported, not even to their owner.

use entity::{account, invitation, session, sign_in_guard};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            account::Entity,
            SubjectPath::People(&["person_id"]),
            account_column,
        ),
        map(
            invitation::Entity,
            SubjectPath::People(&["person_id", "created_by"]),
            invitation_column,
        ),
        map(
            session::Entity,
            SubjectPath::Through {
                column: "account_id",
                table: "account",
            },
            session_column,
        ),
        map(
            sign_in_guard::Entity,
            SubjectPath::Nobody("the key is a hash that leads to nobody by itself"),
            sign_in_guard_column,
        ),
    ]
}

const fn signing_in(retention: Retention) -> Handling {
    Handling {
        purpose: Purpose::SigningIn,
        lawful_basis: LawfulBasis::PublicTask,
        retention,
    }
}

/// Goes with its row, and is the account holder's own.
const fn own(category: Category, retention: Retention, on_export: OnExport) -> Class {
    Class::personal(
        category,
        Subject::Anybody,
        signing_in(retention),
        on_export,
        OnErasure::DeleteRow,
    )
}

const fn account_column(column: account::Column) -> Class {
    use account::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link, Retention::Account, OnExport::Include),
        Column::Username => own(Category::Identity, Retention::Account, OnExport::Include),
        Column::PasswordHash => own(Category::Credential, Retention::Account, OnExport::Withhold),
        Column::PasswordSetAt | Column::DisabledAt | Column::CreatedAt => {
            own(Category::Activity, Retention::Account, OnExport::Include)
        }
    }
}

const fn invitation_column(column: invitation::Column) -> Class {
    use invitation::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::PersonId => own(Category::Link, Retention::NeverUsed, OnExport::Include),
        Column::TokenHash => own(
            Category::Credential,
            Retention::NeverUsed,
            OnExport::Withhold,
        ),
        Column::CreatedBy => Class::personal(
            Category::Link,
            Subject::Staff,
            signing_in(Retention::NeverUsed),
            OnExport::AsRole,
            OnErasure::Pseudonymise,
        ),
        Column::CreatedAt | Column::ExpiresAt | Column::UsedAt => {
            own(Category::Activity, Retention::NeverUsed, OnExport::Include)
        }
    }
}

const fn session_column(column: session::Column) -> Class {
    use session::Column;
    match column {
        Column::Id | Column::SchoolId | Column::BadgeId => Class::technical(),
        Column::AccountId => own(Category::Link, Retention::SignIn, OnExport::Include),
        Column::TokenHash => own(Category::Credential, Retention::SignIn, OnExport::Withhold),
        Column::DeviceId | Column::IsShared => {
            own(Category::Device, Retention::SignIn, OnExport::Include)
        }
        Column::Device => own(Category::Device, Retention::SignIn, OnExport::Include),
        Column::CreatedAt | Column::LastUsedAt | Column::ExpiresAt | Column::EndedAt => {
            own(Category::Activity, Retention::SignIn, OnExport::Include)
        }
    }
}

const GUARDING: Handling = Handling {
    purpose: Purpose::Security,
    lawful_basis: LawfulBasis::LegitimateInterests,
    retention: Retention::SecurityLog,
};

/// A hash of an account or a device is still personal data, though nobody can read
/// a name from it: whoever knows the name can make the hash again.
const fn sign_in_guard_column(column: sign_in_guard::Column) -> Class {
    use sign_in_guard::Column;
    match column {
        Column::KeyHash => Class::personal(
            Category::Device,
            Subject::Anybody,
            GUARDING,
            OnExport::Withhold,
            OnErasure::Keep(KeepReason::LeadsToNobody),
        ),
        Column::Failures | Column::LastFailedAt => Class::personal(
            Category::Activity,
            Subject::Anybody,
            GUARDING,
            OnExport::Withhold,
            OnErasure::Keep(KeepReason::LeadsToNobody),
        ),
    }
}
