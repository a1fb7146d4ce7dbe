//! Restrictions on a real database: every use of `guard::Use` is tried on somebody whose
//! data is restricted, and on the same person before.

use domain::guard::{Effect, Use};
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, access};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::ids::{AssignmentId, RestrictionId, SubmissionId};
use vocab::people::Role;
use vocab::restrictions::{RestrictionGround, RestrictionLine};
use vocab::rights::{RequestKind, RequestState, RequestStep};

/// Restricts at the word of somebody.
async fn restricts(school: &School, who: &str, whom: &str) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(whom)).await?;
    rights::restrict(&tx, &about, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn ends(school: &School, who: &str, whom: &str) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(whom)).await?;
    rights::end(&tx, &about, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn lines(school: &School) -> Vec<RestrictionLine> {
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    rights::list_restrictions(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
}

async fn gives_notice(school: &School, id: RestrictionId, reason: &str) -> Result<(), Error> {
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    rights::give_notice(&tx, &door, id, reason, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// What a use came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// Done, and they were in it.
    Through,
    /// Refused with the sentence about restrictions.
    Refused,
    /// Done, and they were not in it.
    Without,
}

fn came<T, E: Into<Said>>(asked: Result<T, E>) -> Came {
    match asked.map_err(Into::into) {
        Ok(_) => Came::Through,
        Err(Said(true, _)) => Came::Refused,
        Err(Said(false, why)) => panic!("{why}"),
    }
}

/// Whether an error says that somebody is restricted, and what it says.
struct Said(bool, String);

macro_rules! says {
    ($($error:ty),+) => { $(impl From<$error> for Said {
        fn from(error: $error) -> Self {
            let words = error.to_string();
            Self(words.contains("restricted"), words)
        }
    })+ };
}
says!(
    AccessError,
    domain::people::Error,
    domain::classrooms::Error,
    domain::submissions::Error,
    domain::marking::Error,
    Error
);

const fn in_it(is_in_it: bool) -> Came {
    if is_in_it {
        Came::Through
    } else {
        Came::Without
    }
}

/// Zainab, with work that was handed in and marked.
struct Stage {
    school: School,
    work: AssignmentId,
    answer: SubmissionId,
}

impl Stage {
    async fn new() -> Self {
        let school = School::new().await;
        let work = school
            .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
            .await;
        let answer = school.submission(work, "zainab", "x = 4").await;
        let stage = Self {
            school,
            work,
            answer,
        };
        stage.mark().await;
        stage
    }

    async fn mark(&self) {
        let (school, now) = (&self.school, self.school.now());
        let ada = school.actor("ada");
        let action = domain::submissions::policy::Action::Mark;
        let tx = school.db.write().await.expect("free");
        let answer = access::submission(&*tx, &ada, self.answer, action, now)
            .await
            .expect("hers to mark");
        let mark = vocab::marking::MarkForm {
            points: "12".to_owned(),
            ..Default::default()
        };
        let mark = mark.validate("20".parse().ok()).expect("complete");
        domain::marking::save(&tx, &ada, &answer, &mark, now)
            .await
            .expect("marked");
        tx.commit().await.expect("kept");
    }

    /// Tries a use and lets nothing of it stay.
    async fn tries(&self, of: Use) -> Came {
        use domain::{assignments, classrooms, marking, people, submissions};
        let (school, now) = (&self.school, self.school.now());
        let (zainab, ada, desmond) = ("zainab", school.actor("ada"), school.actor("desmond"));
        let id = school.person(zainab);
        let tx = school.db.write().await.expect("free");
        let office = |action| access::school(&desmond, action).expect("an admin");
        let answer = async |action| access::submission(&*tx, &ada, self.answer, action, now).await;
        match of {
            Use::OwnWork => {
                let own = school.actor(zainab);
                let hand_in = assignments::policy::Action::HandIn;
                came(access::assignment(&*tx, &own, self.work, hand_in, now).await)
            }
            Use::OwnReading => {
                let see = submissions::policy::Action::See;
                let (own, mother) = (school.actor(zainab), school.actor("rosa"));
                let hers = access::submission(&*tx, &mother, self.answer, see, now).await;
                assert_eq!(came(hers), Came::Through, "who looks after them reads on");
                came(access::submission(&*tx, &own, self.answer, see, now).await)
            }
            Use::OwnWord => {
                let about = access::about(&*tx, &school.actor("rosa"), id).await;
                let about = about.expect("her child");
                let words = "It is wrong".to_owned();
                came(rights::file(&tx, &about, RequestKind::Rectification, words, now).await)
            }
            Use::Lead => {
                let seen = people::find(&*tx, &school.actor("edith"), id, now).await;
                in_it(!seen.expect("hers").classrooms.is_empty())
            }
            Use::WayIn => {
                drop(tx);
                let door = office(Action::ManagePeople);
                let hasher = domain::accounts::passwords::Hasher::new(
                    domain::accounts::passwords::Cost::ForTests,
                );
                let given = people::give_passwords(&school.db, &hasher, &door, &[id], now).await;
                came(given)
            }
            Use::TakeAway => came(
                people::end_guardianship(
                    &tx,
                    &office(Action::ManagePeople),
                    school.person("rosa"),
                    id,
                    now,
                )
                .await,
            ),
            Use::ReadWork => came(answer(submissions::policy::Action::See).await),
            Use::Mark => came(answer(submissions::policy::Action::Mark).await),
            Use::ReturnMark => came(answer(submissions::policy::Action::Return).await),
            Use::Edit => {
                let form = vocab::people::EditPerson {
                    given_name: "Zaynab".to_owned(),
                    family_name: "Hussain".to_owned(),
                    ..Default::default()
                };
                let details = form.validate().expect("complete");
                came(people::edit(&tx, &office(Action::ManagePeople), id, &details, now).await)
            }
            Use::BringBack => {
                let door = office(Action::ManagePeople);
                people::end(&tx, &door, id, now).await.expect("she leaves");
                came(people::restore(&tx, &door, id, now).await)
            }
            Use::GiveRole => {
                let door = office(Action::ManagePeople);
                people::end_role(&tx, &door, id, Role::Student, now)
                    .await
                    .expect("taken away");
                came(people::add_role(&tx, &door, id, Role::Guardian, now).await)
            }
            Use::TieFamily => {
                let petra = school.person("petra");
                came(
                    people::add_guardianship(&tx, &office(Action::ManagePeople), petra, id, now)
                        .await,
                )
            }
            Use::Enrol => {
                let action = classrooms::policy::Action::ManageMembers;
                let room = school.classroom("10Ma1");
                let room = access::classroom(&*tx, &desmond, room, action).await;
                let (room, role) = (
                    room.expect("his"),
                    vocab::classrooms::ClassroomRole::Student,
                );
                came(classrooms::add_member(&tx, &room, id, role, now).await)
            }
            Use::ReturnAll => {
                let action = assignments::policy::Action::Return;
                let work = access::assignment(&*tx, &ada, self.work, action, now).await;
                let returned = marking::return_all(&tx, &work.expect("hers"), now).await;
                in_it(returned.expect("done") > 0)
            }
            Use::Count => {
                let action = assignments::policy::Action::SeeAnswers;
                let work = access::assignment(&*tx, &ada, self.work, action, now).await;
                let page = assignments::teacher_page(&*tx, &ada, &work.expect("hers"), now).await;
                let page = page.expect("hers");
                let line = page.lines.iter().find(|line| line.student == id);
                let line = line.expect("she is named");
                assert_eq!(line.is_restricted, page.counts.handed_in == 0);
                assert_eq!(line.points.is_some(), page.counts.handed_in > 0);
                in_it(page.counts.handed_in > 0)
            }
            Use::CountVisits => {
                drop(tx);
                let token = school.session_token(zainab);
                let found = domain::accounts::sessions::find(&school.db, &token, now);
                in_it(found.await.expect("answers").expect("signed in").counts)
            }
            Use::AskConsent => {
                let action = classrooms::policy::Action::AskConsent;
                let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), action).await;
                let form = vocab::consent::AskConsent {
                    title: "Trip".to_owned(),
                    details: "To the museum".to_owned(),
                    ..Default::default()
                };
                let (room, new) = (room.expect("hers"), form.validate().expect("complete"));
                domain::consent::ask(&tx, &ada, &room, &new, now)
                    .await
                    .expect("asked");
                let asked = entity::consent_event::Entity::find()
                    .filter(entity::consent_event::Column::SubjectId.eq(id))
                    .one(&*tx)
                    .await;
                in_it(asked.expect("answers").is_some())
            }
            Use::Mail => {
                let mail = domain::mail::Mail::ConsentReminder {
                    title: "Trip".to_owned(),
                    answer_by: None,
                };
                let new = domain::mail::Outgoing {
                    school: school.id,
                    to: domain::mail::To::Person(id),
                    mail,
                    cause: None,
                    until: None,
                };
                let state = domain::mail::queue(&tx, new, now).await.expect("written");
                in_it(state == vocab::mail::MailState::Queued)
            }
            // In tests of their own below: they take more than a transaction.
            Use::Disclose => {
                drop(tx);
                match self.gives_to_others().await {
                    Ok(()) => Came::Through,
                    Err(AccessError::Restricted) => Came::Refused,
                    Err(error) => panic!("{error}"),
                }
            }
            Use::Roster | Use::Sweep => unreachable!("tried in tests of their own"),
        }
    }
}

impl Stage {
    /// Approves and gives a disclosure.
    async fn gives_to_others(&self) -> Result<(), AccessError> {
        use domain::disclosures::{self, Error};
        use vocab::disclosures::{DisclosureForm, DisclosureStep};
        let (school, now) = (&self.school, self.school.now());
        let door = |who: &str| access::school(&school.actor(who), Action::HandleRequests);
        let form = DisclosureForm {
            kind: "legal".to_owned(),
            requester: "The family court".to_owned(),
            authority: "Order 12/26".to_owned(),
            basis: "A duty under the law".to_owned(),
            categories: "Work and marks".to_owned(),
            username: "zainab".to_owned(),
        };
        let tx = school.db.write().await.expect("free");
        let form = form.validate().expect("complete");
        let id = disclosures::ask(&tx, &door("edith").expect("hers"), form, now)
            .await
            .expect("asked");
        for (who, step) in [
            ("edith", DisclosureStep::Approve),
            ("desmond", DisclosureStep::Approve),
            ("edith", DisclosureStep::Told),
        ] {
            let taken = (step, "words".to_owned());
            disclosures::step(&tx, &door(who).expect("theirs"), id, taken, now)
                .await
                .expect("led");
        }
        tx.commit().await.expect("kept");
        let folder = tempfile::tempdir().expect("a folder");
        let store = domain::files::Store::local(folder.path()).expect("a store");
        let means = domain::export::Means {
            db: &school.db,
            store: &store,
            platform: &vocab::legal_entity::LegalEntity::default(),
        };
        let edith = school.actor("edith");
        let given = disclosures::give(means, &edith, &door("edith").expect("hers"), id, now).await;
        match given {
            Ok(_) => Ok(()),
            Err(Error::Access(error)) => Err(error),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn every_use_does_what_the_guard_says_while_somebody_is_restricted_and_all_of_them_before() {
    for of in Use::ALL {
        // These two take more than a transaction: they have tests of their own below.
        if matches!(of, Use::Roster | Use::Sweep) {
            continue;
        }
        let stage = Stage::new().await;
        if of != Use::Enrol {
            assert_eq!(stage.tries(of).await, Came::Through, "{of:?} before");
        }
        let stage = Stage::new().await;
        restricts(&stage.school, "zainab", "zainab")
            .await
            .expect("her own");
        let wanted = match of.effect() {
            Effect::Goes => Came::Through,
            Effect::Refused => Came::Refused,
            Effect::PassesOver => Came::Without,
        };
        assert_eq!(stage.tries(of).await, wanted, "{of:?} while restricted");
    }
}

#[tokio::test]
async fn what_a_student_writes_while_restricted_is_kept_and_read_once_it_has_ended() {
    let stage = Stage::new().await;
    let school = &stage.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 7").points(20))
        .await;
    restricts(school, "zainab", "zainab").await.expect("hers");
    let answer = school.submission(work, "zainab", "y = 7").await;
    let see = async || {
        let action = domain::submissions::policy::Action::See;
        access::submission(
            school.db.read(),
            &school.actor("ada"),
            answer,
            action,
            school.now(),
        )
        .await
    };
    assert!(matches!(see().await, Err(AccessError::Restricted)));
    ends(school, "zainab", "zainab").await.expect("hers");
    see().await.expect("nothing was lost");
}

#[tokio::test]
async fn staff_see_a_name_that_it_is_restricted_and_the_lead_alone_sees_more() {
    let stage = Stage::new().await;
    let school = &stage.school;
    restricts(school, "rosa", "zainab")
        .await
        .expect("her child");
    let seen = async |who: &str| {
        let id = school.person("zainab");
        domain::people::find(school.db.read(), &school.actor(who), id, school.now())
            .await
            .expect("of the office")
    };
    let (admin, lead) = (seen("desmond").await, seen("edith").await);
    assert!(admin.summary.is_restricted && lead.summary.is_restricted);
    assert_eq!(admin.summary.year_group, None);
    assert!(admin.family.is_empty() && admin.classrooms.is_empty());
    assert!(lead.summary.year_group.is_some() && !lead.family.is_empty());
    let search = domain::people::Search {
        query: "zainab",
        page: 1,
        ..Default::default()
    };
    let listed = domain::people::list(school.db.read(), &school.actor("desmond"), &search)
        .await
        .expect("his");
    assert!(listed.people[0].is_restricted && listed.people[0].year_group.is_none());
}

#[tokio::test]
async fn a_roster_passes_over_who_is_restricted_and_says_so() {
    use domain::rosters::{Wish, import_now};
    let school = School::new().await;
    let door = access::school(&school.actor("desmond"), Action::ImportRoster).expect("an admin");
    let bring = async || {
        let roster = test_kit::Roster::five_people().bytes();
        import_now(
            &school.db,
            &door,
            "north.zip",
            roster,
            Wish::BringInWithLeavers,
            school.now(),
        )
        .await
        .expect("it goes in")
    };
    bring().await;
    let of_the_roster = async || {
        entity::person::Entity::find()
            .filter(entity::person::Column::SchoolId.eq(school.id))
            .filter(entity::person::Column::SourcedId.is_not_null())
            .filter(entity::person::Column::YearGroup.is_not_null())
            .one(school.db.read())
            .await
            .expect("answers")
            .expect("a student")
    };
    let student = of_the_roster().await;
    let account = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(student.id))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("theirs");
    let tx = school.db.write().await.expect("free");
    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let ground = RestrictionGround::AccuracyContested;
    rights::restrict_for(&tx, &lead, (&account.username, ground), school.now())
        .await
        .expect("restricted");
    let renamed = entity::person::ActiveModel {
        id: sea_orm::ActiveValue::Set(student.id),
        given_name: sea_orm::ActiveValue::Set("Contested".to_owned()),
        ..Default::default()
    };
    sea_orm::ActiveModelTrait::update(renamed, &*tx)
        .await
        .expect("changed");
    tx.commit().await.expect("kept");
    let outcome = bring().await;
    assert_eq!(outcome.counts.changed, 0, "nobody is changed");
    assert!(
        outcome
            .problems
            .iter()
            .any(|problem| problem.code == "person.restricted")
    );
    let now = entity::person::Entity::find_by_id(student.id)
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("there");
    assert_eq!(now.given_name, "Contested", "the roster passed over them");
}

#[tokio::test]
async fn the_sweep_keeps_what_is_restricted() {
    let school = School::new().await;
    for who in ["zainab", "tomos"] {
        let tx = school.db.write().await.expect("free");
        let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
        domain::people::end(&tx, &door, school.person(who), school.now())
            .await
            .expect("they leave");
        tx.commit().await.expect("kept");
    }
    let due = async || {
        domain::retention::dry_run(&school.db, school.id, school.now())
            .await
            .expect("counted")["student.account"]
    };
    school.clock.advance(chrono::TimeDelta::days(400));
    assert_eq!((due().await.due, due().await.held), (2, 0));
    let username = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(school.person("zainab")))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("hers")
        .username;
    let tx = school.db.write().await.expect("free");
    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let ground = RestrictionGround::LegalClaim;
    rights::restrict_for(&tx, &lead, (&username, ground), school.now())
        .await
        .expect("restricted");
    tx.commit().await.expect("kept");
    assert_eq!((due().await.due, due().await.held), (2, 1));
}

#[tokio::test]
async fn a_restriction_ends_a_week_after_the_person_was_told_why_and_not_before() {
    let school = School::new().await;
    restricts(&school, "zainab", "zainab").await.expect("hers");
    let id = lines(&school).await[0].id;
    gives_notice(&school, id, "It was looked into and is right.")
        .await
        .expect("told");
    let again = gives_notice(&school, id, "Once more").await;
    assert!(matches!(again, Err(Error::NotNow)));
    let zainab = school.actor("zainab");
    let people = domain::consent::people(school.db.read(), &zainab)
        .await
        .expect("hers");
    let told = rights::restrictions(school.db.read(), &zainab, &people, school.now())
        .await
        .expect("hers");
    let (_, reason) = told[0].lifts.clone().expect("she is told");
    assert_eq!(reason, "It was looked into and is right.");
    school.clock.advance(chrono::TimeDelta::days(6));
    assert_eq!(
        rights::lift_due(&school.db, school.now())
            .await
            .expect("runs"),
        0
    );
    assert!(lines(&school).await[0].ended.is_none());
    school.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(
        rights::lift_due(&school.db, school.now())
            .await
            .expect("runs"),
        1
    );
    assert!(lines(&school).await[0].ended.is_some());
}

#[tokio::test]
async fn refusing_the_request_needs_reasons_and_gives_the_same_week() {
    let school = School::new().await;
    restricts(&school, "zainab", "zainab").await.expect("hers");
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let request = rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
        .remove(0);
    assert_eq!(request.kind, RequestKind::Restriction);
    let refuse = async |words: &str| {
        let tx = school.db.write().await.expect("free");
        rights::step(
            &tx,
            &door,
            request.id,
            (RequestStep::Refuse, words),
            school.now(),
        )
        .await?;
        tx.commit().await.expect("kept");
        Ok::<_, Error>(())
    };
    assert!(matches!(refuse(" ").await, Err(Error::NoReasons)));
    refuse("No ground of Article 18 holds.")
        .await
        .expect("refused");
    let line = lines(&school).await.remove(0);
    assert!(
        line.lifts.is_some() && line.ended.is_none(),
        "it still holds"
    );
}

#[tokio::test]
async fn who_switched_it_on_ends_it_and_nobody_switches_it_on_for_who_is_old_enough() {
    let school = School::new().await;
    restricts(&school, "rosa", "zainab")
        .await
        .expect("her child, year 10");
    let other = ends(&school, "zainab", "zainab").await;
    assert!(matches!(other, Err(Error::Access(AccessError::NotFound))));
    ends(&school, "rosa", "zainab").await.expect("hers");
    assert!(lines(&school).await[0].ended.is_some());
    restricts(&school, "zainab", "zainab").await.expect("hers");
    ends(&school, "zainab", "zainab").await.expect("hers");
    let mine = rights::mine(school.db.read(), &school.actor("zainab"), school.now())
        .await
        .expect("hers");
    assert!(mine.iter().any(|one| one.state == RequestState::TakenBack));
    older(&school).await;
    let refused = restricts(&school, "rosa", "zainab").await;
    assert!(matches!(refused, Err(Error::TheirsToSay)));
    let stranger = restricts(&school, "petra", "zainab").await;
    assert!(matches!(
        stranger,
        Err(Error::Access(AccessError::NotFound))
    ));
}

/// Zainab is in year 12.
pub(crate) async fn older(school: &School) {
    let older = entity::person::ActiveModel {
        id: sea_orm::ActiveValue::Set(school.person("zainab")),
        year_group: sea_orm::ActiveValue::Set(Some("12".to_owned())),
        ..Default::default()
    };
    sea_orm::ActiveModelTrait::update(older, school.db.read())
        .await
        .expect("changed");
}

/// Files that write rows about people and have no use to ask the guard for, with why.
const NEED_NOT_ASK: &[(&str, &str)] = &[
    (
        "accounts/invitations.rs",
        "somebody takes up their own account",
    ),
    ("accounts/password_change.rs", "somebody's own password"),
    ("accounts/sign_in.rs", "the way in"),
    (
        "classrooms/write.rs",
        "whoever makes a classroom gives themselves a place",
    ),
    ("delegations.rs", "a tie is only ended"),
    (
        "marking/write.rs",
        "its doors ask: `access::submission` for one answer, `submissions::handed_in` for all",
    ),
    ("people/credentials.rs", "the way in"),
    (
        "rosters/apply.rs",
        "writes what `plan.rs` left after it passed over people",
    ),
    (
        "consent/ledger.rs",
        "an answer is somebody's own word; `requests.rs` asks",
    ),
    ("submissions/write.rs", "somebody's own work"),
    (
        "erasure/",
        "what was asked for, or what the sweep found after it passed over people",
    ),
    ("demo/", "people who do not exist"),
    ("demo.rs", "people who do not exist"),
];

/// Tables whose rows say something about a person that others wrote.
const ABOUT_PEOPLE: [&str; 6] = [
    "person",
    "person_role",
    "guardianship",
    "enrolment",
    "mark",
    "consent_event",
];

#[test]
fn whatever_writes_about_somebody_asks_the_guard_or_says_why_not() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let mut writers = 0;
    for file in found {
        let name = file
            .strip_prefix(&folder)
            .expect("inside")
            .to_string_lossy()
            .replace('\\', "/");
        let text = std::fs::read_to_string(&file).expect("it is text");
        let has_writes = ABOUT_PEOPLE.iter().any(|table| {
            ["ActiveModel {", "Entity::insert", "Entity::update_many"]
                .iter()
                .any(|how| text.contains(&format!(" {table}::{how}")))
        });
        if !has_writes {
            continue;
        }
        writers += 1;
        let is_listed = NEED_NOT_ASK.iter().any(|(path, _)| name.starts_with(path));
        assert!(
            is_listed || text.contains("guard::"),
            "{name} writes about people and does not ask the guard of restrictions"
        );
    }
    assert!(writers > 8, "the search finds what writes");
}

#[test]
fn every_use_that_is_stopped_is_named_where_it_is_stopped() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let texts: Vec<String> = found
        .iter()
        .filter(|file| !file.ends_with("guard.rs"))
        .map(|file| std::fs::read_to_string(file).expect("it is text"))
        .collect();
    for of in Use::ALL {
        let name = format!("Use::{of:?}");
        let is_named = texts.iter().any(|text| text.contains(&name));
        assert_eq!(is_named, of.effect() != Effect::Goes, "{name}");
    }
}

fn sources(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push(path);
        }
    }
}
