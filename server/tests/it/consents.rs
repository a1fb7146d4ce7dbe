//! Consents over HTTP: the choices, their receipts, and what a school asks once.

use http::StatusCode;

use crate::northgate::first;
use crate::persona::{Persona, Served};

/// Answers a choice about a child, on the page of choices.
async fn say(who: &mut Persona, child: &str, purpose: &str, answer: &str) {
    let form = [("purpose", purpose), ("answer", answer)];
    let said = who.post(&format!("/consents/{child}"), &form).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
}

/// Makes Rosa a second guardian of Mei; answers Mei's id.
async fn with_a_second_guardian(served: &Served) -> String {
    let mei = served.school.person("mei");
    let tied = served
        .as_("desmond")
        .post(&format!("/people/{mei}/guardians"), &[("guardian", "rosa")])
        .await;
    assert_eq!(tied.status, StatusCode::SEE_OTHER, "{}", tied.body);
    mei.to_string()
}

#[tokio::test]
async fn no_page_of_a_consent_names_another_guardian() {
    let served = Served::new().await;
    let mei = with_a_second_guardian(&served).await;
    let (mut petra, mut rosa) = (served.as_("petra"), served.as_("rosa"));
    say(&mut petra, &mei, "photos_in_public", "yes").await;
    let own = petra.get("/settings/privacy").await.body;
    let receipt = format!("/privacy/receipts/{}", first("/privacy/receipts", &own));
    let told = petra.get(&receipt).await.body;
    assert!(told.contains("Petra Griffiths, as a guardian"), "{told}");
    for path in [
        "/settings/privacy".to_owned(),
        receipt.clone(),
        format!("{receipt}/receipt.json"),
        format!("{receipt}/receipt.jsonld"),
    ] {
        let page = rosa.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("Petra"), "{path}: {}", page.body);
        assert!(!page.body.contains("Griffiths"), "{path}");
    }
    let told = rosa.get(&receipt).await.body;
    assert!(told.contains("Another guardian"), "{told}");
}
