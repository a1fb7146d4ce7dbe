//! Sessions: a sign-in on one device. The cookie holds 256 random bits, the
//! database only their fingerprint. A session ends by signing out, by being
//! ended from another device, by a new sign-in in the same browser, by lying idle,
//! or after twelve hours; and nobody is let in by one whose account is disabled or
//! whose person has left.

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    RelationDef, Select,
};
use serde_json::json;
use uuid::Uuid;
use vocab::accounts::SessionSummary;
use vocab::ids::{
    AccountId, BadgeId, DeviceId, PersonId, PolicyVersionId, RightsRequestId, SchoolId, SessionId,
};
use vocab::objections::ObjectionUse;
use vocab::people::{Role, Roles};
use vocab::reading::Reading;
use vocab::schools::Phase;

use crate::access::AccessError;
use crate::actor::{Actor, OnDevice};
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::guard;
use crate::moments;
use crate::policies::Standing;
use crate::reading::Appearance;
use crate::rights;
use crate::safety;
use crate::schools::hue::Hue;
use crate::secrets::new_id;
use crate::secrets::{self, fingerprint};
use crate::transfers;
use crate::usage;
use entity::{
    access_arrangement, account, business_transfer, notice_standing, person, person_role,
    reading_setting, school, session,
};

/// After this, everybody signs in again (security.md 5.3, sessions; ASVS 5.0, 7.3.2).
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// Staff who do nothing for so long sign in again (security.md 5.3; ASVS 5.0, 7.3.1).
pub const IDLE_STAFF: TimeDelta = TimeDelta::minutes(30);
/// Students and guardians, who see less (the same sources).
pub const IDLE_OTHERS: TimeDelta = TimeDelta::minutes(60);
/// Whoever shares a device with others, whatever they are (ux.md 2.3, rule 5).
pub const IDLE_SHARED: TimeDelta = TimeDelta::minutes(10);
/// The last use is written down at most so often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// A list of devices shows no more.
const MOST_LISTED: u64 = 50;

/// Whose session begins.
#[derive(Clone, Copy, Debug)]
pub struct Beginner {
    /// Their school.
    pub school: SchoolId,
    /// Who they are.
    pub person: PersonId,
    /// What they signed in with.
    pub account: AccountId,
}

/// What a session knows of how it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The enrolled device that it began on.
    pub device: Option<DeviceId>,
    /// Others use this device after them.
    pub is_shared: bool,
    /// It is theirs alone.
    pub is_own: bool,
    /// The badge that it began with.
    pub badge: Option<BadgeId>,
}

/// A session that began.
#[derive(Debug)]
pub struct Started {
    /// For the cookie; kept nowhere else.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Time,
}

/// A session that lets somebody in.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who it is.
    pub actor: Actor,
    /// How far they have come with the policies.
    pub standing: Standing,
    /// Their pages are counted; not where they object to it.
    pub counts: bool,
    /// True if [`touch`] should be called, after the answer and without waiting.
    pub needs_touch: bool,
}

/// Begins a session, with an id and a token that never existed before.
pub async fn start(
    tx: &Write,
    who: Beginner,
    device: &str,
    origin: Origin,
    now: Time,
) -> Result<Started, DbErr> {
    let token = new_token();
    let id = SessionId(new_id());
    let device: String = device.chars().take(100).collect();
    session::ActiveModel {
        id: Set(id),
        school_id: Set(who.school),
        account_id: Set(who.account),
        token_hash: Set(fingerprint(&token)),
        device: Set(device.clone()),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + LONGEST),
        ended_at: Set(None),
        device_id: Set(origin.device),
        badge_id: Set(origin.badge),
        is_shared: Set(origin.is_shared),
        is_own: Set(origin.is_own),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school: who.school,
        actor: Some(who.person),
        kind: "session.started",
        subject: id.0,
        before: None,
        after: Some(json!({ "device": device })),
    };
    events::record(&**tx, event, now).await?;
    Ok(Started {
        token,
        expires_at: now + LONGEST,
    })
}

/// Nobody may choose a token, a test neither, so randomness is no argument here.
pub(crate) fn new_token() -> String {
    secrets::token(&mut secrets::random())
}

/// What stands beside the token in a second cookie, which a page can take away without a
/// network: both are asked for, so that a session without it is over. It tells nothing
/// of the token.
pub fn companion(token: &str) -> String {
    fingerprint(&format!("companion of {token}"))
}

/// Whether `given` is the companion of this token. How long it takes tells nothing.
pub fn is_companion(token: &str, given: &str) -> bool {
    fingerprint(&companion(token)) == fingerprint(given)
}

