//! Whose data rests: who is restricted, asked to be and was not answered yet, or objects.
//! The one place that statistics and files for others ask.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use vocab::rights::{RequestKind, RequestState};

use crate::guard;
use entity::{objection, rights_request};

/// The people whose data is only stored (UK GDPR Article 18): by the guard, or because
/// somebody asked for it in a way that the school has not answered yet.
pub(crate) fn restricted() -> SelectStatement {
    guard::restricted()
        .union(UnionType::All, unanswered(&[RequestKind::Restriction]))
        .to_owned()
}

/// The same, and everybody who objects to anything.
pub(crate) fn objecting_or_restricted() -> SelectStatement {
    let objecting = Query::select()
        .column(objection::Column::PersonId)
        .from(objection::Entity)
        .and_where(objection::Column::EndedAt.is_null())
        .take();
    restricted()
        .union(UnionType::All, objecting)
        .union(UnionType::All, unanswered(&[RequestKind::Objection]))
        .to_owned()
}

fn unanswered(kinds: &[RequestKind]) -> SelectStatement {
    Query::select()
        .column(rights_request::Column::SubjectId)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::Kind.is_in(kinds.iter().copied()))
        .and_where(rights_request::Column::State.is_not_in([
            RequestState::Refused,
            RequestState::TakenBack,
            RequestState::Closed,
        ]))
        // A request by the contact page names nobody yet, and a null would match everybody.
        .and_where(Expr::col(rights_request::Column::SubjectId).is_not_null())
        .to_owned()
}
