//! Several guardians of one child: none is named to another, and none decides whose tie
//! has ended.

use domain::consent::{self, Error, Signer};
use domain::schools::policy::Action;
use domain::{access, people};
use entity::consent_event;
use sea_orm::EntityTrait;
use test_kit::School;
use vocab::consent::{ConsentChoice, ConsentPurpose, ConsentState, PaperAnswer, RequestAnswer};
use vocab::ids::{ConsentEventId, ConsentRequestId};

use super::{ask, choice, disagreements, form, say, with_a_second_guardian};

#[tokio::test]
async fn a_guardian_reads_that_another_answered_and_not_who() {
    let school = with_a_second_guardian().await;
    let photos = ConsentPurpose::PhotosInPublic;
    let of_photos = |choice: &ConsentChoice| choice.purpose == photos;
    let id = say(&school, "petra", "mei", &form(photos, None, true))
        .await
        .expect("hers to say");
    for (reader, on_page, on_receipt) in [
        ("petra", "You", "Petra Griffiths"),
        ("rosa", "Another guardian", "Another guardian"),
        ("mei", "A guardian", "A guardian"),
    ] {
        let stands = choice(&school, reader, "mei", of_photos).await;
        assert_eq!(stands.answered.expect("answered").0, on_page, "{reader}");
        let receipt = consent::receipt(school.db.read(), &school.actor(reader), id, school.now())
            .await
            .expect("theirs");
        assert_eq!(receipt.answered_by, on_receipt, "{reader}");
        let told = receipt.json_ld(&vocab::legal_entity::LegalEntity::default());
        assert_eq!(told["dpv:isIndicatedBy"]["dct:title"], on_receipt);
    }
    say(&school, "mei", "mei", &form(photos, None, false))
        .await
        .expect("a no is always heard");
    let stands = choice(&school, "rosa", "mei", of_photos).await;
    assert_eq!(stands.answered.expect("answered").0, "The student");
}

async fn end_tie(school: &School, guardian: &str, child: &str) {
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("the office");
    let tx = school.db.write().await.expect("free");
    let (guardian, child) = (school.person(guardian), school.person(child));
    people::end_guardianship(&tx, &door, guardian, child, school.now())
        .await
        .expect("it ends");
    tx.commit().await.expect("kept");
}

async fn pictures_of_mei(school: &School) -> ConsentState {
    let of_photos = |choice: &ConsentChoice| choice.purpose == ConsentPurpose::PhotosInPublic;
    choice(school, "petra", "mei", of_photos).await.state
}

#[tokio::test]
async fn the_yes_of_a_guardian_ends_with_their_tie() {
    let school = with_a_second_guardian().await;
    let photos = ConsentPurpose::PhotosInPublic;
    say(&school, "rosa", "mei", &form(photos, None, true))
        .await
        .expect("hers to say");
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Given);
    end_tie(&school, "rosa", "mei").await;
    assert_eq!(pictures_of_mei(&school).await, ConsentState::None);
}

#[tokio::test]
async fn the_no_of_a_former_guardian_holds_until_another_says_yes_and_is_nobodys_task() {
    let school = with_a_second_guardian().await;
    let photos = ConsentPurpose::PhotosInPublic;
    let yes = form(photos, None, true);
    let first = say(&school, "petra", "mei", &yes).await.expect("heard");
    say(&school, "rosa", "mei", &form(photos, None, false))
        .await
        .expect("heard");
    assert_eq!(disagreements(&school).await.len(), 1);
    end_tie(&school, "rosa", "mei").await;
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Refused);
    assert_eq!(disagreements(&school).await, [], "nobody is left to agree");
    let again = say(&school, "petra", "mei", &yes).await.expect("heard");
    assert_ne!(again, first, "it is written anew");
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Given);
    let third = say(&school, "petra", "mei", &yes).await.expect("heard");
    assert_eq!(third, again, "and once is enough");
}

#[tokio::test]
async fn a_yes_to_keep_work_outlasts_a_tie_that_ended_as_the_student_left() {
    let school = with_a_second_guardian().await;
    let keep = form(ConsentPurpose::KeepMyWork, None, true);
    say(&school, "petra", "mei", &keep).await.expect("heard");
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("the office");
    let tx = school.db.write().await.expect("free");
    people::end(&tx, &door, school.person("mei"), school.now())
        .await
        .expect("she leaves");
    tx.commit().await.expect("kept");
    let mei = school.actor("mei");
    let of_work = |choice: &&ConsentChoice| choice.purpose == ConsentPurpose::KeepMyWork;
    let all = consent::all(school.db.read(), &mei, school.now())
        .await
        .expect("hers");
    let stands = all[0].choices.iter().find(of_work).expect("offered");
    assert_eq!(stands.state, ConsentState::Given);
}