/// Ends a session that was left without a network: its browser sent the token alone.
pub async fn end_left_behind(db: &Db, token: &str, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    end_held(&tx, token, "session.left_behind", now).await?;
    tx.commit().await
}

/// Who the cookie's token lets in, if anybody. One query.
pub async fn find(db: &Db, token: &str, now: Time) -> Result<Option<Found>, DbErr> {
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
    let rows = with_reading(select)
        .filter(session::Column::TokenHash.eq(fingerprint(token)))
        .filter(session::Column::EndedAt.is_null())
        .filter(may_sign_in())
        .into_model::<Whole>()
        .all(db.read())
        .await?;
    let roles: Roles = rows.iter().map(|whole| whole.row.role).collect();
    let Some(Whole { row, own, arranged }) = rows.into_iter().next() else {
        return Ok(None);
    };
    let idle = now - row.last_used_at;
    if row.expires_at <= now || idle >= idle_limit(roles, row.is_shared) {
        return Ok(None);
    }
    Ok(Some(Found {
        needs_touch: idle >= TOUCH_EVERY,
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
            looks: crate::looks::Looks::default(),
        },
    }))
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
/// who does not object to it.
pub(crate) fn may_sign_in() -> Condition {
    Condition::all()
        .add(account::Column::DisabledAt.is_null())
        .add(person::Column::EndedAt.is_null())
        .add(person_role::Column::EndedAt.is_null())
        .add(account::Column::PersonId.not_in_subquery(rights::objects(ObjectionUse::SigningIn)))
}

/// How long somebody with these roles may do nothing, on a device that is shared or not.
pub fn idle_limit(roles: Roles, is_shared: bool) -> TimeDelta {
    if is_shared {
        IDLE_SHARED
    } else if roles.is_staff() || roles.has(Role::Operator) {
        IDLE_STAFF
    } else {
        IDLE_OTHERS
    }
}

/// Writes down that a session was used. Call it beside the answer, never before
/// it: when it fails, the session only goes idle sooner.
pub async fn touch(db: &Db, id: SessionId, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::LastUsedAt.lt(now))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// The devices that the actor is signed in on, last used first; at most 50.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<SessionSummary>, DbErr> {
    let rows = session::Entity::find()
        .filter(own(actor))
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(
            Condition::any()
                .add(session::Column::LastUsedAt.gt(now - idle_limit(actor.roles, true)))
                .add(
                    Condition::all()
                        .add(session::Column::IsShared.eq(false))
                        .add(session::Column::LastUsedAt.gt(now - idle_limit(actor.roles, false))),
                ),
        )
        .order_by_desc(session::Column::LastUsedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let moment = |at| moments::moment(at, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| SessionSummary {
            id: row.id,
            device: row.device,
            signed_in: moment(row.created_at),
            last_used: moment(row.last_used_at),
            is_this_one: row.id == actor.session,
        })
        .collect())
}

/// Ends one of the actor's own sessions.
pub async fn end(tx: &Write, actor: &Actor, id: SessionId, now: Time) -> Result<(), AccessError> {
    let ended = end_where(tx, own(actor).add(session::Column::Id.eq(id)), now).await?;
    if ended == 0 {
        return Err(AccessError::NotFound);
    }
    if id != actor.session {
        let of = (actor.school, Some(actor.person));
        safety::sessions_ended(tx, of, "By themselves, on another device", now).await?;
    }
    record_end(tx, actor, id.0, "session.ended", ended, now).await?;
    Ok(())
}

/// Signs the actor out. Doing so twice is no mistake.
pub async fn end_current(tx: &Write, actor: &Actor, now: Time) -> Result<(), DbErr> {
    match end(tx, actor, actor.session, now).await {
        Ok(())
        | Err(
            AccessError::NotFound
            | AccessError::NotAllowed
            | AccessError::Objected
            | AccessError::Restricted,
        ) => Ok(()),
        Err(AccessError::Database(error)) => Err(error),
    }
}

/// Ends the session that a browser held before somebody signed in on it anew,
/// whoever's it is. One that has ended already, or never was, is no mistake.
pub(crate) async fn end_replaced(tx: &Write, token: &str, now: Time) -> Result<(), DbErr> {
    end_held(tx, token, "session.replaced", now).await
}

