//! Who a cookie's token lets in, with what almost every page needs to know of them: one
//! query for each request.

use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryResult, QuerySelect, QueryTrait, RelationDef, Select,
};
use vocab::ids::{AccountId, PersonId, PolicyVersionId, RightsRequestId, SchoolId, SessionId};
use vocab::objections::ObjectionUse;
use vocab::people::{Role, Roles};
use vocab::reading::Reading;
use vocab::schools::Phase;

use super::idle_limit;
use super::lasting::TOUCH_EVERY;
use crate::actor::{Actor, OnDevice};
use crate::clock::Time;
use crate::db::Db;
use crate::guard;
use crate::policies::Standing;
use crate::reading::Appearance;
use crate::rights;
use crate::schools::hue::Hue;
use crate::schools::leaving;
use crate::secrets::fingerprint;
use crate::transfers;
use crate::usage;
use crate::written_once::{Changing, WrittenOnce};
use entity::{
    access_arrangement, account, business_transfer, notice_standing, person, person_role,
    reading_setting, school, session,
};

/// A session that lets somebody in.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who it is.
    pub actor: Actor,
    /// How far they have come with the policies.
    pub standing: Standing,
    /// Their pages are counted; not where they object to it.
    pub counts: bool,
    /// True if [`touch`](super::touch) should be called, after the answer and without waiting.
    pub needs_touch: bool,
}

/// Who the cookie's token lets in, if anybody. One query.
pub async fn find(db: &Db, token: &str, now: Time) -> Result<Option<Found>, DbErr> {
    find_touched(db, token, |_| None, now).await
}

/// The same. `touched` knows when a page of this session was touched last, where that was
/// later than the server heard of it: without a network it hears nothing. On a device of one's
/// own no page locks itself, so there a touch says nothing.
pub async fn find_touched(
    db: &Db,
    token: &str,
    touched: impl FnOnce(SessionId) -> Option<Time>,
    now: Time,
) -> Result<Option<Found>, DbErr> {
    static QUERY: WrittenOnce = WrittenOnce::new();
    let changing = [
        Changing::new(NO_FINGERPRINT.to_owned(), fingerprint(token)),
        Changing::new(Time::MIN_UTC, now),
    ];
    let on = db.read().get_database_backend();
    let statement = QUERY.statement(on, &changing, || query(NO_FINGERPRINT, Time::MIN_UTC));
    let rows = db.read().query_all_raw(statement).await?;
    let rows = rows
        .iter()
        .map(|row| Whole::from_query_result(row, ""))
        .collect::<Result<Vec<_>, _>>()?;
    let roles: Roles = rows.iter().map(|whole| whole.row.role).collect();
    let Some(Whole { row, own, arranged }) = rows.into_iter().next() else {
        return Ok(None);
    };
    let touched = (!row.is_own).then(|| touched(row.session)).flatten();
    let used_at = row
        .last_used_at
        .max(touched.map_or(row.last_used_at, |at| at.min(now)));
    let idle = now - used_at;
    if row.expires_at <= now || idle >= idle_limit(roles, row.is_shared) {
        return Ok(None);
    }
    Ok(Some(Found {
        needs_touch: now - row.last_used_at >= TOUCH_EVERY,
        // `Use::CountVisits`.
        counts: row.objection.is_none() && !row.is_restricted,
        standing: Standing {
            shown: row.shown,
            read: row.read,
            used: row.used,
            terms: row.terms,
        },
        actor: Actor {
            school: row.school,
            person: row.person,
            account: row.account,
            session: row.session,
            on_device: match (row.is_shared, row.is_own) {
                (true, _) => OnDevice::Shared,
                (false, true) => OnDevice::Own,
                (false, false) => OnDevice::Unknown,
            },
            roles,
            name: crate::people::display_name(&row.given_name, &row.family_name),
            school_name: row.school_name,
            school_code: row.school_code,
            phase: row.phase,
            time_zone: row.time_zone.parse().unwrap_or(Tz::UTC),
            appearance: Appearance {
                own,
                arranged,
                is_shared: row.is_shared,
                hue: row.hue.and_then(Hue::new),
            },
            announcement: if roles.has(Role::Student) {
                row.words_for_children
            } else {
                row.words
            },
            leaves_at: row.leaves_at,
            looks: crate::looks::Looks::default(),
        },
    }))
}

