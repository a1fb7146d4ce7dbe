//! Northgate, the school that tests happen in, with Southbank beside it in the
//! same database. People are looked up by their given name in lower case,
//! classrooms by their name; the clock stands at 10:00 on Tuesday 24 November 2026.

use domain::{Actor, Clock, Db, Time};
use entity::{declaration, guardianship, person_role, school_leaving};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use uuid::Uuid;
use vocab::ids::{
    AssignmentId, ClassroomId, DeclarationId, GuardianshipId, LeavingId, MarkId, PersonId,
    RightsRequestId, SchoolId, SubmissionId,
};
use vocab::people::Role;
use vocab::rights::StudentView;
use vocab::schools::{Assessment, DeclaredBasis, Phase};

use crate::cast::{NORTH, NORTH_ROOMS};
use crate::database::{TestDatabase, fresh};
use crate::other_school::{self, South};
use crate::roll::{self, Cast, Roll};
use crate::work::{self, Answer, Given, NewWork};

/// Two schools in a database of their own.
#[derive(Debug)]
pub struct School {
    /// The database's pool.
    pub db: Db,
    /// Stands still until a test moves it.
    pub clock: Clock,
    /// The database itself; it goes with this school.
    pub database: TestDatabase,
    /// Northgate: code NORTH, secondary, declared.
    pub id: SchoolId,
    /// Southbank: code SOUTH, primary, not declared.
    pub south: South,
    roll: Roll,
}

impl School {
    /// Both schools with their casts, and nothing set in Northgate yet.
    pub async fn new() -> Self {
        let database = fresh().await;
        let clock = Clock::standing_at(at("2026-11-24T10:00:00Z"));
        let now = clock.now();
        let mut roll = Roll::default();
        let tx = database.db.write().await.expect("a new database is free");
        let cast = Cast {
            code: "NORTH",
            name: "Northgate",
            phase: Phase::Secondary,
            rooms: &NORTH_ROOMS,
            room_suffix: "",
            mail_host: "northgate.example",
            members: &NORTH,
        };
        let id = roll::enrol(&*tx, &cast, now, &mut roll).await;
        declaration::ActiveModel {
            id: Set(DeclarationId(new_id())),
            school_id: Set(id),
            signed_by: Set(Some(roll.people["edith"])),
            text_version: Set("2026-12".to_owned()),
            text_sha256: Set(domain::secrets::fingerprint("the declaration's text")),
            signed_at: Set(now - chrono::TimeDelta::days(80)),
            establishment_number: Set(Some("100023".to_owned())),
            contact_name: Set(Some("Edith Pryce".to_owned())),
            contact: Set(Some("edith@northgate.example".to_owned())),
            basis: Set(Some(DeclaredBasis::PublicTask)),
            assessment: Set(Some(Assessment::Done)),
            purposes: Set(None),
            signed_as: Set(Some("data_protection_lead".to_owned())),
        }
        .insert(&*tx)
        .await
        .expect("the declaration can be inserted");
        let south = other_school::build(&*tx, now, &mut roll).await;
        tx.commit().await.expect("the casts can be committed");
        Self {
            db: database.db.clone(),
            clock,
            database,
            id,
            south,
            roll,
        }
    }

    /// A text as it was written, from a row of Northgate: `column` is `"table.column"`.
    ///
    /// # Panics
    /// If it cannot be read.
    pub async fn opened(&self, column: &str, row: Uuid, text: &str) -> String {
        let (table, column) = column.split_once('.').expect("a table and a column");
        let place = domain::keys::Place {
            school: self.id,
            table,
            column,
            row,
        };
        let ring = self.db.keys().to_open([text]).await.expect("the keys");
        ring.open(&place, text).text().expect("it can be read")
    }

    /// The time on the school's clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Somebody who is signed in, such as `"ada"`.
    ///
    /// # Panics
    /// If there is nobody of that name, or they have no account.
    pub fn actor(&self, key: &str) -> Actor {
        self.roll
            .actors
            .get(key)
            .unwrap_or_else(|| panic!("nobody called {key} has an account"))
            .clone()
    }

    /// The secret in the cookie of the session that [`School::actor`] is signed in with.
    pub fn session_token(&self, key: &str) -> String {
        let _ = self.actor(key);
        roll::session_token(key)
    }

    /// A person of either school.
    ///
    /// # Panics
    /// If there is nobody of that name.
    pub fn person(&self, key: &str) -> PersonId {
        *self
            .roll
            .people
            .get(key)
            .unwrap_or_else(|| panic!("nobody is called {key}"))
    }

