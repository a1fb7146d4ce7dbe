//! What happens to a request and does not stand in its history, because that is in the copy
//! of who asked: it is kept in the record of changes alone.

use sea_orm::DbErr;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use serde_json::Value;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};

use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use entity::{event, rights_request};

/// Records it.
pub(super) async fn record(
    tx: &Write,
    (school, request): (SchoolId, RightsRequestId),
    (kind, after): (&'static str, Option<Value>),
    actor: Option<PersonId>,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school,
        actor,
        kind,
        subject: request.0,
        before: None,
        after,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// That it was recorded of the request of the query around it.
pub(super) fn was_recorded(kind: &'static str) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(
            Expr::col((event::Entity, event::Column::SubjectId))
                .equals((rights_request::Entity, rights_request::Column::Id)),
        )
        .and_where(Expr::col((event::Entity, event::Column::Kind)).eq(kind))
        .take()
}
