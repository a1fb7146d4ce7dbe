//! A request that asks the same as another which is open: it is closed, and who asked is
//! told under which reference they are answered. What stops something as soon as it is
//! asked, an objection or a restriction, stands by itself.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use vocab::form::FieldError;
use vocab::ids::{PersonId, RightsRequestId};
use vocab::rights::{RequestKind, RequestStep, SameForm};

use super::Error;
use super::machine::next;
use super::step::{hold, take};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use entity::rights_request;

/// What who asked reads stands around the reference, by which it is found again: only these
/// words tell such a request from one that is done.
const ASKED: &str = "You asked for the same under ";
const ANSWERED: &str = ". We answer you there.";

/// Under which reference a request is answered that was closed with these words; none where
/// it did not repeat another.
pub(super) fn answered_under(words: &str) -> Option<&str> {
    words.strip_prefix(ASKED)?.strip_suffix(ANSWERED)
}

/// Closes a request that asks the same as another. Refused with the field where the other
/// is none that it may repeat.
pub async fn close_as_repeated(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    form: &SameForm,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, permitted.school(), id).await?;
    let others = may_repeat(&**tx, &request).await?;
    let Some(other) = others
        .into_iter()
        .find(|other| other.id.to_string() == form.same_as)
    else {
        return Err(Error::Invalid(vec![FieldError {
            field: "same_as".to_owned(),
            message: "Choose the request under which it is answered".to_owned(),
        }]));
    };
    let words = format!("{ASKED}{}{ANSWERED}", other.reference);
    let step = (RequestStep::AsksTheSame, words.as_str());
    take(tx, request, step, permitted.actor(), now).await
}

/// The open requests of the same kind that it may repeat, for they came before it, the oldest first: about the same
/// person where it is known whom it is about, and from the same person where that is known.
pub(super) async fn may_repeat(
    db: &impl ConnectionTrait,
    request: &rights_request::Model,
) -> Result<Vec<rights_request::Model>, Error> {
    let stands_alone = matches!(
        request.kind,
        RequestKind::Objection | RequestKind::Restriction
    );
    if stands_alone || next(request.state, RequestStep::AsksTheSame).is_none() {
        return Ok(Vec::new());
    }
    Ok(rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(request.school_id))
        .filter(rights_request::Column::Id.ne(request.id))
        .filter(rights_request::Column::Kind.eq(request.kind))
        .filter(rights_request::Column::ClosedAt.is_null())
        .filter(rights_request::Column::ReceivedAt.lte(request.received_at))
        .filter(
            Condition::all()
                .add_option(alike(rights_request::Column::SubjectId, request.subject_id))
                .add_option(alike(
                    rights_request::Column::RequesterId,
                    request.requester_id,
                )),
        )
        .order_by_asc(rights_request::Column::ReceivedAt)
        .all(db)
        .await?)
}

/// The same person, or nobody that is known yet: what came by the contact page may be from
/// or about anybody.
fn alike(column: rights_request::Column, known: Option<PersonId>) -> Option<Condition> {
    known.map(|id| Condition::any().add(column.is_null()).add(column.eq(id)))
}
