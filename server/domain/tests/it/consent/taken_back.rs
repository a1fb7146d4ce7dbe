//! A no that is taken back, and whose no holds as a student grows older: nobody is bound for
//! good by a no that nobody may say any more, and a slip of the finger ends nothing.

use domain::consent::{self, Error, Signer};
use domain::{access, classrooms::policy::Action};
use entity::{consent_event, person};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use test_kit::School;
use vocab::consent::{
    ConsentAnswer, ConsentChoice, ConsentKind, ConsentPurpose, ConsentState, PaperAnswer,
    RequestAnswer,
};
use vocab::ids::{ConsentEventId, ConsentRequestId};

use super::{ask, choice, form, say};

const PUBLIC: ConsentPurpose = ConsentPurpose::PhotosInPublic;

fn take_back(purpose: ConsentPurpose, request: Option<ConsentRequestId>) -> ConsentAnswer {
    ConsentAnswer {
        answer: "take_back".to_owned(),
        ..form(purpose, request, false)
    }
}

/// A student comes into a year group.
async fn comes_into(school: &School, student: &str, year_group: &str) {
    person::ActiveModel {
        id: Set(school.person(student)),
        year_group: Set(Some(year_group.to_owned())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("a year later");
}

async fn photos_of_mei(school: &School, reader: &str) -> ConsentChoice {
    choice(school, reader, "mei", |choice| choice.purpose == PUBLIC).await
}

async fn trip_of(school: &School, reader: &str, about: &str) -> ConsentChoice {
    let is_trip = |choice: &ConsentChoice| choice.purpose == ConsentPurpose::SchoolRequest;
    choice(school, reader, about, is_trip).await
}

/// What the lead reads about a student who disagrees with a guardian.
async fn heard_by_the_lead(school: &School) -> Vec<String> {
    let action = domain::schools::policy::Action::HandleRequests;
    let door = access::school(&school.actor("edith"), action).expect("the lead");
    domain::tasks::tasks(school.db.read(), &door, school.now())
        .await
        .expect("hers")
        .into_iter()
        .map(|task| task.words)
        .filter(|words| words.contains("and a guardian disagree"))
        .collect()
}

async fn holds(school: &School) {
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert_eq!(report.broken, None);
}

#[tokio::test]
async fn a_child_who_says_no_by_a_slip_takes_it_back_and_the_guardians_yes_counts_again() {
    let school = School::new().await;
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    // Zainab is in year 10: Rosa answers, and Zainab is heard with a no at any time.
    let waiting = trip_of(&school, "zainab", "zainab").await;
    assert_eq!(waiting.state, ConsentState::Waiting);
    assert!(waiting.closed_because.is_some() && waiting.may_say_no);
    assert!(!waiting.may_take_no_back);
    say(&school, "rosa", "zainab", &form(about, Some(trip), true))
        .await
        .expect("hers to say");
    say(&school, "zainab", "zainab", &form(about, Some(trip), false))
        .await
        .expect("heard");
    let slipped = trip_of(&school, "zainab", "zainab").await;
    assert_eq!(slipped.state, ConsentState::Refused);
    assert!(slipped.may_take_no_back && !slipped.may_say_no);
    assert_eq!(heard_by_the_lead(&school).await.len(), 1);
    let not_hers = trip_of(&school, "rosa", "zainab").await;
    assert!(!not_hers.may_take_no_back, "it is Zainab's no");
    let back = take_back(about, Some(trip));
    let first = say(&school, "zainab", "zainab", &back)
        .await
        .expect("her own");
    let stands = trip_of(&school, "zainab", "zainab").await;
    assert_eq!(stands.state, ConsentState::Given);
    assert_eq!(stands.answered.expect("said").0, "You took a no back");
    assert!(stands.may_say_no && !stands.may_take_no_back);
    assert!(heard_by_the_lead(&school).await.is_empty());
    let again = say(&school, "zainab", "zainab", &back)
        .await
        .expect("as it was");
    assert_eq!(again, first, "twice is once");
    let entry = consent_event::Entity::find_by_id(first)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written");
    assert_eq!(entry.kind, ConsentKind::Lifted);
    say(&school, "zainab", "zainab", &form(about, Some(trip), false))
        .await
        .expect("heard again");
    assert_eq!(
        trip_of(&school, "rosa", "zainab").await.state,
        ConsentState::Refused
    );
    holds(&school).await;
}

#[tokio::test]
async fn a_guardians_no_from_before_thirteen_is_theirs_to_take_back_and_ends_at_sixteen() {
    for takes_back in [true, false] {
        let school = School::new().await;
        // Mei is in year 8.
        say(&school, "petra", "mei", &form(PUBLIC, None, false))
            .await
            .expect("hers to say");
        comes_into(&school, "mei", "9").await;
        say(&school, "mei", "mei", &form(PUBLIC, None, true))
            .await
            .expect("her own now");
        assert_eq!(
            photos_of_mei(&school, "mei").await.state,
            ConsentState::Refused,
            "a guardian is heard until 16"
        );
        let heard = heard_by_the_lead(&school).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        let hers = photos_of_mei(&school, "petra").await;
        assert!(hers.closed_because.is_some(), "no yes of hers counts");
        assert!(hers.may_take_no_back);
        if takes_back {
            say(&school, "petra", "mei", &take_back(PUBLIC, None))
                .await
                .expect("her own no");
        } else {
            comes_into(&school, "mei", "12").await;
            let hers = photos_of_mei(&school, "petra").await;
            assert!(!hers.may_take_no_back && !hers.may_say_no);
            let late = say(&school, "petra", "mei", &take_back(PUBLIC, None)).await;
            assert!(matches!(late, Err(Error::NotYours(_))), "{late:?}");
        }
        assert_eq!(
            photos_of_mei(&school, "mei").await.state,
            ConsentState::Given
        );
        assert!(heard_by_the_lead(&school).await.is_empty());
        holds(&school).await;
    }
}

#[tokio::test]
async fn nobody_takes_back_a_no_that_they_did_not_say_nor_one_to_a_closed_request() {
    let school = School::new().await;
    say(&school, "mei", "mei", &form(PUBLIC, None, false))
        .await
        .expect("heard");
    let of_another = say(&school, "petra", "mei", &take_back(PUBLIC, None)).await;
    assert!(
        matches!(of_another, Err(Error::NothingToTakeBack)),
        "{of_another:?}"
    );
    say(&school, "petra", "mei", &form(PUBLIC, None, true))
        .await
        .expect("hers");
    let a_yes = say(&school, "petra", "mei", &take_back(PUBLIC, None)).await;
    assert!(matches!(a_yes, Err(Error::NothingToTakeBack)), "{a_yes:?}");
    assert_eq!(
        photos_of_mei(&school, "mei").await.state,
        ConsentState::Refused
    );
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    say(&school, "zainab", "zainab", &form(about, Some(trip), false))
        .await
        .expect("heard");
    school.clock.advance(chrono::TimeDelta::days(30));
    let late = say(&school, "zainab", "zainab", &take_back(about, Some(trip))).await;
    assert!(matches!(late, Err(Error::Closed)), "{late:?}");
    let closed = trip_of(&school, "zainab", "zainab").await;
    assert!(!closed.may_take_no_back && !closed.may_say_no);
}

async fn on_paper(
    school: &School,
    trip: ConsentRequestId,
    (answer, lifts_no): (&str, &str),
) -> Result<ConsentEventId, Error> {
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, room, Action::AskConsent)
        .await
        .expect("hers");
    let form = PaperAnswer {
        answer: answer.to_owned(),
        lifts_no: lifts_no.to_owned(),
    };
    let of_tomos = (trip, school.person("tomos"));
    let id = consent::answer_on_paper(&tx, &room, of_tomos, &form, school.now()).await?;
    tx.commit().await.expect("kept");
    school.clock.advance(chrono::TimeDelta::seconds(1));
    Ok(id)
}

/// How the answer of Tomos stands on the page of the request.
async fn of_tomos(school: &School, trip: ConsentRequestId) -> RequestAnswer {
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let room = access::classroom(school.db.read(), &ada, room, Action::AskConsent)
        .await
        .expect("hers");
    consent::request_page(school.db.read(), &ada, &room, trip, school.now())
        .await
        .expect("hers")
        .answers
        .into_iter()
        .find(|answer| answer.student == school.person("tomos"))
        .expect("he was asked")
}

#[tokio::test]
async fn what_a_student_of_sixteen_signed_on_paper_is_their_own_answer() {
    let school = School::new().await;
    comes_into(&school, "tomos", "12").await;
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    assert!(of_tomos(&school, trip).await.answers_alone);
    on_paper(&school, trip, ("yes", "")).await.expect("heard");
    let stands = trip_of(&school, "tomos", "tomos").await;
    assert_eq!(stands.state, ConsentState::Given);
    assert_eq!(stands.answered.expect("said").0, "You, on paper");
    let seen = trip_of(&school, "petra", "tomos").await;
    assert_eq!(seen.answered.expect("said").0, "The student, on paper");
    on_paper(&school, trip, ("no", "")).await.expect("heard");
    assert!(of_tomos(&school, trip).await.has_no_on_paper);
    let again = on_paper(&school, trip, ("yes", "")).await;
    assert!(matches!(again, Err(Error::StudentsNoOnPaper)), "{again:?}");
    on_paper(&school, trip, ("yes", "yes")).await.expect("over");
    assert_eq!(of_tomos(&school, trip).await.state, ConsentState::Given);
    // By screen he is one with his paper, and his no there is his own to take back.
    say(&school, "tomos", "tomos", &form(about, Some(trip), false))
        .await
        .expect("heard");
    let stands = of_tomos(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Withdrawn);
    assert!(!stands.has_no_on_paper, "no tick lifts it");
    let over_his_no = on_paper(&school, trip, ("yes", "yes")).await;
    assert!(
        matches!(over_his_no, Err(Error::StudentsNo)),
        "{over_his_no:?}"
    );
    say(&school, "tomos", "tomos", &take_back(about, Some(trip)))
        .await
        .expect("his own");
    assert_eq!(of_tomos(&school, trip).await.state, ConsentState::Waiting);
    holds(&school).await;
}

#[tokio::test]
async fn a_guardians_paper_counts_until_sixteen_and_not_after() {
    let school = School::new().await;
    let trip = ask(&school).await;
    // Tomos is in year 10.
    assert!(!of_tomos(&school, trip).await.answers_alone);
    on_paper(&school, trip, ("no", "")).await.expect("heard");
    let stands = of_tomos(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Refused);
    assert!(stands.has_no_on_paper);
    comes_into(&school, "tomos", "12").await;
    let stands = of_tomos(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Waiting);
    assert!(!stands.has_no_on_paper, "it was a guardian's");
    on_paper(&school, trip, ("yes", "")).await.expect("his own");
    assert_eq!(of_tomos(&school, trip).await.state, ConsentState::Given);
}

#[tokio::test]
async fn who_took_their_no_back_is_reminded_again() {
    let school = School::new().await;
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    for child in ["zainab", "tomos"] {
        say(&school, child, child, &form(about, Some(trip), false))
            .await
            .expect("heard");
    }
    say(&school, "tomos", "tomos", &take_back(about, Some(trip)))
        .await
        .expect("his own");
    assert_eq!(remind(&school, trip).await, 1, "Petra, and not Rosa");
}

#[tokio::test]
async fn who_turned_sixteen_is_reminded_whatever_a_guardian_answered_before() {
    let school = School::new().await;
    let trip = ask(&school).await;
    let about = ConsentPurpose::SchoolRequest;
    for (guardian, child) in [("rosa", "zainab"), ("petra", "tomos")] {
        say(&school, guardian, child, &form(about, Some(trip), false))
            .await
            .expect("heard");
    }
    assert_eq!(remind(&school, trip).await, 0, "everybody has answered");
    comes_into(&school, "tomos", "12").await;
    let stands = of_tomos(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Waiting, "he answers himself");
    assert_eq!(remind(&school, trip).await, 1, "Tomos alone");
}

/// Reminds whoever has not answered; how many.
async fn remind(school: &School, trip: ConsentRequestId) -> usize {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = school.classroom("10Ma1");
    let room = access::classroom(&*tx, &ada, room, Action::AskConsent)
        .await
        .expect("hers");
    let reminded = consent::remind(&tx, &room, trip, school.now())
        .await
        .expect("possible");
    tx.commit().await.expect("kept");
    reminded
}
