//! What a refused form says of its words: that they are kept only where they are, and what
//! stands against words and files alike once; and how words are kept that are not sent yet.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

const CLOSED: &str = "This work is closed, so it cannot be handed in any more";

const FILES: [(&str, &str, &[u8]); 2] = [
    ("files", "plan.txt", b"a plan"),
    ("files", "graph.png", b"a graph"),
];

/// New work, by the address of its page.
async fn new_work(served: &Served) -> String {
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    format!("/assignments/{id}")
}

async fn close(served: &Served, page: &str) {
    let closed = served.as_("ada").post(&format!("{page}/close"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
}

#[tokio::test]
async fn closed_work_keeps_words_and_files_and_is_said_once_to_be_closed() {
    let served = Served::new().await;
    let page = new_work(&served).await;
    close(&served, &page).await;
    let mut zainab = served.as_("zainab");
    let words = [("text", "photosynthesis"), ("version", "0")];
    let refused = zainab
        .post_files(&format!("{page}/hand-in"), &words, &FILES)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let said = format!("{CLOSED}. Your words are kept.");
    assert_eq!(refused.body.matches(&said).count(), 1, "{}", refused.body);
    assert_eq!(refused.body.matches(CLOSED).count(), 1, "{}", refused.body);
    let shown = zainab.get(&page).await.body;
    for kept in ["photosynthesis", "plan.txt", "graph.png"] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
}

#[tokio::test]
async fn words_for_closed_work_that_another_device_overtook_are_not_called_kept() {
    let served = Served::new().await;
    let page = new_work(&served).await;
    let mut zainab = served.as_("zainab");
    let first = [("text", "chlorophyll"), ("version", "0")];
    let saved = zainab.post(&format!("{page}/draft"), &first).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    close(&served, &page).await;
    let others = [("text", "stomata"), ("version", "0")];
    let refused = zainab.post(&format!("{page}/hand-in"), &others).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [CLOSED, "Another device saved different words", "stomata"] {
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
    }
    assert!(!refused.body.contains("Your words are kept"));
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains("chlorophyll") && !shown.contains("stomata"));
}

#[tokio::test]
async fn what_stands_against_words_and_files_alike_is_said_once() {
    let served = Served::new().await;
    let page = new_work(&served).await;
    let child = served.school.person("zainab").to_string();
    let objection = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    let mut rosa = served.as_("rosa");
    let objected = rosa.post("/my-data/objections", &objection).await;
    assert_eq!(objected.status, StatusCode::SEE_OTHER, "{}", objected.body);
    let mut zainab = served.as_("zainab");
    let words = [("text", "photosynthesis"), ("version", "0")];
    for button in ["draft", "hand-in"] {
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &words, &FILES)
            .await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        let said = refused.body.matches("Somebody objected to this use");
        assert_eq!(said.count(), 1, "{button}: {}", refused.body);
        assert!(!refused.body.contains("Your words are kept"), "{button}");
        assert!(refused.body.contains("photosynthesis"), "{button}");
    }
}

#[tokio::test]
async fn a_draft_that_is_saved_says_how_what_follows_is_kept_until_a_script_does_it() {
    let served = Served::new().await;
    let page = new_work(&served).await;
    let mut zainab = served.as_("zainab");
    let words = [("text", "photosynthesis"), ("version", "0")];
    let saved = zainab.post(&format!("{page}/draft"), &words).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shown = zainab.get(&page).await;
    let said = regex::Regex::new(">Saved [^<]+\\. Press Save draft to keep what you write<");
    let said = said.expect("a pattern");
    assert!(said.is_match(&shown.body), "{}", shown.body);
}
