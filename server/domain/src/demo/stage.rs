//! Plays the demo: every person, classroom, piece of work, answer, mark and
//! return goes through the same doors as in a real school, at times that lie in
//! the days before now, so that lists and histories look lived in. Whenever the demo is
//! made, nobody hands in at night and nobody marks out of hours.

use std::collections::HashMap;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;
use vocab::assignments::{Intent, ValidAssignment};
use vocab::classrooms::{ClassroomRole, ValidClassroom};
use vocab::ids::{AccountId, AssignmentId, PersonId, SchoolId, SessionId};
use vocab::marking::ValidMark;
use vocab::people::{Role, ValidPerson};
use vocab::points::Points;
use vocab::schools::{ValidAdmin, ValidSchool};

use super::cast::{Answer, Classroom, Fate, PRIMARY, SECONDARY, School, Work};
use super::{DemoAccount, Error, own};
use crate::access::{self, Permitted};
use crate::accounts::sessions;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::{
    assignments, classrooms, marking, moments, people, policies, schools, secrets, submissions,
};
use entity::account;

/// The name that the demo's operator signs in with.
const OPERATOR: &str = "operator";

/// Where both demo schools are.
const ZONE: Tz = chrono_tz::Europe::London;
// Times of a day, in minutes after midnight.
/// When marking begins.
const MARKING: i64 = 8 * 60 + 20;
/// When schools are founded and work is set.
const SET: i64 = 8 * 60 + 40;
/// When homework begins.
const HOMEWORK: i64 = 15 * 60 + 40;
/// When a day's marking is over.
const MARKED: i64 = 17 * 60 + 30;
/// When work is due.
const DUE: i64 = 20 * 60;

/// So many days from today, at so many minutes after midnight, as the schools' clocks show it.
fn local(now: Time, days: i64, minutes: i64) -> NaiveDateTime {
    let day = now.with_timezone(&ZONE).date_naive() + TimeDelta::days(days);
    day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes)
}

/// The moment at which their clocks show that.
fn at(now: Time, days: i64, minutes: i64) -> Time {
    moments::from_local(local(now, days, minutes), ZONE)
}

/// Makes both demo schools and an operator, or gives their accounts a new password
/// where they are there already: all of it or nothing. Answers who can sign in.
/// Where another school is, nothing is done.
pub async fn make(
    db: &Db,
    password: &str,
    password_hash: &str,
    now: Time,
) -> Result<Vec<DemoAccount>, Error> {
    let tx = db.write().await?;
    own::require_no_other_school(&tx).await?;
    policies::begin(&tx, now).await.map_err(Error::refused)?;
    let mut accounts = Vec::new();
    for school in [&SECONDARY, &PRIMARY] {
        let id = match schools::find_by_code(&*tx, school.code).await? {
            Some(known) => known.id,
            None => play(&tx, school, now).await?,
        };
        policies::settle(&tx, id, now)
            .await
            .map_err(Error::refused)?;
        let everybody = Condition::all();
        give_password(&tx, id, everybody, password_hash, now).await?;
        accounts.extend(school.people.iter().map(|person| DemoAccount {
            school: school.code.to_owned(),
            username: person.0.to_owned(),
            password: password.to_owned(),
            role: person.3,
        }));
    }
    bring_operator(&tx, password_hash, now).await?;
    accounts.push(DemoAccount {
        school: schools::OPERATOR_CODE.to_owned(),
        username: OPERATOR.to_owned(),
        password: password.to_owned(),
        role: Role::Operator,
    });
    tx.commit().await?;
    Ok(accounts)
}

