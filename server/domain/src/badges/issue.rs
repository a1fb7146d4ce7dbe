//! Giving badges to the students of a classroom, and taking them away. A student has one
//! badge at a time: a new one ends the old one and whoever is signed in with it.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::badges::{BadgeCard, BadgeLine, grouped};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{BadgeId, ClassroomId, PersonId, SchoolId};
use vocab::looks::LookKind;

use super::devices::COOKIE_LASTS;
use super::hours::end_of_year;
use super::keys::BadgeKeys;
use super::{Error, Room};
use crate::access::{AccessError, relation_of};
use crate::accounts::sessions;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::{self, display_name};
use crate::secrets::new_id;
use entity::{badge, device, enrolment, person};

#[derive(FromQueryResult)]
struct Student {
    id: PersonId,
    given_name: String,
    family_name: String,
}

async fn students(
    db: &impl ConnectionTrait,
    room: ClassroomId,
    one: Option<PersonId>,
) -> Result<Vec<Student>, DbErr> {
    let to_person = enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into();
    let mut which = Condition::all()
        .add(enrolment::Column::ClassroomId.eq(room))
        .add(enrolment::Column::Role.eq(ClassroomRole::Student))
        .add(enrolment::Column::EndedAt.is_null())
        .add(person::Column::EndedAt.is_null());
    if let Some(one) = one {
        which = which.add(person::Column::Id.eq(one));
    }
    enrolment::Entity::find()
        .select_only()
        .columns([
            person::Column::Id,
            person::Column::GivenName,
            person::Column::FamilyName,
        ])
        .join(JoinType::InnerJoin, to_person)
        .filter(which)
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .into_model::<Student>()
        .all(db)
        .await
}

/// Neither ended nor from an earlier school year.
pub(super) fn live(now: Time) -> Condition {
    Condition::all()
        .add(badge::Column::EndedAt.is_null())
        .add(badge::Column::ExpiresAt.gt(now))
}

async fn badges_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
    room: ClassroomId,
    now: Time,
) -> Result<Vec<badge::Model>, DbErr> {
    badge::Entity::find()
        .filter(badge::Column::SchoolId.eq(school))
        .filter(badge::Column::PersonId.in_subquery(people_of(room)))
        .filter(live(now))
        .all(db)
        .await
}

fn people_of(room: ClassroomId) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(Expr::col(enrolment::Column::ClassroomId).eq(room))
        .and_where(Expr::col(enrolment::Column::EndedAt).is_null())
        .take()
}

/// The students of a classroom by family name, with what is on their badges; one of them
/// alone where that is asked. All of them, however many: a print or a sheet that left
/// somebody out would not show it. Two queries.
pub async fn lines(
    db: &impl ConnectionTrait,
    keys: &BadgeKeys,
    actor: &Actor,
    room: &Room,
    one: Option<PersonId>,
    now: Time,
) -> Result<Vec<BadgeLine>, DbErr> {
    let relation = relation_of(room.standing());
    actor.saw_list(Whose::Classroom(room.id), LookKind::Details, relation);
    let badges: HashMap<PersonId, badge::Model> = badges_of(db, room.school(), room.id, now)
        .await?
        .into_iter()
        .map(|badge| (badge.person_id, badge))
        .collect();
    Ok(students(db, room.id, one)
        .await?
        .into_iter()
        .map(|student| BadgeLine {
            person: student.id,
            name: display_name(&student.given_name, &student.family_name),
            first_name: student.given_name,
            badge: badges.get(&student.id).map(|badge| BadgeCard {
                code: grouped(&keys.code(badge.id)),
                pictures: keys.pictures(badge.id, badge.picture_round),
                issued: moment(badge.created_at, actor.time_zone, now),
            }),
        })
        .collect())
}

/// Issues a badge to every student of the classroom who has none; answers how many. One
/// that ran out with its school year makes way.
pub async fn issue_missing(
    tx: &Write,
    keys: &BadgeKeys,
    room: &Room,
    zone: Tz,
    now: Time,
) -> Result<usize, DbErr> {
    let of_room = Condition::all().add(person::Column::Id.in_subquery(people_of(room.id)));
    people::hold(tx, room.school(), of_room).await?;
    let badges = badges_of(&**tx, room.school(), room.id, now).await?;
    let have: HashSet<PersonId> = badges.iter().map(|badge| badge.person_id).collect();
    let mut issued = 0;
    for student in students(&**tx, room.id, None).await? {
        if !have.contains(&student.id) {
            end_all(tx, room, student.id, now).await?;
            let id = insert(tx, keys, room, student.id, zone, now).await?;
            record(tx, room, id, "badge.issued", now).await?;
            issued += 1;
        }
    }
    Ok(issued)
}

