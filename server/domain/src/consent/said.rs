//! Entries of the record with what the fold asks beside them: whether a guardian who
//! answered looks after the person still. Both are read in one statement.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, QueryResult, QuerySelect, Select,
};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentRequestId, PersonId};

use super::authority::Speaker;
use super::state::Answered;
use crate::clock::Time;
use entity::{consent_event, guardianship, person};

const HAS_TIE: &str = "has_tie";

/// An entry, and whether whoever made it is tied to whom it is about.
pub(crate) struct Said {
    pub(crate) entry: consent_event::Model,
    has_tie: bool,
}

impl Said {
    /// The entry, as far as the fold asks.
    pub(crate) const fn answered(&self) -> Answered {
        Answered {
            kind: self.entry.kind,
            given_by: self.entry.given_by,
            actor: self.entry.actor_id,
            age: self.entry.age_band,
            valid_until: self.entry.valid_until,
            has_say: self.has_tie || !matches!(self.entry.given_by, GivenBy::Guardian),
        }
    }
}

impl FromQueryResult for Said {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            entry: consent_event::Model::from_query_result(row, prefix)?,
            has_tie: row.try_get(prefix, HAS_TIE)?,
        })
    }
}

/// An entry without its evidence, which is sealed: what it is about, and what the fold asks.
#[derive(FromQueryResult)]
pub(super) struct Word {
    pub(super) subject_id: PersonId,
    pub(super) purpose: ConsentPurpose,
    pub(super) request_id: Option<ConsentRequestId>,
    kind: ConsentKind,
    given_by: GivenBy,
    actor_id: Option<PersonId>,
    age_band: AgeBand,
    valid_until: Option<Time>,
    has_tie: bool,
}

impl Word {
    /// What the fold asks.
    pub(super) const fn answered(&self) -> Answered {
        Answered {
            kind: self.kind,
            given_by: self.given_by,
            actor: self.actor_id,
            age: self.age_band,
            valid_until: self.valid_until,
            has_say: self.has_tie || !matches!(self.given_by, GivenBy::Guardian),
        }
    }
}

/// What somebody said last of one consent, among its entries in the order of the record.
pub(super) fn last_of(entries: &[Said], speaker: Speaker) -> Option<&Said> {
    entries
        .iter()
        .rev()
        .filter(|said| said.entry.kind != ConsentKind::Requested)
        .find(|said| said.answered().speaker() == speaker)
}

/// The record's entries, to be read as [`Said`].
pub(crate) fn entries() -> Select<consent_event::Entity> {
    consent_event::Entity::find().expr_as(Expr::exists(tie()), HAS_TIE)
}

/// The record's entries, to be read as [`Word`].
pub(super) fn words() -> Select<consent_event::Entity> {
    use consent_event::Column;
    consent_event::Entity::find()
        .select_only()
        .columns([
            Column::SubjectId,
            Column::Purpose,
            Column::RequestId,
            Column::Kind,
            Column::GivenBy,
            Column::ActorId,
            Column::AgeBand,
            Column::ValidUntil,
        ])
        .expr_as(Expr::exists(tie()), HAS_TIE)
}

/// The tie between who made the entry of the query around it and whom it is about: one
/// that stands, or that ended as the student left.
fn tie() -> SelectStatement {
    let left_at = Query::select()
        .column(person::Column::EndedAt)
        .from(person::Entity)
        .and_where(
            Expr::col((person::Entity, person::Column::Id))
                .equals((guardianship::Entity, guardianship::Column::StudentId)),
        )
        .take();
    Query::select()
        .expr(Expr::val(1))
        .from(guardianship::Entity)
        .and_where(
            Expr::col((guardianship::Entity, guardianship::Column::StudentId))
                .equals((consent_event::Entity, consent_event::Column::SubjectId)),
        )
        .and_where(
            Expr::col((guardianship::Entity, guardianship::Column::GuardianId))
                .equals((consent_event::Entity, consent_event::Column::ActorId)),
        )
        .cond_where(
            Condition::any()
                .add(guardianship::Column::EndedAt.is_null())
                .add(guardianship::Column::EndedAt.in_subquery(left_at)),
        )
        .take()
}