async fn end_held(tx: &Write, token: &str, kind: &'static str, now: Time) -> Result<(), DbErr> {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let held: Option<(SessionId, SchoolId, PersonId)> = session::Entity::find()
        .select_only()
        .columns([session::Column::Id, session::Column::SchoolId])
        .column(account::Column::PersonId)
        .join(JoinType::InnerJoin, to_account)
        .filter(session::Column::TokenHash.eq(fingerprint(token)))
        .filter(session::Column::EndedAt.is_null())
        .into_tuple()
        .one(&**tx)
        .await?;
    let Some((id, school, person)) = held else {
        return Ok(());
    };
    let which = Condition::all()
        .add(session::Column::Id.eq(id))
        .add(session::Column::EndedAt.is_null());
    if end_where(tx, which, now).await? == 0 {
        return Ok(());
    }
    let event = Event {
        school,
        actor: Some(person),
        kind,
        subject: id.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Ends all of the actor's sessions but this one; answers how many.
pub async fn end_all_others(tx: &Write, actor: &Actor, now: Time) -> Result<u64, DbErr> {
    let others = own(actor).add(session::Column::Id.ne(actor.session));
    let ended = end_where(tx, others, now).await?;
    if ended > 0 {
        let of = (actor.school, Some(actor.person));
        safety::sessions_ended(tx, of, "By themselves, everywhere else", now).await?;
        record_end(
            tx,
            actor,
            actor.account.0,
            "session.others_ended",
            ended,
            now,
        )
        .await?;
    }
    Ok(ended)
}

/// Ends every session of these accounts, as a part of another change.
pub(crate) async fn end_of_accounts(
    tx: &Write,
    school: SchoolId,
    accounts: impl IntoIterator<Item = AccountId>,
    now: Time,
) -> Result<u64, DbErr> {
    let theirs = Condition::all()
        .add(session::Column::SchoolId.eq(school))
        .add(session::Column::AccountId.is_in(accounts))
        .add(session::Column::EndedAt.is_null());
    revoke(
        tx,
        school,
        theirs,
        "By the school: the account was changed",
        now,
    )
    .await
}

/// Ends every session that began with this badge, as a part of another change.
pub(crate) async fn end_of_badge(
    tx: &Write,
    school: SchoolId,
    badge: BadgeId,
    now: Time,
) -> Result<u64, DbErr> {
    let by_it = open_in(school).add(session::Column::BadgeId.eq(badge));
    revoke(tx, school, by_it, "By the school: the badge was ended", now).await
}

/// Ends every session that began on this enrolled device.
pub(crate) async fn end_on_device(
    tx: &Write,
    school: SchoolId,
    device: DeviceId,
    now: Time,
) -> Result<u64, DbErr> {
    let on_it = open_in(school).add(session::Column::DeviceId.eq(device));
    revoke(
        tx,
        school,
        on_it,
        "By the school: the device was ended",
        now,
    )
    .await
}

/// Ends sessions of others, with a line of the security log for each person whose there
/// were.
async fn revoke(
    tx: &Write,
    school: SchoolId,
    which: Condition,
    how: &str,
    now: Time,
) -> Result<u64, DbErr> {
    let to_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let people: Vec<PersonId> = session::Entity::find()
        .select_only()
        .distinct()
        .column(account::Column::PersonId)
        .join(JoinType::InnerJoin, to_account)
        .filter(which.clone())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(&**tx)
        .await?;
    for person in people {
        safety::sessions_ended(tx, (school, Some(person)), how, now).await?;
    }
    end_where(tx, which, now).await
}

/// Whether somebody saw to it that this session lets nobody in: its person on another
/// device, the school, a new password, or the account is gone. One that only lay idle or
/// ran out was not ended. One query.
pub(crate) async fn was_ended(
    db: &impl ConnectionTrait,
    school: SchoolId,
    id: SessionId,
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
        .filter(may_sign_in())
        .into_tuple()
        .one(db)
        .await?;
    Ok(left_alone.is_none())
}

fn open_in(school: SchoolId) -> Condition {
    Condition::all()
        .add(session::Column::SchoolId.eq(school))
        .add(session::Column::EndedAt.is_null())
}

fn own(actor: &Actor) -> Condition {
    Condition::all()
        .add(session::Column::SchoolId.eq(actor.school))
        .add(session::Column::AccountId.eq(actor.account))
        .add(session::Column::EndedAt.is_null())
}

async fn end_where(tx: &Write, which: Condition, now: Time) -> Result<u64, DbErr> {
    let done = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(Some(now)))
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

async fn record_end(
    tx: &Write,
    actor: &Actor,
    subject: Uuid,
    kind: &'static str,
    sessions: u64,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: actor.school,
        actor: Some(actor.person),
        kind,
        subject,
        before: None,
        after: Some(json!({ "sessions": sessions })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Removes sessions that ended or ran out more than 30 days ago, for the daily job.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let done = session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(now - TimeDelta::days(30)))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}
