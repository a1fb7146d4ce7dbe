//! A student's work over HTTP: written, saved, handed in, taken back.

mod left_out;
mod moved;
mod not_handed_in;
mod not_kept;
mod own_child;
mod refused_files;

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::NewWork;

use crate::persona::{Persona, Served};

#[tokio::test]
async fn a_student_hands_in_and_gets_a_receipt() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment(
            "10Ma1",
            NewWork::published("Sheet 6")
                .due("2026-11-26T15:30:00Z")
                .points(20),
        )
        .await;
    let mut zainab = served.as_("zainab");
    let page = zainab.get(&format!("/assignments/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Sheet 6")
            && page
                .body
                .contains(&format!("action=\"/assignments/{id}/hand-in\""))
    );
    let answer = zainab
        .post(
            &format!("/assignments/{id}/hand-in"),
            &[("text", "x is 3"), ("version", "0")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = zainab.get(answer.location()).await;
    assert!(page.body.contains("Handed in. Your receipt is below."));
    assert!(page.body.contains("class=\"receipt\""));
}

#[tokio::test]
async fn words_and_files_survive_whichever_button_is_pressed() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let saved = zainab
        .post_files(
            &format!("/assignments/{id}/files"),
            &[("text", "my words"), ("version", "0")],
            &[
                ("files", "graph.png", b"not really a picture"),
                ("files", "../notes.txt", b"notes"),
                ("files", "odd %22name%22.txt", b"odd"),
            ],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let page = zainab.get(saved.location()).await;
    for text in ["my words", "graph.png", "notes.txt", "odd "] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains("../notes"));
    assert!(!page.body.contains("%22name"), "as browsers write a quote");
}

