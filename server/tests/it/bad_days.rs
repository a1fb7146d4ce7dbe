//! Bad days: the records are away, the store cannot write, an address is nonsense.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

#[tokio::test]
async fn when_the_database_is_away_everybody_gets_a_clear_page() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    served
        .school
        .db
        .read()
        .close_by_ref()
        .await
        .expect("the pool closes");
    let mut zainab = served.as_("zainab");
    for path in [
        "/home".to_owned(),
        format!("/assignments/{work}"),
        "/classrooms".to_owned(),
    ] {
        let page = zainab.get(&path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.body.contains("cannot reach its records"), "{path}");
        for inside in ["panicked", "sqlx", "SELECT", ".rs:"] {
            assert!(
                !page.body.contains(inside),
                "{path} shows its inside: {inside}"
            );
        }
    }
    let hand_in = zainab
        .post(&format!("/assignments/{work}/hand-in"), &[("text", "x")])
        .await;
    assert_eq!(hand_in.status, StatusCode::SERVICE_UNAVAILABLE);
    let sign_in = [
        ("school", "NORTH"),
        ("username", "zainab"),
        ("password", "whatever it is"),
    ];
    assert_eq!(
        served.stranger().post("/sign-in", &sign_in).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        served.stranger().get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        served.stranger().get("/healthz").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn when_the_store_cannot_write_the_words_are_kept_and_no_half_file_is_left() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    // A file where the store wants a folder: nothing below it can be written.
    let files = served.folder().join("files");
    std::fs::remove_dir_all(&files).expect("it is ours");
    std::fs::write(&files, b"in the way").expect("it is ours");
    let mut zainab = served.as_("zainab");
    let nothing = "00000000-0000-7000-8000-000000000000";
    let remove = format!("files/{nothing}/remove");
    for (button, version) in [("hand-in", 0), ("draft", 1), (&remove, 2)] {
        let words = format!("my words for {button}");
        let answer = zainab
            .post_files(
                &format!("/assignments/{work}/{button}"),
                &[("text", &words), ("version", &version.to_string())],
                &[("files", "graph.png", b"bytes")],
            )
            .await;
        assert!(answer.status.is_client_error() || answer.status.is_server_error());
        assert!(
            answer.body.contains(&words),
            "what was typed is still in the form: {}",
            answer.body
        );
        let page = zainab.get(&format!("/assignments/{work}")).await;
        assert!(page.body.contains(&words), "{button}: the draft has it too");
        assert!(!page.body.contains("graph.png") && !page.body.contains("class=\"receipt\""));
    }
}

#[tokio::test]
async fn an_address_that_is_nonsense_is_a_page_that_is_not_there() {
    let served = Served::new().await;
    for path in [
        "/assignments/1",
        "/classrooms/%00",
        "/files/x",
        "/submissions/../../etc",
        "/people/import/x",
        "/nowhere",
    ] {
        let page = served.as_("ada").get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Page not found"), "{path}");
    }
    let posted = served.as_("ada").post("/assignments/1/publish", &[]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    assert!(posted.body.contains("Page not found"));
}