/// Stands for the fingerprint of a token where the query is written: no token has it.
const NO_FINGERPRINT: &str = "-";

/// The session whose token has this fingerprint, with everything that a page wants to know: a
/// row for each role.
fn query(fingerprint: &str, now: Time) -> SelectStatement {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let to_school = session::Entity::belongs_to(school::Entity)
        .from(session::Column::SchoolId)
        .to(school::Column::Id)
        .into();
    let to_standing = account::Entity::belongs_to(notice_standing::Entity)
        .from(account::Column::PersonId)
        .to(notice_standing::Column::PersonId)
        .into();
    let to_reading = account::Entity::belongs_to(reading_setting::Entity)
        .from(account::Column::PersonId)
        .to(reading_setting::Column::PersonId)
        .into();
    let to_arrangement = account::Entity::belongs_to(access_arrangement::Entity)
        .from(account::Column::PersonId)
        .to(access_arrangement::Column::PersonId)
        .into();
    let select = session::Entity::find()
        .select_only()
        .column_as(session::Column::Id, "session")
        .column_as(session::Column::LastUsedAt, "last_used_at")
        .column_as(session::Column::ExpiresAt, "expires_at")
        .column_as(session::Column::IsShared, "is_shared")
        .column_as(session::Column::IsOwn, "is_own")
        .column_as(account::Column::Id, "account")
        .column_as(account::Column::SchoolId, "school")
        .column_as(person::Column::Id, "person")
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(school::Column::Name, "school_name")
        .column_as(school::Column::Code, "school_code")
        .column_as(school::Column::Phase, "phase")
        .column_as(school::Column::TimeZone, "time_zone")
        .column_as(school::Column::Hue, "hue")
        .column_as(person_role::Column::Role, "role")
        .expr_as(announced(business_transfer::Column::Words), "words")
        .expr_as(
            announced(business_transfer::Column::WordsForChildren),
            "words_for_children",
        )
        .expr_as(
            Expr::SubQuery(None, Box::new(usage::objection().into())),
            "objection",
        )
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .expr_as(
            Expr::SubQuery(
                None,
                Box::new(
                    leaving::leaves_at(Expr::col((school::Entity, school::Column::Id))).into(),
                ),
            ),
            "leaves_at",
        )
        .column_as(notice_standing::Column::ShownId, "shown")
        .column_as(notice_standing::Column::ReadId, "read")
        .column_as(notice_standing::Column::UsedId, "used")
        .column_as(notice_standing::Column::TermsId, "terms")
        .join(JoinType::InnerJoin, to_account)
        .join(JoinType::InnerJoin, to_person())
        .join(JoinType::InnerJoin, to_school)
        .join(JoinType::InnerJoin, to_role())
        .join(JoinType::LeftJoin, to_standing)
        .join(JoinType::LeftJoin, to_reading)
        .join(JoinType::LeftJoin, to_arrangement);
    with_reading(select)
        .filter(session::Column::TokenHash.eq(fingerprint))
        .filter(session::Column::EndedAt.is_null())
        .filter(may_sign_in(now))
        .into_query()
}

