//! Several guardians of one child: none is named to another, and none decides whose tie
//! has ended.

use domain::schools::policy::Action;
use domain::{access, consent, people};
use test_kit::School;
use vocab::consent::{ConsentChoice, ConsentPurpose, ConsentState};

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
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let asks = domain::classrooms::policy::Action::AskConsent;
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), asks)
        .await
        .expect("hers");
    let reminded = consent::remind(&tx, &room, trip, school.now())
        .await
        .expect("possible");
    assert_eq!(reminded, 1, "Rosa");
}
