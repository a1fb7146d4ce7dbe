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

#[tokio::test]
async fn a_yes_on_paper_after_a_no_asks_whether_the_no_is_over() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let consents = format!("/classrooms/{room}/consents");
    let mut ada = served.as_("ada");
    let trip = [("title", "Trip to the museum"), ("details", "By coach")];
    let asked = ada.post(&consents, &trip).await;
    let page = asked
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    let of_zainab = format!("{page}/answers/{}", served.school.person("zainab"));
    assert!(!ada.get(&page).await.body.contains("lifts_no"));
    ada.post(&of_zainab, &[("answer", "no")]).await;
    assert!(ada.get(&page).await.body.contains("name=\"lifts_no\""));
    let refused = ada.post(&of_zainab, &[("answer", "yes")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("A guardian said no on paper"));
    let lifted = ada
        .post(&of_zainab, &[("answer", "yes"), ("lifts_no", "yes")])
        .await;
    assert_eq!(lifted.location(), format!("{page}?done=answered"));
    assert!(!ada.get(&page).await.body.contains("lifts_no"));
}
