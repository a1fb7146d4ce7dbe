//! Who is in a classroom: the page of people, a new place in it, and the end of
//! one. The search looks only at people of the same school.

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, TryInsertResult,
};
use serde_json::json;
use vocab::classrooms::{Candidate, ClassroomRole, Member, MembersPage, Standing};
use vocab::ids::{ClassroomId, EnrolmentId, PersonId, SchoolId};
use vocab::looks::LookKind;
use vocab::people::Role;

use super::Error;
use super::policy::{self, Action};
use super::read::{head, to_person};
use crate::access::{AccessError, Permitted, relation_of};
use crate::actor::Actor;
use crate::arrangements;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::guard::{self, Use};
use crate::looks::Whose;
use crate::people::{display_name, fold};
use crate::secrets::new_id;
use entity::{account, classroom, enrolment, person, person_role};

/// Members on one page.
const PAGE_SIZE: u64 = 200;
/// A search offers no more people than this.
const MOST_FOUND: usize = 10;

/// A page of the members, from 1: teachers first, then students by family name; a page that
/// lies outside is drawn in. Who may add people searches for them by `query`: at most 10 of
/// the school who are here and not in it yet. At most three queries.
pub async fn members(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    (query, page): (&str, u64),
    now: Time,
) -> Result<MembersPage, Error> {
    let is_staff = policy::allows(classroom.standing(), Action::ManageMembers);
    if is_staff {
        let room = Whose::Classroom(classroom.id);
        let relation = relation_of(classroom.standing());
        actor.saw_list(room, LookKind::Details, relation);
    }
    let (teachers, students) = count(db, classroom).await?;
    let pages = Ord::max((teachers + students).div_ceil(PAGE_SIZE), 1);
    let page = page.clamp(1, pages);
    let members = current(db, classroom, page).await?;
    if is_staff && members.iter().any(|row| row.extra_time.is_some()) {
        let room = Whose::Classroom(classroom.id);
        actor.saw_list(room, LookKind::Needs, relation_of(classroom.standing()));
    }
    let may_add = is_staff && classroom.archived_at.is_none();
    let words = fold(query.trim());
    let mut found = if may_add && !words.is_empty() {
        search(db, classroom, &words).await?
    } else {
        Vec::new()
    };
    let has_more_found = found.len() > MOST_FOUND;
    found.truncate(MOST_FOUND);
    Ok(MembersPage {
        head: head(classroom, actor, now),
        members: members
            .into_iter()
            .map(|row| Member {
                enrolment: row.enrolment,
                person: row.person,
                name: display_name(&row.given_name, &row.family_name),
                username: row.username.filter(|_| is_staff),
                arranged: arrangements::beside(
                    row.person,
                    row.extra_time.filter(|_| is_staff && !row.is_restricted),
                ),
                role: row.role,
                is_restricted: is_staff && row.is_restricted,
                is_closed: is_staff && row.disabled_at.is_some(),
            })
            .collect(),
        teachers,
        students,
        page,
        pages,
        found,
        has_more_found,
        query: if is_staff {
            query.trim().to_owned()
        } else {
            String::new()
        },
    })
}

#[derive(FromQueryResult)]
struct Row {
    enrolment: EnrolmentId,
    person: PersonId,
    role: ClassroomRole,
    given_name: String,
    family_name: String,
    username: Option<String>,
    disabled_at: Option<Time>,
    extra_time: Option<i32>,
    is_restricted: bool,
}

/// How many teachers and how many students.
async fn count(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
) -> Result<(u64, u64), DbErr> {
    let counts: Vec<(ClassroomRole, i64)> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::Role)
        .expr(enrolment::Column::Id.count())
        .filter(enrolment::Column::ClassroomId.eq(classroom.id))
        .filter(enrolment::Column::EndedAt.is_null())
        .group_by(enrolment::Column::Role)
        .into_tuple()
        .all(db)
        .await?;
    let of = |asked| {
        counts
            .iter()
            .find(|(role, _)| *role == asked)
            .map_or(0, |(_, count)| count.unsigned_abs())
    };
    Ok((of(ClassroomRole::Teacher), of(ClassroomRole::Student)))
}

