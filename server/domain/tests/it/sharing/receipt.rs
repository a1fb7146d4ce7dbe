//! What a receipt says of a yes that ends by itself.

use domain::consent::{self, Receipt, Signer};
use test_kit::School;
use vocab::legal_entity::LegalEntity;

use super::{asked, of, say};

/// The receipt of Rosa's last answer for Zainab.
async fn last_receipt(school: &School) -> Receipt {
    let id = of(school, "rosa", "zainab").await.receipt;
    let (rosa, id) = (school.actor("rosa"), id.expect("she has answered"));
    consent::receipt(school.db.read(), &rosa, id, school.now())
        .await
        .expect("hers")
}

#[tokio::test]
async fn a_receipt_says_when_a_yes_ends_and_that_of_a_no_has_no_end() {
    let school = School::new().await;
    asked(&school).await;
    let (platform, signer) = (LegalEntity::default(), Signer::new([7; 32]));
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    let yes = last_receipt(&school).await;
    let until = yes.valid_until.clone().expect("it ends");
    assert_eq!(until.words, "24 December 2026", "the last day");
    assert_eq!(until.iso, "2026-12-25T00:00:00Z");
    assert_eq!(
        yes.json_ld(&platform)["dct:valid"],
        "2026-11-24T10:00:00Z/2026-12-25T00:00:00Z"
    );
    let told = yes.json(&signer, &platform);
    let end = &told["services"][0]["purposes"][0]["validUntil"];
    assert_eq!(end, "2026-12-25T00:00:00Z");

    say(&school, "rosa", "zainab", "no").await.expect("hers");
    let no = last_receipt(&school).await;
    assert_eq!(no.valid_until, None);
    assert!(no.json_ld(&platform).get("dct:valid").is_none());
}
