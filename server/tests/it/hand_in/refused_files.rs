//! Files that cannot be added, among others that can: each is named, and no other is lost.

use http::StatusCode;
use test_kit::NewWork;
use vocab::assignments::{MAX_ANSWER_CHARS, MAX_FILES};

use crate::persona::Served;

#[tokio::test]
async fn files_that_are_too_large_are_each_named_and_take_no_other_with_them() {
    let served = Served::new().await;
    let large = vec![7_u8; 50 * 1024 * 1024 + 1];
    let files: [(&str, &str, &[u8]); 4] = [
        ("files", "first.png", b"a picture"),
        ("files", "film.mp4", &large),
        ("files", "graph.png", b"a graph"),
        ("files", "clip.mov", &large),
    ];
    let mut zainab = served.as_("zainab");
    for button in ["draft", "hand-in"] {
        let work = NewWork::published("Sheet 6");
        let id = served.school.assignment("10Ma1", work).await;
        let page = format!("/assignments/{id}");
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &[("text", "my words")], &files)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        for name in ["film.mp4", "clip.mov"] {
            // In the summary, and beside the picker.
            let said = format!("{name} is larger than 50 MB, so it was not added");
            assert!(refused.body.matches(&said).count() > 1, "{button}: {name}");
        }
        let kept = "Your words and the other files are kept";
        assert!(refused.body.contains(kept), "{}", refused.body);
        let page = zainab.get(&page).await.body;
        for kept in ["my words", "first.png", "graph.png"] {
            assert!(page.contains(kept), "{button}: {kept}");
        }
        assert!(!page.contains("film.mp4") && !page.contains("class=\"receipt\""));
    }
}

#[tokio::test]
async fn an_empty_file_is_named_and_nothing_is_handed_in() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let empty: (&str, &str, &[u8]) = ("files", "empty.txt", b"");
    let mut zainab = served.as_("zainab");
    let refused = zainab
        .post_files(
            &format!("{page}/hand-in"),
            &[("text", "my words")],
            &[empty],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = "empty.txt is empty, so it was not added. Choose it again";
    // In the summary, and beside the picker.
    assert!(refused.body.matches(said).count() > 1, "{}", refused.body);
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains("my words") && !shown.contains("empty.txt"));
    assert!(!shown.contains("class=\"receipt\""), "{shown}");
    // A picker in which nothing was chosen sends a part without a name.
    let nothing: (&str, &str, &[u8]) = ("files", "", b"");
    let handed_in = zainab
        .post_files(
            &format!("{page}/hand-in"),
            &[("text", "my words")],
            &[nothing],
        )
        .await;
    let status = handed_in.status;
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", handed_in.body);
}

#[tokio::test]
async fn a_text_that_is_too_long_and_a_file_that_is_too_large_are_told_at_once() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let long = "x".repeat(MAX_ANSWER_CHARS + 1);
    let film = vec![7_u8; 50 * 1024 * 1024 + 1];
    let files: [(&str, &str, &[u8]); 2] = [
        ("files", "film.mp4", &film),
        ("files", "graph.png", b"a graph"),
    ];
    let mut zainab = served.as_("zainab");
    for button in ["draft", "hand-in"] {
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &[("text", &long)], &files)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        for said in [
            "Your answer must be 200000 characters or fewer",
            "film.mp4 is larger than 50 MB, so it was not added",
        ] {
            assert!(refused.body.contains(said), "{button}: {said}");
        }
        assert!(!refused.body.contains("Your words are kept"), "{button}");
        let page = zainab.get(&page).await.body;
        assert!(page.contains("graph.png"), "{button}");
        assert!(!page.contains("class=\"receipt\""), "{button}");
    }
}

#[tokio::test]
async fn each_file_that_finds_the_answer_full_is_named_and_what_is_there_already_stays() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let names: Vec<String> = (1..=MAX_FILES).map(|at| format!("{at}.txt")).collect();
    let full: Vec<(&str, &str, &[u8])> = names
        .iter()
        .map(|name| ("files", name.as_str(), name.as_bytes()))
        .collect();
    let mut zainab = served.as_("zainab");
    let added = zainab
        .post_files(&format!("{page}/files"), &[], &full)
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let more: [(&str, &str, &[u8]); 3] = [
        ("files", "plan.txt", b"a plan"),
        ("files", "20.txt", b"20.txt"),
        ("files", "graph.png", b"a graph"),
    ];
    let refused = zainab
        .post_files(&format!("{page}/files"), &[], &more)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["plan.txt", "graph.png"] {
        let said = format!("An answer holds at most 20 files, so {name} was not added");
        assert!(refused.body.contains(&said), "{}", refused.body);
    }
    assert!(!refused.body.contains("20.txt was not added"));
    assert!(refused.body.contains("The other files are kept"));
    let page = zainab.get(&page).await.body;
    assert!(page.contains("20.txt") && !page.contains("plan.txt"));
}