#[tokio::test]
async fn a_file_is_a_download_for_its_student_and_nothing_for_anybody_else() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    zainab
        .post_files(
            &format!("/assignments/{id}/draft"),
            &[],
            &[("files", "a.html", b"<script>alert(1)</script>")],
        )
        .await;
    let page = zainab.get(&format!("/assignments/{id}")).await;
    let link = regex::Regex::new("/files/[0-9a-f-]{36}")
        .expect("a pattern")
        .find(&page.body)
        .expect("a link")
        .as_str()
        .to_owned();
    let file = zainab.get(&link).await;
    assert_eq!(file.body, "<script>alert(1)</script>");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    for other in ["tomos", "ada", "cleo", "petra", "sid", "desmond"] {
        assert_eq!(
            served.as_(other).get(&link).await.status,
            StatusCode::NOT_FOUND,
            "{other}: a draft is the student's own"
        );
    }
    zainab
        .post(&format!("/assignments/{id}/hand-in"), &[("text", "")])
        .await;
    assert_eq!(served.as_("ada").get(&link).await.status, StatusCode::OK);
    assert_eq!(served.as_("rosa").get(&link).await.status, StatusCode::OK);
    for other in ["tomos", "cleo", "petra", "sid", "desmond"] {
        assert_eq!(
            served.as_(other).get(&link).await.status,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_the_words_stay() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let large = vec![7_u8; 50 * 1024 * 1024 + 1];
    let answer = zainab
        .post_files(
            &format!("/assignments/{id}/hand-in"),
            &[("text", "my words")],
            &[("files", "film.mp4", &large)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("my words") && answer.body.contains("50 MB"));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_named_also_where_too_much_comes_after_it() {
    let served = Served::configured(None, |config| config.most_drained_bytes = 1024).await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let film = vec![7_u8; 51 * 1024 * 1024];
    // A part that no form of ours has is read to its end, and this one is longer than that.
    let files: [(&str, &str, &[u8]); 3] = [
        ("files", "film.mp4", &film),
        ("others", "long.bin", &[7; 4096]),
        ("files", "graph.png", &[7; 16]),
    ];
    for button in ["draft", "hand-in"] {
        let mut zainab = served.as_("zainab");
        let page = format!("/assignments/{id}");
        let answer = zainab
            .post_files(&format!("{page}/{button}"), &[("text", "my words")], &files)
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        for said in [
            "film.mp4 is larger than 50 MB",
            "Files after it were not added",
        ] {
            assert!(answer.body.contains(said), "{button}: {said}");
        }
        assert!(answer.body.contains("my words"));
        assert!(!zainab.get(&page).await.body.contains("graph.png"));
    }
}

#[tokio::test]
async fn more_files_than_an_answer_holds_are_refused_and_the_words_stay() {
    let served = Served::new().await;
    let names: Vec<String> = (1..=21).map(|number| format!("{number}.txt")).collect();
    let files: Vec<(&str, &str, &[u8])> = names
        .iter()
        .map(|name| ("files", name.as_str(), name.as_bytes()))
        .collect();
    let mut zainab = served.as_("zainab");
    for button in ["hand-in", "draft"] {
        let id = served
            .school
            .assignment("10Ma1", NewWork::published("Sheet 6"))
            .await;
        let page = format!("/assignments/{id}");
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &[("text", "my words")], &files)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        let said = "Choose at most 20 files at once. The first 20 were added. Your words are kept";
        assert!(refused.body.contains(said), "{}", refused.body);
        assert!(refused.body.contains("my words"));
        let page = zainab.get(&page).await;
        assert!(page.body.contains("my words"), "{button}");
        assert!(page.body.contains("20.txt") && !page.body.contains("21.txt"));
        assert!(!page.body.contains("class=\"receipt\""), "{button}");
    }
}

#[tokio::test]
async fn an_empty_hand_in_says_what_is_missing() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = served
        .as_("zainab")
        .post(&format!("/assignments/{id}/hand-in"), &[("text", "  ")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("error-summary"));
}

#[tokio::test]
async fn a_form_without_words_hands_in_those_of_the_draft() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    let kept = zainab
        .post_files(
            &format!("{page}/draft"),
            &[("text", "Photosynthesis"), ("version", "0")],
            &[],
        )
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let handed_in = zainab
        .post_files(
            &format!("{page}/hand-in"),
            &[],
            &[("files", "graph.png", b"bytes")],
        )
        .await;
    assert_eq!(
        handed_in.status,
        StatusCode::SEE_OTHER,
        "{}",
        handed_in.body
    );
    let page = zainab.get(handed_in.location()).await;
    assert!(page.body.contains("Photosynthesis") && page.body.contains("graph.png"));
}

#[tokio::test]
async fn work_can_be_taken_back_until_it_is_due() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains("counts as late"), "{shown}");
    let back = zainab.post(&format!("{page}/unsubmit"), &[]).await;
    assert_eq!(back.location(), format!("{page}?done=taken-back"));
    let page = zainab.get(back.location()).await;
    assert!(page.body.contains("first try") && page.body.contains("Taken back"));
    // What stands with the time of the hand-in is that it was handed in.
    assert!(page.body.contains("<b>Handed in</b>") && page.body.contains(", taken back"));
}

#[tokio::test]
async fn taking_back_twice_keeps_the_words_in_the_field() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let unsubmit = format!("{page}/unsubmit");
    zainab.post(&unsubmit, &[]).await;
    let again = zainab.post(&unsubmit, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("There is nothing to take back"));
    assert!(again.body.contains("first try"), "{}", again.body);
}

#[tokio::test]
async fn whoever_takes_back_too_late_is_told_so() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    served.school.clock.advance(TimeDelta::minutes(10));
    let late = zainab.post(&format!("{page}/unsubmit"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("The due time is past"), "{}", late.body);
}

#[tokio::test]
async fn whoever_takes_back_what_is_marked_is_told_so() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let list = served.as_("ada").get(&page).await;
    let answer = regex::Regex::new("/submissions/[0-9a-f-]{36}")
        .expect("a pattern")
        .find(&list.body)
        .expect("the answer is in the teacher's list")
        .as_str()
        .to_owned();
    let marked = served
        .as_("ada")
        .post(
            &format!("{answer}/mark"),
            &[
                ("comment", "Well begun"),
                ("version", "0"),
                ("intent", "save"),
            ],
        )
        .await;
    assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.body);
    let back = zainab.post(&format!("{page}/unsubmit"), &[]).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
    assert!(
        back.body.contains("Your teacher has marked this already"),
        "{}",
        back.body
    );
}

