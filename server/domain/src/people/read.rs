//! The office's list of people and its page about one of them. Both ask for the
//! permission to see people themselves, and stay inside the actor's school.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AccountId, ClassroomId, ImportId, PersonId, SchoolId};
use vocab::looks::LookKind;
use vocab::people::{
    FamilyTie, Left, PeoplePage, PersonDetail, PersonSource, PersonSummary, Role, Roles, SigningIn,
    Standing,
};
use vocab::rosters::RosterKind;

use super::family::{self, Side};
use super::unused::has_not_come;
use super::{Error, contact, display_name, fold, spell_username};
use crate::access::{self, AccessError, Permitted};
use crate::accounts::invitations;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::guard;
use crate::looks::Whose;
use crate::moments;
use crate::schools::policy::Action;
use entity::{account, classroom, enrolment, invitation, person, person_role, roster_change};

/// People on one page of the list.
pub const PAGE_SIZE: u64 = 50;
/// More words in a search say nothing more.
const MOST_WORDS: usize = 6;
/// A person's page names no more classrooms or family members.
const MOST_NAMED: u64 = 200;

/// Which people are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search<'a> {
    /// Words of names or usernames; empty for everybody.
    pub query: &'a str,
    /// Only this role.
    pub role: Option<Role>,
    /// Only those who stand so at this moment.
    pub standing: Option<(Standing, Time)>,
    /// From 1; what lies outside is drawn in.
    pub page: u64,
}

/// True for whoever stands so. The query has `account` joined.
fn stand((standing, now): (Standing, Time), school: SchoolId) -> Condition {
    match standing {
        Standing::Waiting => Condition::any()
            .add(account::Column::PasswordSetAt.is_null())
            .add(account::Column::DisabledAt.is_not_null()),
        Standing::NoLink => Condition::all()
            .add(account::Column::PasswordSetAt.is_null())
            .add(account::Column::DisabledAt.is_null())
            .add(person::Column::Id.not_in_subquery(invitations::who_is_invited(school, now))),
        Standing::NotCome => has_not_come(school, now),
        // Who was erased is a number without a name.
        Standing::Left => Condition::all()
            .add(person::Column::EndedAt.is_not_null())
            .add(person::Column::SortName.ne("")),
    }
}

/// A page of people whose names or usernames hold every word of `query`. Leavers are found by
/// a search, and where they are asked for; else the list shows who is here. The role of a leaver
/// is the one that ended with them. Three queries.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    search: &Search<'_>,
) -> Result<PeoplePage, Error> {
    let &Search {
        query,
        role,
        standing,
        page,
    } = search;
    let permitted = &access::school(actor, Action::SeePeople)?;
    let mut which = Condition::all().add(person::Column::SchoolId.eq(permitted.school()));
    let words = fold(query);
    let mut is_search = false;
    for word in words.split_whitespace().take(MOST_WORDS) {
        is_search = true;
        which = which.add(holds(word));
    }
    let finds_leavers = match standing {
        Some((standing, _)) => standing == Standing::Left,
        None => is_search,
    };
    if let Some(role) = role {
        let with_role = if finds_leavers {
            with_role_to_the_end(permitted, role)
        } else {
            with_role(permitted, role)
        };
        which = which.add(person::Column::Id.in_subquery(with_role));
    }
    if let Some(standing) = standing {
        which = which.add(stand(standing, permitted.school()));
    }
    if !finds_leavers {
        which = which.add(person::Column::EndedAt.is_null());
    }
    let matching = person::Entity::find()
        .join(JoinType::LeftJoin, to_account())
        .filter(which);
    let total = matching.clone().count(db).await?;
    let pages = Ord::max(total.div_ceil(PAGE_SIZE), 1);
    let page = page.clamp(1, pages);
    let lines = matching
        .select_only()
        .column_as(person::Column::Id, "id")
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(person::Column::YearGroup, "year_group")
        .column_as(person::Column::EndedAt, "ended_at")
        .column_as(account::Column::Username, "username")
        .column_as(account::Column::PasswordSetAt, "password_set_at")
        .column_as(account::Column::DisabledAt, "disabled_at")
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .into_model::<Line>()
        .all(db)
        .await?;
    let mut roles = roles_of(db, permitted, lines.iter().map(|line| line.id)).await?;
    actor.saw_list(Whose::School, LookKind::Details, actor.office_relation());
    let is_lead = actor.is(Role::DataProtectionLead);
    Ok(PeoplePage {
        query: query.trim().to_owned(),
        role,
        standing: standing.map(|(standing, _)| standing),
        people: lines
            .into_iter()
            .map(|line| {
                let roles = roles.remove(&line.id).unwrap_or_default();
                let is_hidden = line.is_restricted && !is_lead;
                let mut summary = line.summary(roles);
                summary.year_group = summary.year_group.filter(|_| !is_hidden);
                summary
            })
            .collect(),
        total,
        page,
        pages,
    })
}

