//! Consent on a real database: who may answer, what stands afterwards, that the record
//! cannot be changed unseen, and what a school asks once.

mod guardians;
mod kept;
mod photos;
mod receipts;
mod taken_back;
mod tampering;

use chrono::TimeDelta;
use domain::classrooms::policy::Action;
use domain::consent::{self, Error, Evidence, Signer};
use domain::{AccessError, access};
use entity::consent_event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::consent::{
    AskConsent, ConsentAnswer, ConsentChoice, ConsentPurpose, ConsentState, PaperAnswer,
};
use vocab::ids::{ConsentEventId, ConsentRequestId};

fn form(purpose: ConsentPurpose, request: Option<ConsentRequestId>, yes: bool) -> ConsentAnswer {
    ConsentAnswer {
        purpose: purpose.to_string(),
        request: request.map(|id| id.to_string()).unwrap_or_default(),
        answer: if yes { "yes" } else { "no" }.to_owned(),
    }
}

async fn say(
    school: &School,
    who: &str,
    about: &str,
    form: &ConsentAnswer,
) -> Result<ConsentEventId, Error> {
    let tx = school.db.write().await.expect("the database is free");
    let about = access::about(&*tx, &school.actor(who), school.person(about)).await?;
    let id = consent::answer(&tx, &about, form, Evidence::default(), school.now()).await?;
    tx.commit().await.expect("it is kept");
    school.clock.advance(TimeDelta::seconds(1));
    Ok(id)
}

async fn choice(
    school: &School,
    who: &str,
    about: &str,
    which: impl Fn(&ConsentChoice) -> bool,
) -> ConsentChoice {
    let actor = school.actor(who);
    consent::all(school.db.read(), &actor, school.now())
        .await
        .expect("the choices are there")
        .into_iter()
        .find(|of| of.person == school.person(about))
        .expect("they are theirs to see")
        .choices
        .into_iter()
        .find(which)
        .expect("it is among them")
}

async fn ask(school: &School) -> ConsentRequestId {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), Action::AskConsent)
        .await
        .expect("hers");
    let new = AskConsent {
        title: "Trip to the museum".to_owned(),
        details: "By coach, on a Friday".to_owned(),
        answer_by: "2026-12-01".to_owned(),
    }
    .validate()
    .expect("complete");
    let id = consent::ask(&tx, &ada, &room, &new, school.now())
        .await
        .expect("asked");
    tx.commit().await.expect("kept");
    id
}

#[tokio::test]
async fn a_guardian_gives_and_withdraws_for_a_young_child_and_the_child_may_always_say_no() {
    let school = School::new().await;
    let photos = ConsentPurpose::PhotosInPublic;
    // Mei is in year 8.
    say(&school, "petra", "mei", &form(photos, None, true))
        .await
        .expect("her guardian may");
    let of_photos = |choice: &ConsentChoice| choice.purpose == photos;
    let stands = choice(&school, "petra", "mei", of_photos).await;
    assert_eq!(stands.state, ConsentState::Given);
    assert_eq!(stands.answered.expect("answered").0, "You");
    let own = say(&school, "mei", "mei", &form(photos, None, true)).await;
    assert!(matches!(own, Err(Error::NotYours(_))), "not a yes");
    say(&school, "mei", "mei", &form(photos, None, false))
        .await
        .expect("a no is always heard");
    let stands = choice(&school, "petra", "mei", of_photos).await;
    assert_eq!(stands.state, ConsentState::Refused, "the no outweighs");
    say(&school, "petra", "mei", &form(photos, None, false))
        .await
        .expect("taken back");
    let stands = choice(&school, "petra", "mei", of_photos).await;
    assert_eq!(stands.state, ConsentState::Withdrawn);
}