/// Their own reading settings and what the school has set for them, each to be read as a
/// [`Reading`].
fn with_reading(select: Select<session::Entity>) -> Select<session::Entity> {
    macro_rules! columns {
        ($select:expr, $table:ident, $prefix:literal) => {
            $select
                .column_as($table::Column::Theme, concat!($prefix, "theme"))
                .column_as($table::Column::Size, concat!($prefix, "size"))
                .column_as($table::Column::Line, concat!($prefix, "line"))
                .column_as($table::Column::Letters, concat!($prefix, "letters"))
                .column_as($table::Column::Measure, concat!($prefix, "measure"))
                .column_as($table::Column::Font, concat!($prefix, "font"))
                .column_as($table::Column::Ruler, concat!($prefix, "ruler"))
                .column_as($table::Column::Aloud, concat!($prefix, "aloud"))
        };
    }
    let own = columns!(select, reading_setting, "own_");
    columns!(own, access_arrangement, "arranged_")
}

/// A part of what is announced to everybody.
fn announced(column: business_transfer::Column) -> Expr {
    Expr::SubQuery(None, Box::new(transfers::words(column).into()))
}

/// A row with the reading settings beside it.
struct Whole {
    row: Row,
    own: Reading,
    arranged: Reading,
}

impl FromQueryResult for Whole {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: Row::from_query_result(row, prefix)?,
            own: Reading::from_query_result(row, "own_")?,
            arranged: Reading::from_query_result(row, "arranged_")?,
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    objection: Option<RightsRequestId>,
    is_restricted: bool,
    words: Option<String>,
    words_for_children: Option<String>,
    leaves_at: Option<Time>,
    session: SessionId,
    last_used_at: Time,
    expires_at: Time,
    is_shared: bool,
    is_own: bool,
    account: AccountId,
    school: SchoolId,
    person: PersonId,
    given_name: String,
    family_name: String,
    school_name: String,
    school_code: String,
    phase: Phase,
    time_zone: String,
    hue: Option<i32>,
    role: Role,
    shown: Option<PolicyVersionId>,
    read: Option<PolicyVersionId>,
    used: Option<PolicyVersionId>,
    terms: Option<PolicyVersionId>,
}

/// When the actor's own session began; none where its row is gone. One query.
pub async fn began_at(db: &impl ConnectionTrait, actor: &Actor) -> Result<Option<Time>, DbErr> {
    session::Entity::find()
        .select_only()
        .column(session::Column::CreatedAt)
        .filter(session::Column::Id.eq(actor.session))
        .filter(session::Column::SchoolId.eq(actor.school))
        .into_tuple()
        .one(db)
        .await
}

/// Whether somebody saw to it that this session lets nobody in: its person on another
/// device, the school, a new password, or the account is gone. One that only lay idle or
/// ran out was not ended. One query.
pub(crate) async fn was_ended(
    db: &impl ConnectionTrait,
    school: SchoolId,
    id: SessionId,
    now: Time,
) -> Result<bool, DbErr> {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let left_alone: Option<SessionId> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .join(JoinType::InnerJoin, to_account)
        .join(JoinType::InnerJoin, to_person())
        .join(JoinType::InnerJoin, to_role())
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::SchoolId.eq(school))
        .filter(session::Column::EndedAt.is_null())
        .filter(may_sign_in(now))
        .into_tuple()
        .one(db)
        .await?;
    Ok(left_alone.is_none())
}

/// From an account to its person.
pub(crate) fn to_person() -> RelationDef {
    account::Entity::belongs_to(person::Entity)
        .from(account::Column::PersonId)
        .to(person::Column::Id)
        .into()
}

/// From an account to its person's roles: who has none left is let in nowhere.
pub(crate) fn to_role() -> RelationDef {
    account::Entity::belongs_to(person_role::Entity)
        .from(account::Column::PersonId)
        .to(person_role::Column::PersonId)
        .into()
}

/// Of an account joined to its person and roles: enabled, of somebody who is here, and
/// who does not object to it, of a school that has not left.
pub(crate) fn may_sign_in(now: Time) -> Condition {
    Condition::all()
        .add(account::Column::DisabledAt.is_null())
        .add(person::Column::EndedAt.is_null())
        .add(person_role::Column::EndedAt.is_null())
        .add(account::Column::PersonId.not_in_subquery(rights::objects(ObjectionUse::SigningIn)))
        .add(leaving::is_let_in(now))
}
