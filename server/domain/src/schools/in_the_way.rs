//! What keeps a school that has left from being deleted whole: legal holds, restrictions, and
//! objections to the record that wait for an answer. Somebody of the school ends each of
//! them, so its admins and its data protection lead stay until the last has ended.
//!
//! An objection that the school has granted is none of them. Every use has stopped with it,
//! nobody but who objected could take it back, and they cannot sign in any more: that the
//! data goes is what they asked for.

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::ids::{PersonId, SchoolId};
use vocab::leaving::InTheWay;
use vocab::objections::ObjectionUse;

use super::leaving::SETTLE;
use crate::holds;
use entity::{objection, person, person_role, restriction, rights_request};

/// What of a school is held or restricted.
#[derive(Clone, Debug)]
pub(crate) struct Stands {
    holds: u64,
    restricted: Vec<PersonId>,
    objecting: Vec<PersonId>,
}

impl Stands {
    /// The same in numbers.
    pub(crate) fn counted(&self) -> InTheWay {
        InTheWay {
            holds: self.holds,
            restrictions: self.restricted.len() as u64,
            objections: self.objecting.len() as u64,
        }
    }

    /// True if everything can be deleted.
    pub(crate) fn is_nothing(&self) -> bool {
        self.counted().is_nothing()
    }

    /// Whose data is restricted, by a restriction or by an objection. Whom holds name tells
    /// `holds::held`.
    pub(crate) fn people(&self) -> impl Iterator<Item = PersonId> {
        self.restricted.iter().chain(&self.objecting).copied()
    }
}

/// What stands in the way of deleting a school. Three queries.
pub(crate) async fn stands_in_the_way(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Stands, DbErr> {
    Ok(Stands {
        holds: holds::how_many(db, school).await?,
        restricted: restricted(db, school).await?,
        objecting: objecting(db, school).await?,
    })
}

async fn restricted(db: &impl ConnectionTrait, school: SchoolId) -> Result<Vec<PersonId>, DbErr> {
    restriction::Entity::find()
        .select_only()
        .column(restriction::Column::PersonId)
        .filter(restriction::Column::SchoolId.eq(school))
        .filter(restriction::Column::EndedAt.is_null())
        .filter(restriction::Column::PersonId.in_subquery(not_erased(school)))
        .into_tuple()
        .all(db)
        .await
}

async fn objecting(db: &impl ConnectionTrait, school: SchoolId) -> Result<Vec<PersonId>, DbErr> {
    let unanswered = Query::select()
        .column(rights_request::Column::Id)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::SchoolId.eq(school))
        .and_where(rights_request::Column::ClosedAt.is_null())
        .take();
    objection::Entity::find()
        .select_only()
        .column(objection::Column::PersonId)
        .filter(objection::Column::SchoolId.eq(school))
        .filter(objection::Column::Purpose.eq(ObjectionUse::Record))
        .filter(objection::Column::EndedAt.is_null())
        .filter(objection::Column::RequestId.in_subquery(unanswered))
        .filter(objection::Column::PersonId.in_subquery(not_erased(school)))
        .into_tuple()
        .all(db)
        .await
}

/// Of whom there is something left to keep.
fn not_erased(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::SchoolId.eq(school))
        .and_where(person::Column::SortName.ne(""))
        .take()
}

/// Who can end what stands in the way: the admins and the data protection leads who are here.
pub(crate) async fn who_settle(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<PersonId>, DbErr> {
    let here = not_erased(school)
        .and_where(person::Column::EndedAt.is_null())
        .to_owned();
    person_role::Entity::find()
        .select_only()
        .column(person_role::Column::PersonId)
        .filter(person_role::Column::SchoolId.eq(school))
        .filter(person_role::Column::Role.is_in(SETTLE))
        .filter(person_role::Column::EndedAt.is_null())
        .filter(person_role::Column::PersonId.in_subquery(here))
        .into_tuple()
        .all(db)
        .await
}