#[tokio::test]
async fn whoever_hands_in_what_is_closed_is_told_so_and_the_words_are_shown() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{id}");
    let closed = served.as_("ada").post(&format!("{page}/close"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    let mut zainab = served.as_("zainab");
    let refused = zainab
        .post(&format!("{page}/hand-in"), &[("text", "photosynthesis")])
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("This work is closed"));
    let page = zainab.get(&page).await;
    assert!(page.body.contains("photosynthesis"), "{}", page.body);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_and_the_file_beside_it_and_the_draft_are_kept() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    zainab
        .post(
            &format!("{page}/draft"),
            &[("text", "my draft"), ("version", "0")],
        )
        .await;
    let long = "x".repeat(2 * 1024 * 1024 + 1);
    let refused = zainab
        .post_files(
            &format!("{page}/draft"),
            &[("text", &long), ("version", "1")],
            &[("files", "graph.png", b"bytes")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This text is too long to be sent"));
    assert!(refused.body.contains("my draft") && refused.body.contains("graph.png"));
}

#[tokio::test]
async fn words_of_another_device_below_the_field_stay_in_the_draft_and_are_not_handed_in() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    let words = |version| {
        [
            ("text", "chlorophyll"),
            ("theirs", "stomata"),
            ("version", version),
        ]
    };
    let saved = zainab
        .post_files(&format!("{page}/draft"), &words("0"), &[])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let kept = zainab.get(&page).await.body;
    assert!(kept.contains("chlorophyll") && kept.contains("stomata"));

    let handed_in = zainab
        .post_files(&format!("{page}/hand-in"), &words("1"), &[])
        .await;
    let status = handed_in.status;
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", handed_in.body);
    let kept = zainab.get(&page).await.body;
    assert!(kept.contains("chlorophyll") && !kept.contains("stomata"));
}

#[tokio::test]
async fn a_hand_in_that_is_refused_comes_back_with_the_words_of_the_other_device_apart() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    let first = [("text", "written first"), ("version", "0")];
    zainab
        .post_files(&format!("{page}/draft"), &first, &[])
        .await;
    let words = [
        ("text", "chlorophyll"),
        ("theirs", "stomata"),
        ("version", "0"),
    ];
    let refused = zainab
        .post_files(&format!("{page}/hand-in"), &words, &[])
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert!(refused.body.contains("chlorophyll</textarea>"));
    assert!(refused.body.contains("name=\"theirs\""));
    assert!(refused.body.contains("stomata</textarea>"));
}

#[tokio::test]
async fn what_comes_from_a_page_of_the_student_before_is_not_kept_as_the_next_ones() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    let opened = zainab.get(&page).await.body;
    let carried = regex::Regex::new("name=\"whose\"[^>]*value=\"([0-9a-f-]{36})\"")
        .expect("a pattern")
        .captures(&opened)
        .expect("the form says whose page it is")[1]
        .to_owned();
    assert_eq!(carried, served.school.person("zainab").to_string());

    // Tomos signs in in the same browser, and her page is still open.
    let mut tomos = served.as_("tomos");
    let words = [
        ("whose", &*carried),
        ("text", "chlorophyll"),
        ("version", "0"),
    ];
    for button in ["draft", "files", "hand-in"] {
        let address = format!("{page}/{button}");
        let file: (&str, &str, &[u8]) = ("files", "graph.png", b"bytes");
        let with_file = tomos.post_files(&address, &words, &[file]).await;
        let without = tomos.post(&address, &words).await;
        for refused in [with_file, without] {
            assert_eq!(refused.status, StatusCode::CONFLICT, "{button}");
            assert!(refused.body.contains("Somebody else has signed in"));
            assert!(!refused.body.contains("chlorophyll"), "{}", refused.body);
        }
    }
    let carried_by_island = format!("{id} {carried}");
    let call = [
        ("page", &*carried_by_island),
        ("text", "chlorophyll"),
        ("version", "0"),
    ];
    let refused = tomos.post("/api/assignments/save-draft", &call).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let kept = tomos.get(&page).await.body;
    for trace in ["chlorophyll", "graph.png", "class=\"receipt\""] {
        assert!(!kept.contains(trace), "{trace}");
    }

    // From her own page they are hers.
    zainab.post("/api/assignments/save-draft", &call).await;
    assert!(zainab.get(&page).await.body.contains("chlorophyll"));
    let handed_in = zainab.post(&format!("{page}/hand-in"), &words).await;
    let status = handed_in.status;
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", handed_in.body);
}

