//! Reports, duties and the security log over HTTP.

use http::StatusCode;

use crate::persona::Served;

#[tokio::test]
async fn the_form_for_reports_is_two_clicks_away_and_says_how_far_it_is() {
    let served = Served::new().await;
    let mut zainab = served.as_("zainab");
    let home = zainab.get("/home").await;
    assert!(home.body.contains("href=\"/settings\""), "one click");
    let account = zainab.get("/settings").await;
    assert!(account.body.contains("href=\"/report\""), "two clicks");
    let wrong = zainab.post("/report", &[("kind", ""), ("words", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let send = [
        ("kind", "content"),
        ("words", "It hurts somebody"),
        ("place", "10Ma1"),
    ];
    let answer = zainab.post("/report", &send).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = zainab.get(answer.location()).await;
    assert!(page.body.contains("It has arrived") && page.body.contains("It hurts somebody"));
    let mut edith = served.as_("edith");
    let reports = edith.get("/school/reports").await;
    assert!(reports.body.contains("It hurts somebody") && reports.body.contains("Zainab"));
    let id = reports
        .body
        .split("action=\"/school/reports/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("it can be led")
        .to_owned();
    let path = format!("/school/reports/{id}");
    let empty = edith
        .post(&path, &[("step", "close"), ("answer", "")])
        .await;
    assert_eq!(empty.status, StatusCode::CONFLICT);
    let close = [("step", "close"), ("answer", "We spoke with them.")];
    let closed = edith.post(&path, &close).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let page = zainab.get("/report").await;
    assert!(page.body.contains("We spoke with them."));
    for other in ["ada", "rosa", "tomos", "sid"] {
        let found = served.as_(other).get("/school/reports").await;
        assert_eq!(found.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn the_security_log_is_there_for_the_duty_alone_and_a_closed_door_stands_in_it() {
    let served = Served::new().await;
    let school = &served.school;
    let username = async |who: &str| {
        let (id, desmond) = (school.person(who), school.actor("desmond"));
        domain::people::find(school.db.read(), &desmond, id, school.now())
            .await
            .expect("of the office")
            .summary
            .username
            .expect("they have one")
    };
    let bruno = username("bruno").await;
    let mut desmond = served.as_("desmond");
    assert_eq!(
        desmond.get("/school/security").await.status,
        StatusCode::NOT_FOUND
    );
    let give = [("username", bruno.as_str()), ("duty", "security")];
    let given = desmond.post("/school/privacy/duties", &give).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);
    let own = username("desmond").await;
    let own = [("username", own.as_str()), ("duty", "security")];
    let refused = desmond.post("/school/privacy/duties", &own).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(
        served.as_("ada").get("/people").await.status,
        StatusCode::NOT_FOUND
    );
    let mut reader = served.as_("bruno");
    let page = reader.get("/school/security").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Asked for what is not theirs") && page.body.contains("/people"));
    assert_eq!(
        desmond.get("/school/security").await.status,
        StatusCode::NOT_FOUND
    );
}
