//! How often which kind of page is opened: counted in memory, written down once an hour,
//! with nobody in it. Somebody who objects is not counted from their next page on.

mod read;
mod tally;

pub use read::{FEWEST, of_all, of_school, shown};
pub use tally::{Tally, forget_old};

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use vocab::objections::ObjectionUse;
use vocab::rights::{RequestKind, RequestState};

use entity::{objection, person, rights_request};

/// An objection of the person in the query around it, if one stands. A session is looked
/// up with it, so that it costs nothing and holds at once.
pub(crate) fn objection() -> SelectStatement {
    Query::select()
        .column(rights_request::Column::Id)
        .from(rights_request::Entity)
        .and_where(
            Expr::col((rights_request::Entity, rights_request::Column::SubjectId))
                .equals((person::Entity, person::Column::Id)),
        )
        .and_where(Expr::col(rights_request::Column::Kind).eq(RequestKind::Objection))
        .and_where(
            Expr::col(rights_request::Column::State)
                .is_not_in([RequestState::Refused, RequestState::TakenBack]),
        )
        .and_where(Expr::exists(to_another_use_or_over()).not())
        .limit(1)
        .take()
}

/// The objection that the request around it was filed for, if that is to another use
/// than counting, or over. A request that was made in words may mean counting.
fn to_another_use_or_over() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(objection::Entity)
        .and_where(
            Expr::col((objection::Entity, objection::Column::RequestId))
                .equals((rights_request::Entity, rights_request::Column::Id)),
        )
        .cond_where(
            Condition::any()
                .add(Expr::col(objection::Column::Purpose).ne(ObjectionUse::Counting))
                .add(Expr::col(objection::Column::EndedAt).is_not_null()),
        )
        .take()
}
