//! How often which kind of page is opened: counted in memory, written down once an hour,
//! with nobody in it. Somebody who objects is not counted from their next page on.

mod read;
mod tally;

pub use read::{FEWEST, of_all, of_school, shown};
pub use tally::{Tally, forget_old};

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use vocab::rights::{RequestKind, RequestState};

use entity::{person, rights_request};

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
        .limit(1)
        .to_owned()
}