#[tokio::test]
async fn from_thirteen_on_a_student_decides_and_nobody_else_says_yes() {
    let school = School::new().await;
    let photos = ConsentPurpose::PhotosInSchool;
    // Zainab is in year 10.
    let guardian = say(&school, "rosa", "zainab", &form(photos, None, true)).await;
    assert!(matches!(guardian, Err(Error::NotYours(_))));
    say(&school, "zainab", "zainab", &form(photos, None, true))
        .await
        .expect("hers");
    let seen = choice(&school, "rosa", "zainab", |choice| choice.purpose == photos).await;
    assert_eq!(seen.state, ConsentState::Given, "her guardian is informed");
    let news = say(
        &school,
        "zainab",
        "zainab",
        &form(ConsentPurpose::NewsOwn, None, true),
    )
    .await;
    assert!(
        matches!(news, Err(Error::NotYours(_))),
        "never to a student"
    );
}

#[tokio::test]
async fn keeping_work_is_offered_about_students_to_who_may_say_yes_and_to_nobody_of_the_staff() {
    let school = School::new().await;
    let of_work = |choice: &ConsentChoice| choice.purpose == ConsentPurpose::KeepMyWork;
    let zainab = choice(&school, "zainab", "zainab", of_work).await;
    assert_eq!(zainab.closed_because, None, "she is in year 10");
    let of_her = choice(&school, "rosa", "zainab", of_work).await;
    assert!(of_her.closed_because.is_some(), "Zainab answers herself");
    let of_mei = choice(&school, "petra", "mei", of_work).await;
    assert_eq!(of_mei.closed_because, None, "Mei is in year 8");
    let mei = choice(&school, "mei", "mei", of_work).await;
    assert!(mei.closed_because.is_some(), "her guardian answers");
    for who in ["ada", "petra"] {
        let all = consent::all(school.db.read(), &school.actor(who), school.now())
            .await
            .expect("theirs");
        let own = all.iter().find(|of| of.is_own).expect("themselves");
        assert!(!own.choices.iter().any(of_work), "{who}");
    }
}

/// What the data protection lead reads among the tasks about guardians who disagree.
async fn disagreements(school: &School) -> Vec<(String, String)> {
    let door = access::school(
        &school.actor("edith"),
        domain::schools::policy::Action::HandleRequests,
    )
    .expect("the lead");
    domain::tasks::tasks(school.db.read(), &door, school.now())
        .await
        .expect("hers")
        .into_iter()
        .filter(|task| task.words.starts_with("The guardians of"))
        .map(|task| (task.words, task.href))
        .collect()
}

/// Rosa looks after Mei as well, whose other guardian is Petra.
async fn with_a_second_guardian() -> School {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    let door = access::school(
        &school.actor("desmond"),
        domain::schools::policy::Action::ManagePeople,
    )
    .expect("the office");
    let (rosa, mei) = (school.person("rosa"), school.person("mei"));
    domain::people::add_guardianship(&tx, &door, rosa, mei, school.now())
        .await
        .expect("tied");
    tx.commit().await.expect("kept");
    school
}

