//! Writes a cast into the tables: one school with its classrooms, people, roles,
//! places, guardianships, accounts and sessions, a handful of statements in all.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{Actor, Time};
use entity::{account, classroom, enrolment, guardianship, person, person_role, school, session};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{
    AccountId, ClassroomId, EnrolmentId, GuardianshipId, PersonId, SchoolId, SessionId,
};
use vocab::people::{PersonSource, Role, Roles};
use vocab::schools::Phase;

use crate::cast::{Member, Room, password_hash};
use crate::school::new_id;

/// What is to be written.
pub(crate) struct Cast {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) phase: Phase,
    pub(crate) rooms: &'static [Room],
    /// Follows each classroom's name.
    pub(crate) room_suffix: &'static str,
    pub(crate) mail_host: &'static str,
    pub(crate) members: &'static [Member],
}

/// Where everybody and everything has come to be.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    pub(crate) people: HashMap<String, PersonId>,
    pub(crate) actors: HashMap<String, Actor>,
    pub(crate) classrooms: HashMap<&'static str, ClassroomId>,
    /// Who set up the work of a classroom.
    pub(crate) teachers: HashMap<ClassroomId, PersonId>,
    pub(crate) schools: HashMap<ClassroomId, SchoolId>,
}

/// The secret in the cookie of `key`'s session.
pub(crate) fn session_token(key: &str) -> String {
    format!("the-session-of-{key}-in-a-test-00000000000")
}

/// Writes one school and notes it down in `roll`.
pub(crate) async fn enrol(
    db: &impl ConnectionTrait,
    cast: &Cast,
    now: Time,
    roll: &mut Roll,
) -> SchoolId {
    let school = school::Model {
        id: SchoolId(new_id()),
        code: cast.code.to_owned(),
        name: cast.name.to_owned(),
        phase: cast.phase,
        time_zone: "Europe/London".to_owned(),
        created_at: now - TimeDelta::days(90),
        hue: None,
        roster_org_ids: None,
        roster_came_unnamed: false,
    };
    school::ActiveModel::from(school.clone())
        .insert(db)
        .await
        .expect("the school can be inserted");
    people(db, cast, &school, roll).await;
    places(db, cast, &school, roll).await;
    accounts(db, cast, &school, now, roll).await;
    school.id
}

async fn people(db: &impl ConnectionTrait, cast: &Cast, school: &school::Model, roll: &mut Roll) {
    let since = school.created_at;
    let mut people = Vec::new();
    let mut roles = Vec::new();
    for member in cast.members {
        let id = PersonId(new_id());
        roll.people.insert(member.key(), id);
        people.push(person::ActiveModel {
            id: Set(id),
            school_id: Set(school.id),
            given_name: Set(member.given.to_owned()),
            family_name: Set(member.family.to_owned()),
            sort_name: Set(format!("{} {}", member.family, member.given).to_lowercase()),
            year_group: Set(member.year_group.map(str::to_owned)),
            email: Set(Some(format!("{}@{}", member.key(), cast.mail_host))),
            sourced_id: Set(None),
            source_id: Set(None),
            created_at: Set(since),
            ended_at: Set(None),
            source: Set(PersonSource::Typed),
            tie_erased_at: Set(None),
        });
        roles.push(person_role::ActiveModel {
            id: Set(new_id()),
            school_id: Set(school.id),
            person_id: Set(id),
            role: Set(member.role),
            began_at: Set(since),
            ended_at: Set(None),
            by_roster: Set(Some(false)),
        });
    }
    insert_all::<person::ActiveModel>(db, people).await;
    insert_all::<person_role::ActiveModel>(db, roles).await;
}

