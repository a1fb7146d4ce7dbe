//! The receipts in a copy: whoever reads it is named in their own answers, and nobody else
//! is.

use std::io::Read;

use domain::consent::{self, Evidence};
use domain::schools::policy::Action;
use domain::{access, people};
use test_kit::School;
use vocab::consent::ConsentAnswer;
use vocab::rights::{RequestKind, RequestStep};
use zip::ZipArchive;

use super::{asked_by_a_guardian, copy_for, copy_of, step};

/// Ties somebody to another child as a second guardian.
async fn tie(school: &School, guardian: &str, child: &str) {
    let tx = school.db.write().await.expect("free");
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("the office");
    let (guardian, child) = (school.person(guardian), school.person(child));
    people::add_guardianship(&tx, &door, guardian, child, school.now())
        .await
        .expect("tied");
    tx.commit().await.expect("kept");
}

async fn refuse_photos(school: &School, who: &str, about: &str) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(about))
        .await
        .expect("theirs");
    let no = ConsentAnswer {
        purpose: "photos_in_public".to_owned(),
        answer: "no".to_owned(),
        ..ConsentAnswer::default()
    };
    consent::answer(&tx, &about, &no, Evidence::default(), school.now())
        .await
        .expect("heard");
    tx.commit().await.expect("kept");
}

/// All that is written in the archive, and all of its receipts.
fn read(mut zip: ZipArchive<std::fs::File>) -> (String, String) {
    let (mut all, mut receipts) = (String::new(), String::new());
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("it is there");
        let is_receipt = file.name().expect("a name").ends_with(".jsonld");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it is whole");
        let text = String::from_utf8_lossy(&bytes);
        all.push_str(&text);
        if is_receipt {
            receipts.push_str(&text);
        }
    }
    (all, receipts)
}

#[tokio::test]
async fn a_guardians_copy_names_no_other_guardian_who_answered_for_the_child() {
    let school = School::new().await;
    tie(&school, "rosa", "mei").await;
    for who in ["petra", "rosa", "mei"] {
        refuse_photos(&school, who, "mei").await;
    }
    let (all, receipts) = read(copy_of(&school, "petra", "mei").await);
    for other in ["Rosa", "Okafor"] {
        assert!(!all.contains(other), "{other}");
    }
    for words in ["Petra Griffiths", "Another guardian", "The student"] {
        assert!(receipts.contains(words), "{words} in {receipts}");
    }
    let (all, receipts) = read(copy_of(&school, "mei", "mei").await);
    for other in ["Rosa", "Okafor", "Petra", "Griffiths"] {
        assert!(!all.contains(other), "{other}");
    }
    assert!(receipts.contains("A guardian") && receipts.contains("Mei Cheung"));
}

#[tokio::test]
async fn the_copy_of_a_granted_request_names_who_asked_and_no_other_who_answered() {
    let school = School::new().await;
    tie(&school, "petra", "zainab").await;
    for who in ["petra", "rosa"] {
        refuse_photos(&school, who, "zainab").await;
    }
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Approve).await;
    let (all, receipts) = read(copy_for(&school, "edith", id).await.expect("granted"));
    for other in ["Petra", "Griffiths"] {
        assert!(!all.contains(other), "{other}");
    }
    for words in ["Rosa Okafor", "Another guardian"] {
        assert!(receipts.contains(words), "{words} in {receipts}");
    }
}