async fn insert(
    tx: &Write,
    keys: &BadgeKeys,
    room: &Room,
    person: PersonId,
    zone: Tz,
    now: Time,
) -> Result<BadgeId, DbErr> {
    let id = BadgeId(new_id());
    badge::ActiveModel {
        id: Set(id),
        school_id: Set(room.school()),
        person_id: Set(person),
        code_hash: Set(keys.lookup(&keys.code(id))),
        picture_round: Set(0),
        issued_by: Set(room.actor()),
        created_at: Set(now),
        expires_at: Set(end_of_year(zone, now)),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// A new badge for one student of the classroom; the old one stops at once.
pub async fn reissue(
    tx: &Write,
    keys: &BadgeKeys,
    room: &Room,
    person: PersonId,
    zone: Tz,
    now: Time,
) -> Result<(), Error> {
    hold_student(tx, room, person).await?;
    end_all(tx, room, person, now).await?;
    let id = insert(tx, keys, room, person, zone, now).await?;
    record(tx, room, id, "badge.replaced", now).await?;
    Ok(())
}

/// Takes a student's badge away.
pub async fn end(tx: &Write, room: &Room, person: PersonId, now: Time) -> Result<(), Error> {
    hold_student(tx, room, person).await?;
    for id in end_all(tx, room, person, now).await? {
        record(tx, room, id, "badge.ended", now).await?;
    }
    Ok(())
}

/// Three other pictures for a student's badge, which stays as it is.
pub async fn new_pictures(
    tx: &Write,
    keys: &BadgeKeys,
    room: &Room,
    person: PersonId,
    now: Time,
) -> Result<(), Error> {
    hold_student(tx, room, person).await?;
    let badge = badge::Entity::find()
        .filter(badge::Column::SchoolId.eq(room.school()))
        .filter(badge::Column::PersonId.eq(person))
        .filter(live(now))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    let old = keys.pictures(badge.id, badge.picture_round);
    let mut round = badge.picture_round + 1;
    while keys.pictures(badge.id, round) == old {
        round += 1;
    }
    badge::Entity::update_many()
        .col_expr(badge::Column::PictureRound, Expr::value(round))
        .filter(badge::Column::Id.eq(badge.id))
        .exec(&**tx)
        .await?;
    sessions::end_of_badge(tx, room.school(), badge.id, now).await?;
    record(tx, room, badge.id, "badge.pictures_changed", now).await?;
    Ok(())
}

/// Refuses whoever is no student of the classroom, and holds the row of who is.
async fn hold_student(tx: &Write, room: &Room, person: PersonId) -> Result<(), AccessError> {
    people::hold_one(tx, room.school(), person).await?;
    if students(&**tx, room.id, Some(person)).await?.is_empty() {
        return Err(AccessError::NotFound);
    }
    Ok(())
}

/// Ends what badges somebody has, and whoever is signed in with them.
async fn end_all(
    tx: &Write,
    room: &Room,
    person: PersonId,
    now: Time,
) -> Result<Vec<BadgeId>, DbErr> {
    let held: Vec<BadgeId> = badge::Entity::find()
        .select_only()
        .column(badge::Column::Id)
        .filter(badge::Column::SchoolId.eq(room.school()))
        .filter(badge::Column::PersonId.eq(person))
        .filter(badge::Column::EndedAt.is_null())
        .into_tuple()
        .all(&**tx)
        .await?;
    if held.is_empty() {
        return Ok(held);
    }
    badge::Entity::update_many()
        .col_expr(badge::Column::EndedAt, Expr::value(Some(now)))
        .filter(badge::Column::Id.is_in(held.iter().copied()))
        .exec(&**tx)
        .await?;
    for id in &held {
        sessions::end_of_badge(tx, room.school(), *id, now).await?;
    }
    Ok(held)
}

async fn record(
    tx: &Write,
    room: &Room,
    id: BadgeId,
    kind: &'static str,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: room.school(),
        actor: Some(room.actor()),
        kind,
        subject: id.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Removes badges that ended or ran out more than 30 days ago, and devices that staff ended or
/// whose cookie ran out so long ago, for the hourly job. As long as a device may hold its
/// cookie, it has to be known whether a class shares it.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let since = now - TimeDelta::days(30);
    let badges = badge::Entity::delete_many()
        .filter(
            Condition::any()
                .add(badge::Column::EndedAt.lt(since))
                .add(badge::Column::ExpiresAt.lt(since)),
        )
        .exec(&**tx)
        .await?;
    let last_there = since - COOKIE_LASTS;
    let has_lost_its_cookie = Condition::all()
        .add(device::Column::ExpiresAt.lt(since))
        .add(device::Column::CreatedAt.lt(last_there))
        .add(
            Condition::any()
                .add(device::Column::LastSeenAt.is_null())
                .add(device::Column::LastSeenAt.lt(last_there)),
        );
    let devices = device::Entity::delete_many()
        .filter(
            Condition::any()
                .add(device::Column::EndedAt.lt(since))
                .add(has_lost_its_cookie),
        )
        .exec(&**tx)
        .await?;
    Ok(badges.rows_affected + devices.rows_affected)
}
