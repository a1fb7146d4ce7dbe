//! Giving data to somebody outside the school because each person, or who looks after
//! them, said yes: the school's register of recipients, its proposals, the choices about
//! them, and the one file that goes out. The answers stand in the record of consents, and
//! none is no.

mod choices;
mod file;
mod propose;
mod read;
mod recipients;

pub(crate) use choices::asked_query;
pub use choices::choices;
pub use file::{Made, make};
pub(crate) use propose::lasts_until;
pub use propose::{propose, stop};
pub use read::{office, page};
pub use recipients::{add_recipient, end_recipient};

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QueryResult, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;
use vocab::classrooms::ClassroomRole;
use vocab::consent::{AgeBand, ConsentPurpose, ConsentState};
use vocab::form::FieldError;
use vocab::ids::{ConsentRequestId, SharingId};
use vocab::sharing::{ShareColumn, Withheld};

use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::consent::{self, Said};
use crate::db::Write;
use crate::events::{self, Event};
use crate::rights;
use entity::{consent_event, consent_request, enrolment, person, recipient, sharing_request};

/// Why something is not done about sharing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The time is over, or the school stopped it.
    #[error("This has ended, so nothing is given any more.")]
    Over,
    /// There is nobody whose data may be given now.
    #[error("Nobody whose data may be given has said yes, so there is nothing to give.")]
    Nobody,
    /// The school wants nothing to leave the United Kingdom.
    #[error("Your school wants data to stay in the United Kingdom, and this recipient is abroad.")]
    UkOnly,
    /// The record of consents did not take it.
    #[error(transparent)]
    Consent(#[from] consent::Error),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Error {
    fn field(field: &str, message: &str) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        }])
    }
}

/// A proposal of the school with its recipient.
async fn find(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: SharingId,
) -> Result<(sharing_request::Model, recipient::Model), Error> {
    let sharing = sharing_request::Entity::find_by_id(id)
        .filter(sharing_request::Column::SchoolId.eq(permitted.school()))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let recipient = recipient::Entity::find_by_id(sharing.recipient_id)
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    Ok((sharing, recipient))
}

/// Whether nothing is given any more.
fn is_over(sharing: &sharing_request::Model, recipient: &recipient::Model, now: Time) -> bool {
    sharing.ended_at.is_some() || recipient.ended_at.is_some() || sharing.until_at <= now
}

/// Somebody about whom the school asked.
struct Asked {
    person: person::Model,
    state: ConsentState,
    /// Why nothing of theirs is given now; none where a yes is followed.
    withheld: Option<Withheld>,
}

/// Everybody about whom a proposal asked, by family name, with where their answer stands
/// now. Two queries.
async fn asked(
    db: &impl ConnectionTrait,
    request: ConsentRequestId,
    now: Time,
) -> Result<Vec<Asked>, DbErr> {
    let entries = consent::entries()
        .filter(consent_event::Column::RequestId.eq(request))
        .order_by_asc(consent_event::Column::Seq)
        .into_model::<Said>()
        .all(db)
        .await?;
    let subjects: BTreeSet<Uuid> = entries.iter().map(|said| said.entry.subject_id.0).collect();
    let people = person::Entity::find()
        .expr_as(Expr::exists(learns_there(request)), "learns_there")
        .expr_as(is_restricted(), "is_restricted")
        .filter(person::Column::Id.is_in(subjects))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .into_model::<Here>()
        .all(db)
        .await?;
    Ok(people
        .into_iter()
        .map(|here| {
            let withheld = here.withheld();
            let person = here.person;
            let own = entries
                .iter()
                .filter(|said| said.entry.subject_id == person.id)
                .map(Said::answered);
            let age = AgeBand::of_year_group(person.year_group.as_deref());
            Asked {
                state: consent::fold(ConsentPurpose::SchoolRequest, age, own, now),
                withheld,
                person,
            }
        })
        .collect())
}

/// That data of the person of the query around it is restricted.
fn is_restricted() -> Expr {
    Expr::col((person::Entity, person::Column::Id)).in_subquery(rights::restricted())
}

/// That the person of the query around it learns in the classroom that was asked about.
fn learns_there(request: ConsentRequestId) -> SelectStatement {
    let classroom = Query::select()
        .column(consent_request::Column::ClassroomId)
        .from(consent_request::Entity)
        .and_where(consent_request::Column::Id.eq(request))
        .take();
    Query::select()
        .expr(Expr::val(1))
        .from(enrolment::Entity)
        .and_where(
            Expr::col((enrolment::Entity, enrolment::Column::PersonId))
                .equals((person::Entity, person::Column::Id)),
        )
        .and_where(enrolment::Column::ClassroomId.in_subquery(classroom))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take()
}

/// Somebody, whether they learn in the classroom that was asked about, and whether their
/// data is restricted.
struct Here {
    person: person::Model,
    learns_there: bool,
    is_restricted: bool,
}

impl Here {
    fn withheld(&self) -> Option<Withheld> {
        if self.person.ended_at.is_some() || !self.learns_there {
            Some(Withheld::Left)
        } else {
            self.is_restricted.then_some(Withheld::Restricted)
        }
    }
}

impl FromQueryResult for Here {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            person: person::Model::from_query_result(row, prefix)?,
            learns_there: row.try_get(prefix, "learns_there")?,
            is_restricted: row.try_get(prefix, "is_restricted")?,
        })
    }
}

/// Whose data a file made now would hold.
fn who_said_yes(asked: &[Asked]) -> impl Iterator<Item = &person::Model> {
    asked
        .iter()
        .filter(|asked| asked.withheld.is_none() && asked.state == ConsentState::Given)
        .map(|asked| &asked.person)
}

/// What stands in a column about somebody.
fn value(person: &person::Model, column: ShareColumn) -> String {
    match column {
        ShareColumn::GivenName => person.given_name.clone(),
        ShareColumn::FamilyName => person.family_name.clone(),
        ShareColumn::YearGroup => person.year_group.clone().unwrap_or_default(),
        ShareColumn::SourcedId => person.sourced_id.clone().unwrap_or_default(),
    }
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    (subject, after): (Uuid, Value),
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject,
        before: None,
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