#[tokio::test]
async fn the_lead_has_a_task_for_each_choice_that_two_guardians_disagree_about_until_they_agree() {
    let school = with_a_second_guardian().await;
    let photos = ConsentPurpose::PhotosInPublic;
    let displays = ConsentPurpose::PhotosInSchool;
    for purpose in [photos, displays] {
        say(&school, "petra", "mei", &form(purpose, None, true))
            .await
            .expect("hers to say");
    }
    assert_eq!(disagreements(&school).await, []);
    say(&school, "rosa", "mei", &form(photos, None, false))
        .await
        .expect("heard");
    say(&school, "mei", "mei", &form(displays, None, false))
        .await
        .expect("heard");
    let found = disagreements(&school).await;
    assert_eq!(
        found.len(),
        1,
        "the child's own no is no guardian's: {found:?}"
    );
    assert!(found[0].0.contains("Photos in public"), "{found:?}");
    assert_eq!(found[0].1, format!("/people/{}", school.person("mei")));
    let of_photos = |choice: &ConsentChoice| choice.purpose == photos;
    let stands = choice(&school, "petra", "mei", of_photos).await;
    assert_eq!(stands.state, ConsentState::Refused, "the no holds");
    say(&school, "rosa", "mei", &form(displays, None, false))
        .await
        .expect("heard");
    assert_eq!(disagreements(&school).await.len(), 2);
    say(&school, "rosa", "mei", &form(displays, None, true))
        .await
        .expect("she has thought again");
    say(&school, "petra", "mei", &form(photos, None, false))
        .await
        .expect("taken back");
    assert_eq!(disagreements(&school).await, [], "they agree");
    say(&school, "petra", "mei", &form(photos, None, true))
        .await
        .expect("and no more");
    say(&school, "rosa", "mei", &form(photos, None, false))
        .await
        .expect("heard");
    assert_eq!(disagreements(&school).await.len(), 1);
    let office = access::school(
        &school.actor("desmond"),
        domain::schools::policy::Action::ManagePeople,
    )
    .expect("his");
    let tx = school.db.write().await.expect("free");
    domain::people::end(&tx, &office, school.person("mei"), school.now())
        .await
        .expect("she left");
    tx.commit().await.expect("kept");
    assert_eq!(
        disagreements(&school).await,
        [],
        "nobody asks about a leaver"
    );
}

#[tokio::test]
async fn a_request_that_guardians_disagree_about_is_a_task_until_it_is_closed() {
    let school = with_a_second_guardian().await;
    // Mei comes into the classroom of the trip.
    let tx = school.db.write().await.expect("free");
    let ada = school.actor("ada");
    let action = domain::classrooms::policy::Action::ManageMembers;
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), action)
        .await
        .expect("hers");
    let place = vocab::classrooms::ClassroomRole::Student;
    domain::classrooms::add_member(&tx, &room, school.person("mei"), place, school.now())
        .await
        .expect("added");
    tx.commit().await.expect("kept");
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    say(&school, "petra", "mei", &form(about, Some(trip), true))
        .await
        .expect("hers to say");
    say(&school, "rosa", "mei", &form(about, Some(trip), false))
        .await
        .expect("heard");
    let found = disagreements(&school).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].0.contains("Trip to the museum"), "{found:?}");
    school.clock.advance(TimeDelta::days(30));
    assert_eq!(disagreements(&school).await, [], "nobody is asked any more");
}

#[tokio::test]
async fn nobody_answers_about_somebody_who_is_not_theirs() {
    let school = School::new().await;
    for (who, about) in [
        ("rosa", "mei"),
        ("ada", "zainab"),
        ("desmond", "zainab"),
        ("gus", "zainab"),
    ] {
        let answer = form(ConsentPurpose::PhotosInSchool, None, false);
        let outcome = say(&school, who, about, &answer).await;
        assert!(
            matches!(outcome, Err(Error::Access(AccessError::NotFound))),
            "{who} about {about}"
        );
    }
}