async fn current(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
    page: u64,
) -> Result<Vec<Row>, DbErr> {
    let to_account: RelationDef = enrolment::Entity::belongs_to(account::Entity)
        .from(enrolment::Column::PersonId)
        .to(account::Column::PersonId)
        .into();
    enrolment::Entity::find()
        .select_only()
        .column_as(enrolment::Column::Id, "enrolment")
        .column_as(enrolment::Column::PersonId, "person")
        .column(enrolment::Column::Role)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column(account::Column::Username)
        .column(account::Column::DisabledAt)
        .expr_as(
            arrangements::extra_time((enrolment::Entity, enrolment::Column::PersonId)),
            "extra_time",
        )
        .expr_as(
            guard::is_restricted(Expr::col((enrolment::Entity, enrolment::Column::PersonId))),
            "is_restricted",
        )
        .join(JoinType::InnerJoin, to_person())
        .join(JoinType::LeftJoin, to_account)
        .filter(enrolment::Column::ClassroomId.eq(classroom.id))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(enrolment::Column::Role.eq(ClassroomRole::Student))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(enrolment::Column::Id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .into_model::<Row>()
        .all(db)
        .await
}

#[derive(FromQueryResult)]
struct FoundRow {
    person: PersonId,
    given_name: String,
    family_name: String,
    year_group: Option<String>,
    role: Role,
    username: Option<String>,
    is_restricted: bool,
}

impl FoundRow {
    /// Of somebody whose data is restricted there is the name, and nothing beside it.
    fn candidate(self, standing: Standing) -> Candidate {
        let is_told = !self.is_restricted;
        let sees_username = is_told && standing == Standing::Admin;
        Candidate {
            person: self.person,
            name: display_name(&self.given_name, &self.family_name),
            role: if self.role == Role::Teacher {
                ClassroomRole::Teacher
            } else {
                ClassroomRole::Student
            },
            year_group: self.year_group.filter(|_| is_told),
            username: self.username.filter(|_| sees_username),
        }
    }
}

/// One more than are shown, where there are so many.
async fn search(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
    words: &str,
) -> Result<Vec<Candidate>, DbErr> {
    let in_it = Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(classroom.id))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    let to_account: RelationDef = person::Entity::belongs_to(account::Entity)
        .from(person::Column::Id)
        .to(account::Column::PersonId)
        .into();
    let mut which = Condition::all()
        .add(person::Column::SchoolId.eq(classroom.school()))
        .add(person::Column::EndedAt.is_null())
        .add(person_role::Column::Role.is_in([Role::Teacher, Role::Student]))
        .add(person_role::Column::EndedAt.is_null())
        .add(person::Column::Id.not_in_subquery(in_it));
    for word in words.split_whitespace().take(6) {
        let sort_name = Expr::col((person::Entity, person::Column::SortName));
        which = which.add(sort_name.like(LikeExpr::new(pattern(word)).escape('\\')));
    }
    let rows = person::Entity::find()
        .select_only()
        .column_as(person::Column::Id, "person")
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column(person::Column::YearGroup)
        .column(person_role::Column::Role)
        .column(account::Column::Username)
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .join(JoinType::InnerJoin, to_role())
        .join(JoinType::LeftJoin, to_account)
        .filter(which)
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .order_by_asc(person_role::Column::Role)
        .limit(MOST_FOUND as u64 + 1)
        .into_model::<FoundRow>()
        .all(db)
        .await?;
    let standing = classroom.standing();
    Ok(rows
        .into_iter()
        .map(|row| row.candidate(standing))
        .collect())
}

fn to_role() -> RelationDef {
    person::Entity::belongs_to(person_role::Entity)
        .from(person::Column::Id)
        .to(person_role::Column::PersonId)
        .into()
}