#[tokio::test]
async fn where_only_a_former_guardian_said_yes_the_others_are_reminded() {
    let school = School::new().await;
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("the office");
    let tx = school.db.write().await.expect("free");
    let (petra, zainab) = (school.person("petra"), school.person("zainab"));
    people::add_guardianship(&tx, &door, petra, zainab, school.now())
        .await
        .expect("tied");
    tx.commit().await.expect("kept");
    let trip = ask(&school).await;
    let yes = form(ConsentPurpose::SchoolRequest, Some(trip), true);
    for child in ["zainab", "tomos"] {
        say(&school, "petra", child, &yes).await.expect("heard");
    }
    end_tie(&school, "petra", "zainab").await;
    let room = room_of_ada(&school).await;
    let tx = school.db.write().await.expect("free");
    let reminded = consent::remind(&tx, &room, trip, school.now())
        .await
        .expect("possible");
    assert_eq!(reminded, 1, "Rosa");
}

/// Ada writes in what a guardian of Zainab signed.
async fn on_paper(
    school: &School,
    trip: ConsentRequestId,
    (answer, lifts_no): (&str, &str),
) -> Result<ConsentEventId, Error> {
    let room = room_of_ada(school).await;
    let tx = school.db.write().await.expect("free");
    let form = PaperAnswer {
        answer: answer.to_owned(),
        lifts_no: lifts_no.to_owned(),
    };
    let of_zainab = (trip, school.person("zainab"));
    let id = consent::answer_on_paper(&tx, &room, of_zainab, &form, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

async fn room_of_ada(school: &School) -> access::Permitted<entity::classroom::Model> {
    let asks = domain::classrooms::policy::Action::AskConsent;
    let room = school.classroom("10Ma1");
    access::classroom(school.db.read(), &school.actor("ada"), room, asks)
        .await
        .expect("hers")
}

/// How Zainab's answer stands on the page of the request.
async fn of_zainab(school: &School, trip: ConsentRequestId) -> RequestAnswer {
    let (ada, room) = (school.actor("ada"), room_of_ada(school).await);
    consent::request_page(school.db.read(), &ada, &room, trip, school.now())
        .await
        .expect("hers")
        .answers
        .into_iter()
        .find(|answer| answer.student == school.person("zainab"))
        .expect("she was asked about")
}

#[tokio::test]
async fn a_yes_on_paper_lifts_no_other_guardians_no_unless_it_is_said_that_it_is_over() {
    let school = School::new().await;
    let trip = ask(&school).await;
    on_paper(&school, trip, ("yes", "")).await.expect("heard");
    assert!(!of_zainab(&school, trip).await.has_no_on_paper);
    on_paper(&school, trip, ("no", "")).await.expect("heard");
    let other = on_paper(&school, trip, ("yes", "")).await;
    assert!(matches!(other, Err(Error::NoOnPaper)), "{other:?}");
    let stands = of_zainab(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Withdrawn);
    assert!(stands.has_no_on_paper, "the tick is offered");
    let id = on_paper(&school, trip, ("yes", "yes")).await.expect("over");
    let stands = of_zainab(&school, trip).await;
    assert_eq!(stands.state, ConsentState::Given);
    assert!(!stands.has_no_on_paper);
    let entry = consent_event::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written");
    let place = "consent_event.payload";
    let evidence = school.opened(place, id.0, &entry.payload).await;
    assert!(evidence.contains("the no on paper before it"), "{evidence}");
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert_eq!(report.broken, None);
}

#[tokio::test]
async fn a_no_on_paper_against_a_yes_by_screen_is_a_task_like_any_disagreement() {
    let school = School::new().await;
    let trip = ask(&school).await;
    let yes = form(ConsentPurpose::SchoolRequest, Some(trip), true);
    say(&school, "rosa", "zainab", &yes).await.expect("heard");
    assert_eq!(disagreements(&school).await, []);
    on_paper(&school, trip, ("no", "")).await.expect("heard");
    let found = disagreements(&school).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.contains("Trip to the museum"), "{found:?}");
    on_paper(&school, trip, ("yes", "yes")).await.expect("over");
    assert_eq!(disagreements(&school).await, []);
}