async fn places(db: &impl ConnectionTrait, cast: &Cast, school: &school::Model, roll: &mut Roll) {
    let since = school.created_at;
    let rooms = cast.rooms.iter().map(|&(name, subject, year_group)| {
        let id = ClassroomId(new_id());
        roll.classrooms.insert(name, id);
        roll.schools.insert(id, school.id);
        classroom::ActiveModel {
            id: Set(id),
            school_id: Set(school.id),
            name: Set(format!("{name}{}", cast.room_suffix)),
            subject: Set(Some(subject.to_owned())),
            year_group: Set(Some(year_group.to_owned())),
            sourced_id: Set(None),
            source_id: Set(None),
            created_at: Set(since),
            archived_at: Set(None),
            archived_by: NotSet,
        }
    });
    let rooms: Vec<_> = rooms.collect();
    insert_all::<classroom::ActiveModel>(db, rooms).await;

    let mut enrolments = Vec::new();
    let mut guardianships = Vec::new();
    for member in cast.members {
        let person = roll.people[&member.key()];
        let place = if member.role == Role::Teacher {
            ClassroomRole::Teacher
        } else {
            ClassroomRole::Student
        };
        for room in member.classrooms {
            let classroom = roll.classrooms[room];
            if place == ClassroomRole::Teacher {
                roll.teachers.entry(classroom).or_insert(person);
            }
            enrolments.push(enrolment::ActiveModel {
                id: Set(EnrolmentId(new_id())),
                school_id: Set(school.id),
                classroom_id: Set(classroom),
                person_id: Set(person),
                role: Set(place),
                sourced_id: Set(None),
                source_id: Set(None),
                began_at: Set(since),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            });
        }
        for child in member.children {
            guardianships.push(guardianship::ActiveModel {
                id: Set(GuardianshipId(new_id())),
                school_id: Set(school.id),
                guardian_id: Set(person),
                student_id: Set(roll.people[*child]),
                began_at: Set(since),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            });
        }
    }
    insert_all::<enrolment::ActiveModel>(db, enrolments).await;
    insert_all::<guardianship::ActiveModel>(db, guardianships).await;
}

async fn accounts(
    db: &impl ConnectionTrait,
    cast: &Cast,
    school: &school::Model,
    now: Time,
    roll: &mut Roll,
) {
    let since = school.created_at;
    let mut accounts = Vec::new();
    let mut sessions = Vec::new();
    for member in cast.members.iter().filter(|member| member.has_account) {
        let key = member.key();
        let actor = Actor {
            school: school.id,
            person: roll.people[&key],
            account: AccountId(new_id()),
            session: SessionId(new_id()),
            on_device: domain::OnDevice::default(),
            roles: Roles::default().with(member.role),
            name: format!("{} {}", member.given, member.family),
            school_name: school.name.clone(),
            school_code: school.code.clone(),
            phase: school.phase,
            time_zone: school.time_zone.parse().expect("the zone is a zone"),
            announcement: None,
            leaves_at: None,
            appearance: domain::reading::Appearance::default(),
            looks: domain::looks::Looks::default(),
        };
        accounts.push(account::ActiveModel {
            id: Set(actor.account),
            school_id: Set(school.id),
            person_id: Set(actor.person),
            username: Set(key.clone()),
            password_hash: Set(Some(password_hash())),
            password_set_at: Set(Some(since)),
            disabled_at: Set(None),
            created_at: Set(since),
        });
        sessions.push(session::ActiveModel {
            id: Set(actor.session),
            school_id: Set(school.id),
            account_id: Set(actor.account),
            token_hash: Set(domain::secrets::fingerprint(&session_token(&key))),
            device: Set("Firefox on a school laptop".to_owned()),
            created_at: Set(now),
            last_used_at: Set(now),
            expires_at: Set(now + TimeDelta::hours(12)),
            ended_at: Set(None),
            device_id: Set(None),
            badge_id: Set(None),
            is_shared: Set(false),
            is_own: Set(false),
        });
        roll.actors.insert(key, actor);
    }
    insert_all::<account::ActiveModel>(db, accounts).await;
    insert_all::<session::ActiveModel>(db, sessions).await;
}

pub(crate) async fn insert_all<A>(db: &impl ConnectionTrait, rows: Vec<A>)
where
    A: ActiveModelTrait + Send,
{
    A::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await
        .expect("the cast's rows can be inserted");
}