/// Gives accounts of a demo school the password; whoever was signed in with
/// another one is signed out. Answers how many accounts there were.
async fn give_password(
    tx: &Write,
    school: SchoolId,
    which: Condition,
    password_hash: &str,
    now: Time,
) -> Result<usize, Error> {
    let accounts: Vec<AccountId> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::SchoolId.eq(school))
        .filter(which)
        .into_tuple()
        .all(&**tx)
        .await?;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(account::Column::PasswordSetAt, Expr::value(now))
        .filter(account::Column::Id.is_in(accounts.iter().copied()))
        .exec(&**tx)
        .await?;
    let count = accounts.len();
    sessions::end_of_accounts(tx, school, accounts, now).await?;
    let event = Event {
        school,
        actor: None,
        kind: "demo.passwords_given",
        subject: school.0,
        before: None,
        after: Some(json!({ "accounts": count })),
    };
    events::record(&**tx, event, now).await?;
    Ok(count)
}

/// Makes the demo's operator, or gives the account the new password.
async fn bring_operator(tx: &Write, password_hash: &str, now: Time) -> Result<(), Error> {
    let platform = schools::find_by_code(&**tx, schools::OPERATOR_CODE).await?;
    if let Some(platform) = &platform {
        let theirs = Condition::all().add(account::Column::Username.eq(OPERATOR));
        if give_password(tx, platform.id, theirs, password_hash, now).await? > 0 {
            return Ok(());
        }
    }
    let operator = ValidAdmin {
        given_name: "Olga".to_owned(),
        family_name: "Brandt".to_owned(),
        username: OPERATOR.to_owned(),
        password: String::new(),
    };
    schools::create_operator(tx, &operator, password_hash.to_owned(), now)
        .await
        .map_err(Error::refused)?;
    if platform.is_none() {
        let made = schools::find_by_code(&**tx, schools::OPERATOR_CODE)
            .await?
            .ok_or_else(|| Error::refused("the platform was just made"))?;
        own::claim(tx, made.id, now).await?;
    }
    Ok(())
}

/// The people of a school under construction, by username.
struct Stage<'a> {
    tx: &'a Write,
    school: entity::school::Model,
    people: HashMap<&'static str, PersonId>,
    names: HashMap<&'static str, (String, Role)>,
    now: Time,
}

async fn play(tx: &Write, plan: &School, now: Time) -> Result<SchoolId, Error> {
    let founded = at(now, -60, SET);
    let valid = ValidSchool {
        name: plan.name.to_owned(),
        code: plan.code.to_owned(),
        phase: plan.phase,
        time_zone: ZONE.name().to_owned(),
    };
    let school = schools::create(tx, &valid, founded)
        .await
        .map_err(Error::refused)?;
    own::claim(tx, school.id, now).await?;
    let mut stage = Stage {
        tx,
        school,
        people: HashMap::new(),
        names: HashMap::new(),
        now,
    };
    stage.bring_people(plan, founded).await?;
    for classroom in plan.classrooms {
        stage.open_classroom(classroom, founded).await?;
    }
    Ok(stage.school.id)
}

