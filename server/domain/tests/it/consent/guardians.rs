//! Several guardians of one child: none is named to another.

use domain::consent;
use vocab::consent::{ConsentChoice, ConsentPurpose};

use super::{choice, form, say, with_a_second_guardian};

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