/// Anything that holds the word, with the signs of LIKE taken as they are.
pub(super) fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Gives somebody of the school a place. Whoever has that place already keeps it.
pub async fn add_member(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    person: PersonId,
    role: ClassroomRole,
    now: Time,
) -> Result<(), Error> {
    let needed = match role {
        ClassroomRole::Teacher => Role::Teacher,
        ClassroomRole::Student => Role::Student,
    };
    let fits = person::Entity::find_by_id(person)
        .join(JoinType::InnerJoin, to_role())
        .filter(person::Column::SchoolId.eq(classroom.school()))
        .filter(person::Column::EndedAt.is_null())
        .filter(person_role::Column::Role.eq(needed))
        .filter(person_role::Column::EndedAt.is_null())
        .count(&**tx)
        .await?;
    if fits == 0 {
        return Err(Error::DoesNotFit);
    }
    guard::require(&**tx, (classroom.school(), person), Use::Enrol).await?;
    let place = Place {
        school: classroom.school(),
        by: classroom.actor(),
        classroom: classroom.id,
        person,
        role,
    };
    enrol(tx, &place, now).await
}

/// Who gets which place, and by whom.
pub(super) struct Place {
    pub(super) school: SchoolId,
    pub(super) by: PersonId,
    pub(super) classroom: ClassroomId,
    pub(super) person: PersonId,
    pub(super) role: ClassroomRole,
}

pub(super) async fn enrol(tx: &Write, place: &Place, now: Time) -> Result<(), Error> {
    let id = EnrolmentId(new_id());
    let row = enrolment::ActiveModel {
        id: Set(id),
        school_id: Set(place.school),
        classroom_id: Set(place.classroom),
        person_id: Set(place.person),
        role: Set(place.role),
        sourced_id: Set(None),
        source_id: Set(None),
        began_at: Set(now),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    };
    let added = enrolment::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(added, TryInsertResult::Inserted(1)) {
        return Ok(());
    }
    let event = Event {
        school: place.school,
        actor: Some(place.by),
        kind: "enrolment.began",
        subject: id.0,
        before: None,
        after: Some(json!({
            "classroom": place.classroom,
            "person": place.person,
            "role": place.role,
        })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Ends a place. A teacher cannot end the last teacher; an admin can. A place that
/// has ended already stays as it is.
pub async fn end_member(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    place: EnrolmentId,
    now: Time,
) -> Result<(), Error> {
    // The classroom's row stands in the way of two who end each other at once.
    classroom::Entity::find_by_id(classroom.id)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let place = enrolment::Entity::find_by_id(place)
        .filter(enrolment::Column::SchoolId.eq(classroom.school()))
        .filter(enrolment::Column::ClassroomId.eq(classroom.id))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if place.ended_at.is_some() {
        return Ok(());
    }
    if place.role == ClassroomRole::Teacher && classroom.standing() != Standing::Admin {
        let others = enrolment::Entity::find()
            .filter(enrolment::Column::ClassroomId.eq(classroom.id))
            .filter(enrolment::Column::Role.eq(ClassroomRole::Teacher))
            .filter(enrolment::Column::EndedAt.is_null())
            .filter(enrolment::Column::Id.ne(place.id))
            .count(&**tx)
            .await?;
        if others == 0 {
            return Err(Error::LastTeacher);
        }
    }
    let event = Event {
        school: classroom.school(),
        actor: Some(classroom.actor()),
        kind: "enrolment.ended",
        subject: place.id.0,
        before: Some(json!({ "ended_at": place.ended_at })),
        after: Some(json!({
            "classroom": classroom.id,
            "ended_at": now,
            "person": place.person_id,
            "role": place.role,
        })),
    };
    enrolment::ActiveModel {
        id: Set(place.id),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    events::record(&**tx, event, now).await?;
    Ok(())
}