impl Stage<'_> {
    async fn bring_people(&mut self, plan: &School, founded: Time) -> Result<(), Error> {
        // Until there is an admin, nobody of the school can act.
        let mut door = access::school_as_operator(self.school.id);
        for person in plan.people {
            let valid = ValidPerson {
                given_name: person.1.to_owned(),
                family_name: person.2.to_owned(),
                role: person.3,
                year_group: (!person.4.is_empty()).then(|| person.4.to_owned()),
                email: None,
                username: Some(person.0.to_owned()),
            };
            let id = people::add(self.tx, &door, &valid, founded)
                .await
                .map_err(Error::refused)?;
            self.people.insert(person.0, id);
            self.names
                .insert(person.0, (format!("{} {}", person.1, person.2), person.3));
            if person.3 == Role::SchoolAdmin && door.actor().is_none() {
                let manage = schools::policy::Action::ManagePeople;
                door = access::school(&self.actor(person.0), manage).map_err(Error::refused)?;
            }
        }
        let sign = schools::policy::Action::SignDeclaration;
        let signer = plan
            .people
            .iter()
            .find(|person| schools::policy::role_allows(person.3, sign))
            .ok_or_else(|| Error::refused("nobody in a demo school can sign"))?;
        let desk = access::school(&self.actor(signer.0), sign).map_err(Error::refused)?;
        schools::sign_declaration(self.tx, &desk, &schools::declaration::of_a_demo(), founded)
            .await
            .map_err(Error::refused)?;
        for (guardian, children) in plan.families {
            for child in *children {
                people::add_guardianship(
                    self.tx,
                    &door,
                    self.people[guardian],
                    self.people[child],
                    founded,
                )
                .await
                .map_err(Error::refused)?;
            }
        }
        Ok(())
    }

    fn actor(&self, username: &str) -> Actor {
        let (name, role) = &self.names[username];
        Actor {
            school: self.school.id,
            person: self.people[username],
            account: AccountId(Uuid::nil()),
            session: SessionId(Uuid::nil()),
            on_device: crate::actor::OnDevice::default(),
            roles: [*role].into_iter().collect(),
            name: name.clone(),
            school_name: self.school.name.clone(),
            school_code: self.school.code.clone(),
            phase: self.school.phase,
            time_zone: ZONE,
            announcement: None,
            leaves_at: None,
            appearance: crate::reading::Appearance::default(),
            looks: crate::looks::Looks::default(),
        }
    }

    async fn open_classroom(&self, plan: &Classroom, founded: Time) -> Result<(), Error> {
        let teacher = self.actor(plan.teachers[0]);
        let door = access::school(&teacher, schools::policy::Action::MakeClassroom)
            .map_err(Error::refused)?;
        let valid = ValidClassroom {
            name: plan.name.to_owned(),
            subject: Some(plan.subject.to_owned()),
            year_group: Some(plan.year.to_owned()),
            seen: String::new(),
        };
        let id = classrooms::create(self.tx, &teacher, &door, &valid, founded)
            .await
            .map_err(Error::refused)?;
        let manage = classrooms::policy::Action::ManageMembers;
        let room = access::classroom(&**self.tx, &teacher, id, manage)
            .await
            .map_err(Error::refused)?;
        let others = plan.teachers[1..]
            .iter()
            .map(|name| (*name, ClassroomRole::Teacher));
        let members = others.chain(
            plan.students
                .iter()
                .map(|name| (*name, ClassroomRole::Student)),
        );
        for (name, role) in members {
            classrooms::add_member(self.tx, &room, self.people[name], role, founded)
                .await
                .map_err(Error::refused)?;
        }
        for work in plan.work {
            self.set_work(plan, &teacher, id, work).await?;
        }
        Ok(())
    }

    async fn set_work(
        &self,
        classroom: &Classroom,
        teacher: &Actor,
        room: vocab::ids::ClassroomId,
        plan: &Work,
    ) -> Result<(), Error> {
        let set_at = at(self.now, -12, SET);
        let room = access::classroom(
            &**self.tx,
            teacher,
            room,
            classrooms::policy::Action::SetWork,
        )
        .await
        .map_err(Error::refused)?;
        let due = plan.due_in_days.map(|days| local(self.now, days, DUE));
        let intent = match plan.fate {
            Fate::Draft => Intent::Draft,
            Fate::Scheduled => Intent::Schedule,
            _ => Intent::Publish,
        };
        let valid = ValidAssignment {
            title: plan.title.to_owned(),
            instructions: plan.instructions.to_owned(),
            due,
            points: plan.points.map(Points::whole),
            publish: (intent == Intent::Schedule).then(|| local(self.now, 3, SET)),
            intent,
            seen: String::new(),
        };
        let id = assignments::create(self.tx, teacher, &room, &valid, set_at)
            .await
            .map_err(Error::refused)?;
        let Some(days) = plan.due_in_days else {
            return Ok(());
        };
        self.answer(classroom, teacher, id, plan, days).await?;
        if plan.fate == Fate::Returned {
            let work = self
                .work(teacher, id, assignments::policy::Action::Close)
                .await?;
            assignments::close(self.tx, &work, at(self.now, days + 1, MARKED))
                .await
                .map_err(Error::refused)?;
        }
        Ok(())
    }

    async fn work(
        &self,
        actor: &Actor,
        id: AssignmentId,
        action: assignments::policy::Action,
    ) -> Result<Permitted<access::Work>, Error> {
        access::assignment(&**self.tx, actor, id, action, self.now)
            .await
            .map_err(Error::refused)
    }

    /// Every third student of open work has a draft only, every fourth nothing;
    /// of work past its due time one is missing and one was late. Whoever hands in in time
    /// does so on an afternoon before the due day, and marks are given on the morning after it.
    async fn answer(
        &self,
        classroom: &Classroom,
        teacher: &Actor,
        id: AssignmentId,
        plan: &Work,
        due_in_days: i64,
    ) -> Result<(), Error> {
        if plan.answers.is_empty() {
            return Ok(());
        }
        for (place, name) in classroom.students.iter().enumerate() {
            let student = self.actor(name);
            let answer = &plan.answers[place % plan.answers.len()];
            let text = answer.0;
            let step = i64::try_from(place).unwrap_or(0);
            let (hands_in, is_late) = match plan.fate {
                Fate::Underway => (place % 4 == 0, false),
                Fate::Marking => (place % 5 != 3, place % 5 == 2),
                _ => (true, false),
            };
            // What is not due yet was handed in yesterday, or the day before.
            let handed_in_at = if is_late {
                at(self.now, due_in_days, DUE + 20 + step)
            } else {
                let days = (due_in_days - 1).min(-1) - step % 2;
                at(self.now, days, HOMEWORK + 25 * step)
            };
            if hands_in {
                let work = self
                    .work(&student, id, assignments::policy::Action::HandIn)
                    .await?;
                submissions::hand_in(
                    self.tx,
                    &student,
                    &work,
                    (text, None),
                    &mut secrets::random(),
                    handed_in_at,
                )
                .await
                .map_err(Error::refused)?;
                let marks = match plan.fate {
                    Fate::Marking => place % 3 == 1,
                    fate => fate == Fate::Returned,
                };
                if marks {
                    let marked_at = at(self.now, due_in_days + 1, MARKING + 25 * step);
                    self.mark(teacher, &student, id, (answer, plan.fate), marked_at)
                        .await?;
                }
            } else if plan.fate == Fate::Underway && place % 3 == 1 {
                let work = self
                    .work(&student, id, assignments::policy::Action::HandIn)
                    .await?;
                let begun = text.split_inclusive(' ').take(8).collect::<String>();
                submissions::save_draft(self.tx, &student, &work, begun.trim(), 0, handed_in_at)
                    .await
                    .map_err(Error::refused)?;
            }
        }
        Ok(())
    }

    async fn mark(
        &self,
        teacher: &Actor,
        student: &Actor,
        id: AssignmentId,
        (answer, fate): (&Answer, Fate),
        at: Time,
    ) -> Result<(), Error> {
        let submission = entity::submission::Entity::find()
            .filter(entity::submission::Column::AssignmentId.eq(id))
            .filter(entity::submission::Column::StudentId.eq(student.person))
            .one(&**self.tx)
            .await?
            .ok_or_else(|| Error::refused("it was just handed in"))?
            .id;
        let mark = access::submission(
            &**self.tx,
            teacher,
            submission,
            submissions::policy::Action::Mark,
            self.now,
        )
        .await
        .map_err(Error::refused)?;
        let valid = ValidMark {
            points: answer.1.map(Points::whole),
            comment: answer.2.to_owned(),
            version: 0,
            attempt: None,
        };
        marking::save(self.tx, teacher, &mark, &valid, at)
            .await
            .map_err(Error::refused)?;
        if fate == Fate::Returned {
            let back = access::submission(
                &**self.tx,
                teacher,
                submission,
                submissions::policy::Action::Return,
                self.now,
            )
            .await
            .map_err(Error::refused)?;
            marking::return_to_student(self.tx, &back, at + TimeDelta::minutes(3))
                .await
                .map_err(Error::refused)?;
        }
        Ok(())
    }
}