#[tokio::test]
async fn a_page_of_the_student_before_takes_nothing_back_of_the_next() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let mut tomos = served.as_("tomos");
    let words = [("text", "his own try"), ("version", "0")];
    let his = tomos.post(&format!("{page}/hand-in"), &words).await;
    assert_eq!(his.status, StatusCode::SEE_OTHER, "{}", his.body);
    let opened = zainab.get(&page).await.body;
    let hers = served.school.person("zainab").to_string();
    let says_whose = format!("name=\"whose\" value=\"{hers}\"");
    assert!(opened.contains(&says_whose), "{opened}");

    // Tomos signs in in the same browser, and her page is still open.
    let carried = [("whose", &*hers)];
    let unsubmit = format!("{page}/unsubmit");
    let refused = tomos.post(&unsubmit, &carried).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Somebody else has signed in"));
    let stands = tomos.get(&page).await.body;
    assert!(!stands.contains("taken back"), "{stands}");
    let back = zainab.post(&unsubmit, &carried).await;
    assert_eq!(back.location(), format!("{page}?done=taken-back"));
}

/// Zainab, who has handed in "first try" to work that is due in five minutes, and
/// the address of its page.
async fn handed_in(served: &Served) -> (Persona, String) {
    let work = NewWork::published("Sheet 6").due("2026-11-24T10:05:00Z");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let mut zainab = served.as_("zainab");
    let handed_in = zainab
        .post(&format!("{page}/hand-in"), &[("text", "first try")])
        .await;
    assert_eq!(
        handed_in.status,
        StatusCode::SEE_OTHER,
        "{}",
        handed_in.body
    );
    (zainab, page)
}

#[tokio::test]
async fn files_that_come_after_another_device_handed_in_are_kept_and_the_page_says_where() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let files: [(&str, &str, &[u8]); 2] = [
        ("files", "film.jpg", b"a film"),
        ("files", "plan.txt", b"a plan"),
    ];
    let words = [("text", "first try"), ("version", "1")];
    let late = zainab
        .post_files(&format!("{page}/draft"), &words, &files)
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    for text in [
        "This was handed in meanwhile, without film.jpg, plan.txt.",
        "take the work back to add it.",
        "Not handed in",
    ] {
        assert!(late.body.contains(text), "{text}: {}", late.body);
    }
    let shown = zainab.get(&page).await;
    assert!(shown.body.contains("take your work back to add it."));
    for name in ["film.jpg", "plan.txt"] {
        assert!(shown.body.contains(name), "{name}: {}", shown.body);
    }
    assert!(shown.statements() <= 6, "{} statements", shown.statements());
    let again = zainab
        .post_files(&format!("{page}/hand-in"), &words, &files)
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    let shown = zainab.get(&page).await;
    assert!(shown.body.contains("film.jpg") && !shown.body.contains("Not handed in"));
}

#[tokio::test]
async fn words_that_cannot_be_kept_beside_what_another_device_handed_in_are_shown_to_be_copied() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let words = [("text", "other words"), ("version", "0")];
    for button in ["draft", "hand-in"] {
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &words, &[])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        assert!(refused.body.contains("Another device saved different"));
        assert!(refused.body.contains("first&#32;try"), "{button}");
        assert!(refused.body.contains("other words"), "{button}");
        for words in ["href=\"#text\"", "id=\"text\""] {
            assert!(refused.body.contains(words), "{button}: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_page_of_the_work_holds_up_when_many_threads_render_it() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let mut zainab = served.as_("zainab");
        let path = format!("/assignments/{id}");
        readers.spawn(async move { zainab.get(&path).await });
    }
    while let Some(page) = readers.join_next().await {
        assert_eq!(
            page.expect("no page ends in a panic").status,
            StatusCode::OK
        );
    }
}
