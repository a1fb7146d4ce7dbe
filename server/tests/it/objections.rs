//! Objections over HTTP: the page, the switch, and what answers 409 once it is set.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

#[tokio::test]
async fn a_guardian_objects_with_one_switch_and_saving_is_refused_with_a_sentence() {
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answered = school.submission(work, "zainab", "x = 4").await;
    let child = school.person("zainab").to_string();
    let send = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/my-data/objections").await;
    assert!(page.body.contains("I object"));
    let answer = rosa.post("/my-data/objections", &send).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = rosa.get(answer.location()).await;
    assert!(page.body.contains("It has stopped") && page.body.contains("Take back"));
    let mut zainab = served.as_("zainab");
    let seen = zainab.get("/my-data/objections").await;
    assert!(seen.body.contains("Stopped"), "she sees it too");
    let mark = [
        ("points", "12"),
        ("comment", "x"),
        ("version", "0"),
        ("intent", "save"),
    ];
    let refused = served
        .as_("ada")
        .post(&format!("/submissions/{answered}/mark"), &mark)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Somebody objected to this use"));
}

#[tokio::test]
async fn nobody_objects_for_somebody_who_is_not_theirs() {
    let served = Served::new().await;
    let child = served.school.person("zainab").to_string();
    let send = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    for other in ["petra", "tomos", "ada", "edith", "sid"] {
        let answer = served.as_(other).post("/my-data/objections", &send).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
}