    /// A classroom of either school, such as `"10Ma1"`.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn classroom(&self, name: &str) -> ClassroomId {
        *self
            .roll
            .classrooms
            .get(name)
            .unwrap_or_else(|| panic!("no classroom is called {name}"))
    }

    /// Everybody who can sign in, in both schools, sorted.
    pub fn everybody(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.roll.actors.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }

    /// Sets work in a classroom, by the first of its teachers.
    pub async fn assignment(&self, classroom: &str, work: NewWork) -> AssignmentId {
        let classroom = self.classroom(classroom);
        let school = self.roll.schools[&classroom];
        let teacher = self.roll.teachers[&classroom];
        let tx = self.db.write().await.expect("the database is free");
        let id = work::set(&*tx, school, classroom, teacher, &work, self.now()).await;
        tx.commit().await.expect("the work can be committed");
        id
    }

    /// A student's answer, handed in now; late if it is past due.
    pub async fn submission(
        &self,
        assignment: AssignmentId,
        student: &str,
        text: &str,
    ) -> SubmissionId {
        let tx = self.db.write().await.expect("the database is free");
        let set = work::load(&*tx, assignment).await;
        let answer = Answer {
            school: set.school_id,
            assignment,
            student: self.person(student),
            text,
        };
        let (id, _) = work::hand_in(&*tx, &answer, set.due_at, self.now()).await;
        tx.commit().await.expect("the answer can be committed");
        id
    }

    /// A student's answer, saved and not handed in.
    pub async fn draft(&self, assignment: AssignmentId, student: &str, text: &str) -> SubmissionId {
        let tx = self.db.write().await.expect("the database is free");
        let set = work::load(&*tx, assignment).await;
        let answer = Answer {
            school: set.school_id,
            assignment,
            student: self.person(student),
            text,
        };
        let id = work::draft(&*tx, &answer, self.now()).await;
        tx.commit().await.expect("the draft can be committed");
        id
    }

    /// A mark in whole points with a comment, not returned yet.
    pub async fn mark(
        &self,
        submission: SubmissionId,
        teacher: &str,
        points: i32,
        comment: &str,
    ) -> MarkId {
        let given = Given {
            points: Some(points),
            comment,
            is_returned: false,
        };
        self.give(submission, teacher, &given).await
    }

    /// The student says that they do not mind what a guardian asks.
    pub async fn does_not_mind(&self, student: &str, request: RightsRequestId) {
        let tx = self.db.write().await.expect("the database is free");
        let (actor, view) = (self.actor(student), StudentView::Agrees);
        domain::rights::say_view(&tx, &actor, request, view, self.now())
            .await
            .expect("they are asked");
        tx.commit().await.expect("it is kept");
    }

    /// Somebody of Northgate looks after a student as well, from now on. Their
    /// [`School::actor`] keeps the roles that they began with.
    pub async fn looks_after(&self, guardian: &str, child: &str) {
        let (tx, now) = (self.db.write().await.expect("it is free"), self.now());
        if !self.actor(guardian).is(Role::Guardian) {
            person_role::ActiveModel {
                id: Set(new_id()),
                school_id: Set(self.id),
                person_id: Set(self.person(guardian)),
                role: Set(Role::Guardian),
                began_at: Set(now),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            }
            .insert(&*tx)
            .await
            .expect("the role is given");
        }
        guardianship::ActiveModel {
            id: Set(GuardianshipId(new_id())),
            school_id: Set(self.id),
            guardian_id: Set(self.person(guardian)),
            student_id: Set(self.person(child)),
            began_at: Set(now),
            ended_at: Set(None),
            by_roster: Set(Some(false)),
        }
        .insert(&*tx)
        .await
        .expect("they are tied");
        tx.commit().await.expect("it is kept");
    }

    /// Northgate has left the platform, from now on.
    pub async fn leaves(&self) {
        let (tx, now) = (self.db.write().await.expect("it is free"), self.now());
        school_leaving::ActiveModel {
            id: Set(LeavingId(new_id())),
            school_id: Set(self.id),
            leaves_at: Set(now),
            asked_by: Set(None),
            asked_at: Set(now),
            confirmed_by: Set(None),
            confirmed_at: Set(Some(now)),
            called_off_by: Set(None),
            called_off_at: Set(None),
        }
        .insert(&*tx)
        .await
        .expect("it leaves");
        tx.commit().await.expect("it is kept");
    }

    /// A mark in whole points with a comment, returned now.
    pub async fn returned_mark(
        &self,
        submission: SubmissionId,
        teacher: &str,
        points: i32,
        comment: &str,
    ) -> MarkId {
        let given = Given {
            points: Some(points),
            comment,
            is_returned: true,
        };
        self.give(submission, teacher, &given).await
    }

    async fn give(&self, submission: SubmissionId, teacher: &str, given: &Given<'_>) -> MarkId {
        let by = self.actor(teacher);
        let tx = self.db.write().await.expect("the database is free");
        let id = work::mark(&*tx, by.school, submission, by.person, given, self.now()).await;
        tx.commit().await.expect("the mark can be committed");
        id
    }
}

/// A time as tests write it: "2026-11-24T10:00:00Z".
pub(crate) fn at(text: &str) -> Time {
    text.parse()
        .unwrap_or_else(|_| panic!("{text} is not a time such as 2026-11-24T10:00:00Z"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "rows of a test need ids, and no test looks at their value"
)]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}