#[tokio::test]
async fn the_same_answer_twice_is_one_entry() {
    let school = School::new().await;
    let yes = form(ConsentPurpose::PhotosInPublic, None, true);
    let first = say(&school, "petra", "mei", &yes).await.expect("taken");
    let second = say(&school, "petra", "mei", &yes).await.expect("taken");
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_school_asks_about_a_classroom_and_sees_every_answer() {
    let school = School::new().await;
    let id = ask(&school).await;
    let trip = form(ConsentPurpose::SchoolRequest, Some(id), true);
    say(&school, "rosa", "zainab", &trip)
        .await
        .expect("her guardian");
    let own = say(&school, "zainab", "zainab", &trip).await;
    assert!(matches!(own, Err(Error::NotYours(_))), "under 16");
    let other = say(&school, "petra", "mei", &trip).await;
    assert!(
        matches!(other, Err(Error::Access(AccessError::NotFound))),
        "Mei was not asked"
    );
    let ada = school.actor("ada");
    let room = access::classroom(
        school.db.read(),
        &ada,
        school.classroom("10Ma1"),
        Action::AskConsent,
    )
    .await
    .expect("hers");
    let tx = school.db.write().await.expect("free");
    let no = PaperAnswer {
        answer: "no".to_owned(),
        ..PaperAnswer::default()
    };
    let of_tomos = (id, school.person("tomos"));
    consent::answer_on_paper(&tx, &room, of_tomos, &no, school.now())
        .await
        .expect("typed in");
    tx.commit().await.expect("kept");
    let page = consent::request_page(school.db.read(), &ada, &room, id, school.now())
        .await
        .expect("hers");
    let state = |name: &str| {
        page.answers
            .iter()
            .find(|answer| answer.name.starts_with(name))
            .expect("asked")
            .state
    };
    assert_eq!(state("Zainab"), ConsentState::Given);
    assert_eq!(state("Tomos"), ConsentState::Refused);
    assert_eq!(state("Priya"), ConsentState::Waiting);
    let lines = consent::list_requests(school.db.read(), &ada, &room, school.now())
        .await
        .expect("hers");
    assert_eq!((lines[0].students, lines[0].answered), (3, 2));
}

#[tokio::test]
async fn a_closed_request_hears_a_no_and_takes_no_yes() {
    let school = School::new().await;
    let id = ask(&school).await;
    school.clock.advance(TimeDelta::days(30));
    let yes = form(ConsentPurpose::SchoolRequest, Some(id), true);
    let late = say(&school, "rosa", "zainab", &yes).await;
    assert!(matches!(late, Err(Error::Closed)));
    let no = form(ConsentPurpose::SchoolRequest, Some(id), false);
    say(&school, "rosa", "zainab", &no).await.expect("heard");
}

async fn some_entries(school: &School) {
    ask(school).await;
    let photos = ConsentPurpose::PhotosInPublic;
    for yes in [true, false, true] {
        say(school, "petra", "mei", &form(photos, None, yes))
            .await
            .expect("taken");
    }
}

#[tokio::test]
async fn the_record_holds_and_a_signed_statement_of_it_holds() {
    let school = School::new().await;
    some_entries(&school).await;
    let signer = Signer::new([7; 32]);
    for expected in [true, false] {
        let tx = school.db.write().await.expect("free");
        let is_new = consent::sign_checkpoint(&tx, school.id, &signer, school.now())
            .await
            .expect("signed");
        tx.commit().await.expect("kept");
        assert_eq!(is_new, expected, "once for the same entry");
    }
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert_eq!((report.entries, report.checkpoints), (6, 1));
    assert_eq!(report.broken, None);
}

/// Takes the guard of the database away, as somebody would who has its file.
pub(crate) async fn without_guards(school: &School) {
    let db = school.db.read();
    let statements: &[&str] = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => &[
            "ALTER TABLE consent_event DISABLE TRIGGER USER",
            "ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER",
        ],
        _ => &[
            "DROP TRIGGER keep_consent_event_as_it_is",
            "DROP TRIGGER keep_consent_event_there",
            "DROP TRIGGER keep_ledger_checkpoint_as_it_is",
            "DROP TRIGGER keep_ledger_checkpoint_there",
        ],
    };
    for statement in statements {
        db.execute_unprepared(statement)
            .await
            .expect("it is taken away");
    }
}

#[tokio::test]
async fn one_changed_letter_is_found_and_named_wherever_it_is() {
    for change in [
        "UPDATE consent_event SET kind = 'refused' WHERE seq = 4",
        "UPDATE consent_event SET age_band = 'adult' WHERE seq = 4",
        "UPDATE consent_event SET text_version = '2026-12' WHERE seq = 4",
        "UPDATE consent_event SET payload = payload || ' ' WHERE seq = 4",
        "UPDATE consent_event SET payload_commitment = 'x' WHERE seq = 4",
        "UPDATE consent_event SET entry_hash = 'x' WHERE seq = 4",
        "UPDATE consent_event SET subject_id = actor_id WHERE seq = 4",
        "DELETE FROM consent_event WHERE seq = 4",
    ] {
        let school = School::new().await;
        some_entries(&school).await;
        without_guards(&school).await;
        let in_this_school = format!("{change} AND entry_hash != 'south'");
        school
            .db
            .read()
            .execute_unprepared(&in_this_school)
            .await
            .expect("changed");
        let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
            .await
            .expect("read");
        let broken = report.broken.expect("it is found");
        assert!((4..=5).contains(&broken.seq), "{change}: {broken:?}");
    }
}

