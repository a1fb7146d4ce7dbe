//! The lead's registers over HTTP.

use http::StatusCode;

use crate::persona::Served;

#[tokio::test]
async fn the_registers_are_the_offices_and_their_forms_work() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let breach = [
        ("kind", "confidentiality"),
        ("what", "A list lay in the printer"),
        ("categories", "names"),
    ];
    let sent = edith.post("/school/privacy/breaches", &breach).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/privacy/breaches").await;
    assert!(page.body.contains("A list lay in the printer") && page.body.contains("In time"));
    let cockpit = edith.get("/school/privacy").await;
    assert!(cockpit.body.contains("A breach is open"));
    let wrong = edith
        .post("/school/privacy/breaches", &[("what", "kept words")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("kept words") && wrong.body.contains("href=\"#kind\""));
    let asked = [
        ("kind", "legal"),
        ("requester", "The family court"),
        ("authority", "Order 12/26"),
        ("basis", "law"),
        ("categories", "marks"),
        ("username", "zainab"),
    ];
    let sent = edith.post("/school/privacy/disclosures", &asked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/privacy/disclosures").await;
    assert!(page.body.contains("Zainab Okafor") && page.body.contains("Waits for two approvals"));
    let reviewed = [("activity", "Teaching"), ("months", "12"), ("note", "fine")];
    let sent = edith.post("/school/privacy/activities", &reviewed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    for page in [
        "breaches",
        "disclosures",
        "activities",
        "who-looked",
        "choices",
    ] {
        let path = format!("/school/privacy/{page}");
        assert_eq!(edith.get(&path).await.status, StatusCode::OK, "{path}");
        let teacher = served.as_("ada").get(&path).await;
        assert_eq!(teacher.status, StatusCode::NOT_FOUND, "{path}");
    }
    let let_in = [("hours", "2"), ("reason", "A roster does not come in")];
    let sent = served.as_("desmond").post("/school/support", &let_in).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/support").await;
    assert!(page.body.contains("A roster does not come in"));
    assert!(!page.body.contains("End it now"), "an admin ends it");
}

#[tokio::test]
async fn what_is_delegated_stands_on_one_page_and_is_gone_with_the_next_request_once_it_ends() {
    let served = Served::new().await;
    let child = served.school.person("zainab");
    let page = served.as_("zainab").get("/my-data/who-may").await;
    for who in ["Rosa Okafor", "Ada Achterberg", "Bruno Dhillon"] {
        assert!(page.body.contains(who), "{who}");
    }
    assert!(!page.body.contains("Petra"), "another family");
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/my-data/who-may").await;
    assert!(page.body.contains("Zainab Okafor"));
    let looks = format!("/my-data/who-looked?of={child}");
    assert_eq!(rosa.get(&looks).await.status, StatusCode::OK);
    let end = format!("/my-data/who-may/{child}/end");
    let other = served.as_("petra").post(&end, &[]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let ended = rosa.post(&end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    assert_eq!(rosa.get(&looks).await.status, StatusCode::NOT_FOUND);
    let page = served.as_("zainab").get("/my-data/who-may").await;
    assert!(!page.body.contains("Rosa Okafor"));
}
