//! What is counted of pages over HTTP: never somebody who objected.

use http::StatusCode;

use crate::persona::Served;

#[tokio::test]
async fn whoever_objects_is_not_counted_from_the_next_page_on() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    assert_eq!(ada.get("/home").await.status, StatusCode::OK);
    ada.get("/home").await;
    // What is not a page, is nobody's or went wrong is not counted.
    ada.get("/nowhere").await;
    served.stranger().get("/home").await;
    served.stranger().get("/trust").await;
    assert_eq!(served.usage.open(), 2);
    let me = served.school.person("ada").to_string();
    let objection = [
        ("about", me.as_str()),
        ("purpose", "counting"),
        ("answer", "object"),
    ];
    let sent = ada.post("/my-data/objections", &objection).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let before = served.usage.open();
    ada.get("/home").await;
    ada.get("/classrooms").await;
    assert_eq!(served.usage.open(), before, "that session is not counted");
    served.as_("petra").get("/home").await;
    assert_eq!(served.usage.open(), before + 1, "others are");
}

#[tokio::test]
async fn the_page_about_use_is_the_offices() {
    let served = Served::new().await;
    served.as_("ada").get("/home").await;
    served
        .usage
        .flush(&served.school.db)
        .await
        .expect("written");
    let page = served.as_("desmond").get("/school/usage").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Too few to say") && !page.body.contains("About 1<"));
    for outsider in ["ada", "zainab", "rosa"] {
        let answer = served.as_(outsider).get("/school/usage").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{outsider}");
    }
    let south = served.as_("saskia").get("/school/usage").await.body;
    assert!(south.contains("Nothing counted yet"));
}