#[tokio::test]
async fn entries_that_were_cut_off_the_end_are_missed_by_the_signed_statement() {
    let school = School::new().await;
    some_entries(&school).await;
    let tx = school.db.write().await.expect("free");
    consent::sign_checkpoint(&tx, school.id, &Signer::new([7; 32]), school.now())
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
    without_guards(&school).await;
    consent_event::Entity::delete_many()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .filter(consent_event::Column::Seq.eq(6))
        .exec(school.db.read())
        .await
        .expect("gone");
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert_eq!(report.broken.map(|broken| broken.seq), Some(6));
}

#[tokio::test]
async fn the_database_itself_keeps_entries_but_lets_their_evidence_go() {
    let school = School::new().await;
    some_entries(&school).await;
    let db = school.db.read();
    for change in [
        "UPDATE consent_event SET kind = 'refused' WHERE seq = 2",
        "UPDATE consent_event SET payload = 'other' WHERE seq = 2",
        "DELETE FROM consent_event WHERE seq = 2",
        "DELETE FROM ledger_checkpoint",
    ] {
        assert!(db.execute_unprepared(change).await.is_err(), "{change}");
    }
    db.execute_unprepared("UPDATE consent_event SET payload = '' WHERE seq = 2")
        .await
        .expect("evidence may go");
}

#[tokio::test]
async fn thirty_answers_at_once_make_one_chain() {
    let school = School::new().await;
    let mut answers = tokio::task::JoinSet::new();
    for number in 0..30 {
        let db = school.db.clone();
        let (who, about) = if number % 2 == 0 {
            ("petra", "mei")
        } else {
            ("zainab", "zainab")
        };
        let (actor, person, now) = (school.actor(who), school.person(about), school.now());
        let answer = form(ConsentPurpose::PhotosInSchool, None, number % 4 < 2);
        answers.spawn(async move {
            let tx = db.write().await.expect("its turn comes");
            let about = access::about(&*tx, &actor, person).await.expect("theirs");
            consent::answer(&tx, &about, &answer, Evidence::default(), now)
                .await
                .expect("taken");
            tx.commit().await.expect("kept");
        });
    }
    while let Some(done) = answers.join_next().await {
        done.expect("no answer fails");
    }
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert_eq!(report.broken, None);
    let written = consent_event::Entity::find()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(written, report.entries);
}

#[tokio::test]
async fn a_receipt_is_for_whom_it_concerns() {
    let school = School::new().await;
    let yes = form(ConsentPurpose::PhotosInPublic, None, true);
    let id = say(&school, "petra", "mei", &yes).await.expect("taken");
    for (reader, by) in [("petra", "Petra Griffiths"), ("mei", "A guardian")] {
        let receipt = consent::receipt(school.db.read(), &school.actor(reader), id, school.now())
            .await
            .expect("theirs");
        assert_eq!(receipt.answered_by, by, "{reader}");
        let told = receipt.json_ld(&vocab::legal_entity::LegalEntity::default());
        assert_eq!(told["dpv:hasConsentStatus"], "dpv:ConsentGiven");
    }
    for other in ["rosa", "ada", "desmond", "saskia"] {
        let refused =
            consent::receipt(school.db.read(), &school.actor(other), id, school.now()).await;
        assert!(
            matches!(refused, Err(Error::Access(AccessError::NotFound))),
            "{other}"
        );
    }
}
