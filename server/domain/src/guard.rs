//! Restriction: one guard, in one place. While somebody's data is restricted it is kept,
//! its owner and who looks after them go on as before, the data protection lead reads it,
//! and nothing else is done with it (UK GDPR Article 18(2)).
//!
//! [`Use`] names every use, and [`Use::effect`] says what becomes of it. A test goes
//! through all of them, and another one through the source: a file that writes about
//! somebody and does not ask here has to say why.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::{PersonId, SchoolId};
use vocab::objections::ObjectionUse;

use crate::access::AccessError;
use entity::{objection, restriction};

/// A use of somebody's data by somebody or something else, or by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Their own work: drafts, files, handing in. It is kept, so that nothing is lost.
    OwnWork,
    /// They and who looks after them read it, and take a copy.
    OwnReading,
    /// They and who looks after them ask, object and answer questions of consent.
    OwnWord,
    /// The lead reads it, and answers what they asked.
    Lead,
    /// Passwords, badges and invitations: the way to their own data.
    WayIn,
    /// What only takes somebody's access away: ending a role, a tie, a place, a person.
    TakeAway,
    /// A teacher reads what was handed in.
    ReadWork,
    /// A teacher marks.
    Mark,
    /// A teacher gives a mark back.
    ReturnMark,
    /// Teachers and the office read or set access arrangements.
    Arrange,
    /// The office corrects details.
    Edit,
    /// The office brings a leaver back.
    BringBack,
    /// The office gives a role.
    GiveRole,
    /// The office ties a family.
    TieFamily,
    /// Somebody gives a place in a classroom.
    Enrol,
    /// Data for a third party.
    Disclose,
    /// A roster changes what is known.
    Roster,
    /// Marks of a whole classroom are given back.
    ReturnAll,
    /// How far a classroom is with its work, and the queue of what is to be marked.
    Count,
    /// Visits are counted.
    CountVisits,
    /// The school asks for a consent.
    AskConsent,
    /// A mail, which a provider carries; but for answers to what they asked.
    Mail,
    /// The sweep deletes what has been kept long enough.
    Sweep,
}

/// What becomes of a use while the data is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It goes on.
    Goes,
    /// It is refused with a sentence, 409.
    Refused,
    /// It goes on about others, and passes over them.
    PassesOver,
}

impl Use {
    /// Every use, for the test that goes through them.
    pub const ALL: [Self; 23] = [
        Self::OwnWork,
        Self::OwnReading,
        Self::OwnWord,
        Self::Lead,
        Self::WayIn,
        Self::TakeAway,
        Self::ReadWork,
        Self::Mark,
        Self::ReturnMark,
        Self::Arrange,
        Self::Edit,
        Self::BringBack,
        Self::GiveRole,
        Self::TieFamily,
        Self::Enrol,
        Self::Disclose,
        Self::Roster,
        Self::ReturnAll,
        Self::Count,
        Self::CountVisits,
        Self::AskConsent,
        Self::Mail,
        Self::Sweep,
    ];

    /// What becomes of it.
    pub const fn effect(self) -> Effect {
        match self {
            Self::OwnWork
            | Self::OwnReading
            | Self::OwnWord
            | Self::Lead
            | Self::WayIn
            | Self::TakeAway => Effect::Goes,
            Self::ReadWork
            | Self::Mark
            | Self::ReturnMark
            | Self::Arrange
            | Self::Edit
            | Self::BringBack
            | Self::GiveRole
            | Self::TieFamily
            | Self::Enrol
            | Self::Disclose => Effect::Refused,
            Self::Roster
            | Self::ReturnAll
            | Self::Count
            | Self::CountVisits
            | Self::AskConsent
            | Self::Mail
            | Self::Sweep => Effect::PassesOver,
        }
    }
}

/// Everybody whose data is restricted: by a restriction, or by an objection to the record.
/// Whoever reads many rows leaves these people out, or marks them.
pub(crate) fn restricted() -> SelectStatement {
    Query::select()
        .column(restriction::Column::PersonId)
        .from(restriction::Entity)
        .and_where(restriction::Column::EndedAt.is_null())
        .union(
            UnionType::All,
            Query::select()
                .column(objection::Column::PersonId)
                .from(objection::Entity)
                .and_where(objection::Column::Purpose.eq(ObjectionUse::Record))
                .and_where(objection::Column::EndedAt.is_null())
                .take(),
        )
        .take()
}

/// Whether the person in this column is restricted, to be read beside a row.
pub(crate) fn is_restricted(person: impl Into<Expr>) -> Expr {
    person.into().in_subquery(restricted())
}

/// Refuses a use of somebody's data that is refused while it is restricted.
pub(crate) async fn require(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
    of: Use,
) -> Result<(), AccessError> {
    refuse(of, stands(db, school, person).await?)
}

/// The same where the row itself told whether it is restricted.
pub(crate) fn refuse(of: Use, is_restricted: bool) -> Result<(), AccessError> {
    if is_restricted && of.effect() == Effect::Refused {
        return Err(AccessError::Restricted);
    }
    Ok(())
}

/// Whether somebody's data is restricted now.
pub(crate) async fn stands(
    db: &impl ConnectionTrait,
    school: SchoolId,
    person: PersonId,
) -> Result<bool, DbErr> {
    let found = entity::person::Entity::find_by_id(person)
        .filter(entity::person::Column::SchoolId.eq(school))
        .filter(entity::person::Column::Id.in_subquery(restricted()))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Everybody of a school whose data is restricted now.
pub(crate) async fn everybody(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<PersonId>, DbErr> {
    use sea_orm::QuerySelect;
    entity::person::Entity::find()
        .select_only()
        .column(entity::person::Column::Id)
        .filter(entity::person::Column::SchoolId.eq(school))
        .filter(entity::person::Column::Id.in_subquery(restricted()))
        .into_tuple()
        .all(db)
        .await
}
