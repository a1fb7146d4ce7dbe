//! Whose data rests: who asked for a restriction, or objects, and was not refused. The
//! one place that statistics and files for others ask.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use vocab::rights::{RequestKind, RequestState};

use entity::rights_request;

/// The people whose data is only stored (UK GDPR Article 18): from the moment they ask,
/// while it is looked into, and once it is granted.
pub(crate) fn restricted() -> SelectStatement {
    of_kinds(&[RequestKind::Restriction])
}

/// The people who asked for a restriction or object to anything.
pub(crate) fn objecting_or_restricted() -> SelectStatement {
    of_kinds(&[RequestKind::Restriction, RequestKind::Objection])
}

fn of_kinds(kinds: &[RequestKind]) -> SelectStatement {
    Query::select()
        .column(rights_request::Column::SubjectId)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::Kind.is_in(kinds.iter().copied()))
        .and_where(
            rights_request::Column::State
                .is_not_in([RequestState::Refused, RequestState::TakenBack]),
        )
        // A request by the contact page names nobody yet, and a null would match everybody.
        .and_where(Expr::col(rights_request::Column::SubjectId).is_not_null())
        .to_owned()
}