fn holds(word: &str) -> Condition {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    let like = || LikeExpr::new(pattern.clone()).escape('\\');
    Condition::any()
        .add(Expr::col((person::Entity, person::Column::SortName)).like(like()))
        .add(Expr::col((account::Entity, account::Column::Username)).like(like()))
}

pub(crate) fn with_role(permitted: &Permitted<()>, role: Role) -> SelectStatement {
    Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .cond_where(
            Condition::all()
                .add(person_role::Column::SchoolId.eq(permitted.school()))
                .add(person_role::Column::Role.eq(role))
                .add(person_role::Column::EndedAt.is_null()),
        )
        .take()
}

/// Who has a role, or had it when they left.
fn with_role_to_the_end(permitted: &Permitted<()>, role: Role) -> SelectStatement {
    let left_at = Expr::col((person::Entity, person::Column::EndedAt));
    Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .and_where(person_role::Column::SchoolId.eq(permitted.school()))
        .and_where(person_role::Column::Role.eq(role))
        .cond_where(
            Condition::any()
                .add(person_role::Column::EndedAt.is_null())
                .add(Expr::col((person_role::Entity, person_role::Column::EndedAt)).eq(left_at)),
        )
        .take()
}

fn to_account() -> RelationDef {
    person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into()
}

/// Roles that have not ended, by person; a leaver's are those that ended as they left.
async fn roles_of(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    people: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Roles>, DbErr> {
    let to_person = person_role::Entity::belongs_to(person::Entity)
        .from(person_role::Column::PersonId)
        .to(person::Column::Id)
        .into();
    let left_at = Expr::col((person::Entity, person::Column::EndedAt));
    let to_the_end = Condition::any()
        .add(person_role::Column::EndedAt.is_null())
        .add(Expr::col((person_role::Entity, person_role::Column::EndedAt)).eq(left_at));
    let rows: Vec<(PersonId, Role)> = person_role::Entity::find()
        .select_only()
        .column(person_role::Column::PersonId)
        .column(person_role::Column::Role)
        .join(JoinType::InnerJoin, to_person)
        .filter(person_role::Column::SchoolId.eq(permitted.school()))
        .filter(person_role::Column::PersonId.is_in(people))
        .filter(to_the_end)
        .into_tuple()
        .all(db)
        .await?;
    let mut roles: HashMap<PersonId, Roles> = HashMap::new();
    for (person, role) in rows {
        let known = roles.entry(person).or_default();
        *known = known.with(role);
    }
    Ok(roles)
}

/// The roles of one person that have not ended, or of a leaver those that ended as they left.
async fn roles_of_one(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: PersonId,
    left: Option<Time>,
) -> Result<Roles, DbErr> {
    let last = match left {
        Some(at) => person_role::Column::EndedAt.eq(at),
        None => person_role::Column::EndedAt.is_null(),
    };
    let roles: Vec<Role> = person_role::Entity::find()
        .select_only()
        .column(person_role::Column::Role)
        .filter(person_role::Column::SchoolId.eq(permitted.school()))
        .filter(person_role::Column::PersonId.eq(id))
        .filter(last)
        .into_tuple()
        .all(db)
        .await?;
    Ok(roles.into_iter().collect())
}

#[derive(FromQueryResult)]
struct Line {
    id: PersonId,
    given_name: String,
    family_name: String,
    year_group: Option<String>,
    ended_at: Option<Time>,
    username: Option<String>,
    password_set_at: Option<Time>,
    disabled_at: Option<Time>,
    is_restricted: bool,
}

impl Line {
    fn summary(self, roles: Roles) -> PersonSummary {
        let has_ended = self.ended_at.is_some();
        let signing_in = match (self.password_set_at, self.disabled_at) {
            _ if has_ended => SigningIn::NotYet,
            (_, Some(_)) => SigningIn::Closed,
            (Some(_), None) => SigningIn::Yes,
            (None, None) => SigningIn::NotYet,
        };
        PersonSummary {
            id: self.id,
            name: display_name(&self.given_name, &self.family_name),
            roles,
            year_group: self.year_group,
            signing_in,
            username: self.username,
            has_ended,
            is_restricted: self.is_restricted,
        }
    }
}

/// Whose username it is, in any spelling; leavers are found too.
pub async fn find_by_username(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    username: &str,
) -> Result<Option<PersonId>, Error> {
    Ok(account::Entity::find()
        .select_only()
        .column(account::Column::PersonId)
        .filter(account::Column::SchoolId.eq(permitted.school()))
        .filter(account::Column::Username.eq(spell_username(username)))
        .into_tuple()
        .one(db)
        .await?)
}

/// What somebody of the school is called, leavers too; nobody who was erased. One query.
pub async fn find_name(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: PersonId,
) -> Result<Option<String>, Error> {
    let names: Option<(String, String)> = person::Entity::find_by_id(id)
        .select_only()
        .columns([person::Column::GivenName, person::Column::FamilyName])
        .filter(person::Column::SchoolId.eq(permitted.school()))
        .filter(person::Column::SortName.ne(""))
        .into_tuple()
        .one(db)
        .await?;
    Ok(names.map(|(given, family)| display_name(&given, &family)))
}

/// All that the office sees of one person, leavers too. Five queries.
pub async fn find(
    db: &impl Keyed,
    actor: &Actor,
    id: PersonId,
    now: Time,
) -> Result<PersonDetail, Error> {
    let permitted = &access::school(actor, Action::SeePeople)?;
    let about = load(db, permitted, id, now)
        .await?
        .ok_or(AccessError::NotFound)?;
    actor.saw(id, LookKind::Details, actor.office_relation());
    let roles = roles_of_one(db, permitted, id, about.ended_at).await?;
    let (roles, left) = match about.ended_at {
        None => (roles, None),
        Some(at) => {
            let at = moments::moment(at, actor.time_zone, now);
            (Roles::default(), Some(Left { at, roles }))
        }
    };
    let mut family = family_of(db, permitted, id, Side::Guardians).await?;
    family.extend(family_of(db, permitted, id, Side::Children).await?);
    let classrooms = classrooms_of(db, permitted, id).await?;
    let line = Line {
        id,
        given_name: about.given_name.clone(),
        family_name: about.family_name.clone(),
        year_group: about.year_group,
        ended_at: about.ended_at,
        username: about.username,
        password_set_at: about.password_set_at,
        disabled_at: about.disabled_at,
        is_restricted: about.is_restricted,
    };
    // Nobody but the lead reads what is restricted; a name is not hidden, so that work
    // and places still lead to somebody.
    if about.is_restricted && !actor.is(Role::DataProtectionLead) {
        return Ok(PersonDetail {
            summary: PersonSummary {
                year_group: None,
                ..line.summary(roles)
            },
            given_name: about.given_name,
            family_name: about.family_name,
            email: None,
            account: about.account,
            family: Vec::new(),
            classrooms: Vec::new(),
            invited_until: None,
            from_import: None,
            source: about.source,
            left,
        });
    }
    Ok(PersonDetail {
        summary: line.summary(roles),
        given_name: about.given_name,
        family_name: about.family_name,
        email: match about.email {
            Some(email) => Some(
                contact::open_one(db, permitted.school(), id, &email)
                    .await?
                    .words(),
            ),
            None => None,
        },
        account: about.account,
        family,
        classrooms,
        invited_until: about
            .invited_until
            .map(|until| moments::moment(until, actor.time_zone, now)),
        from_import: about.from_import,
        source: about.source,
        left,
    })
}

#[derive(FromQueryResult)]
struct About {
    given_name: String,
    family_name: String,
    year_group: Option<String>,
    email: Option<String>,
    ended_at: Option<Time>,
    account: Option<AccountId>,
    username: Option<String>,
    password_set_at: Option<Time>,
    disabled_at: Option<Time>,
    invited_until: Option<Time>,
    from_import: Option<ImportId>,
    source: PersonSource,
    is_restricted: bool,
}

async fn load(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: PersonId,
    now: Time,
) -> Result<Option<About>, DbErr> {
    let invited_until = Query::select()
        .column(invitation::Column::ExpiresAt)
        .from(invitation::Entity)
        .cond_where(
            Condition::all()
                .add(invitation::Column::PersonId.eq(id))
                .add(invitation::Column::UsedAt.is_null())
                .add(invitation::Column::ExpiresAt.gt(now)),
        )
        .order_by(invitation::Column::ExpiresAt, Order::Desc)
        .limit(1)
        .take();
    let from_import = Query::select()
        .column(roster_change::Column::ImportId)
        .from(roster_change::Entity)
        .cond_where(
            Condition::all()
                .add(roster_change::Column::SchoolId.eq(permitted.school()))
                .add(roster_change::Column::Kind.eq(RosterKind::People))
                .add(roster_change::Column::SubjectId.eq(id.0))
                .add(roster_change::Column::Before.is_null()),
        )
        .order_by(roster_change::Column::ImportId, Order::Desc)
        .limit(1)
        .take();
    person::Entity::find()
        .select_only()
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(person::Column::Source, "source")
        .column_as(person::Column::YearGroup, "year_group")
        .column_as(person::Column::Email, "email")
        .column_as(person::Column::EndedAt, "ended_at")
        .column_as(account::Column::Id, "account")
        .column_as(account::Column::Username, "username")
        .column_as(account::Column::PasswordSetAt, "password_set_at")
        .column_as(account::Column::DisabledAt, "disabled_at")
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .expr_as(
            Expr::SubQuery(None, Box::new(invited_until.into())),
            "invited_until",
        )
        .expr_as(
            Expr::SubQuery(None, Box::new(from_import.into())),
            "from_import",
        )
        .join(JoinType::LeftJoin, to_account())
        .filter(person::Column::Id.eq(id))
        .filter(person::Column::SchoolId.eq(permitted.school()))
        .into_model::<About>()
        .one(db)
        .await
}

/// The names of some people, by id.
pub(crate) async fn names_of(
    db: &impl ConnectionTrait,
    people: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, String>, DbErr> {
    let named = names_and_mail(db, people).await?;
    Ok(named
        .into_iter()
        .map(|(id, (name, _))| (id, name))
        .collect())
}

/// The same, and whether an e-mail address of theirs is kept. One query.
pub(crate) async fn names_and_mail(
    db: &impl ConnectionTrait,
    people: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, (String, bool)>, DbErr> {
    let rows: Vec<(PersonId, String, String, bool)> = person::Entity::find()
        .select_only()
        .columns([
            person::Column::Id,
            person::Column::GivenName,
            person::Column::FamilyName,
        ])
        .expr(person::Column::Email.is_not_null())
        .filter(person::Column::Id.is_in(people))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, given, family, has_mail)| (id, (display_name(&given, &family), has_mail)))
        .collect())
}

async fn family_of(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: PersonId,
    side: Side,
) -> Result<Vec<FamilyTie>, DbErr> {
    let family = family::of(db, permitted.school(), id, side).await?;
    Ok(family
        .into_iter()
        .map(|(person, name)| FamilyTie {
            person,
            name,
            is_guardian: side == Side::Guardians,
        })
        .collect())
}

async fn classrooms_of(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    id: PersonId,
) -> Result<Vec<(ClassroomId, String, String)>, DbErr> {
    let to_classroom = enrolment::Entity::belongs_to(classroom::Entity)
        .from(enrolment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let rows: Vec<(ClassroomId, String, ClassroomRole)> = enrolment::Entity::find()
        .select_only()
        .column(classroom::Column::Id)
        .column(classroom::Column::Name)
        .column(enrolment::Column::Role)
        .join(JoinType::InnerJoin, to_classroom)
        .filter(enrolment::Column::SchoolId.eq(permitted.school()))
        .filter(enrolment::Column::PersonId.eq(id))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(classroom::Column::ArchivedAt.is_null())
        .order_by_asc(classroom::Column::Name)
        .order_by_asc(enrolment::Column::Role)
        .limit(MOST_NAMED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, role)| (id, name, role.as_str().to_owned()))
        .collect())
}
