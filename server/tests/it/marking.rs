//! Marking over HTTP, without the island.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

async fn handed_in(served: &Served) -> (String, String) {
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = served.school.submission(work, "zainab", "x is 3").await;
    (
        format!("/assignments/{work}"),
        format!("/submissions/{answer}"),
    )
}

#[tokio::test]
async fn a_student_and_their_guardian_see_the_mark_only_after_it_is_returned() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    let form = [
        ("points", "17.5"),
        ("comment", "Very **clear** steps"),
        ("version", "0"),
        ("intent", "save"),
    ];
    assert_eq!(
        ada.post(&format!("{answer}/mark"), &form).await.status,
        StatusCode::SEE_OTHER
    );
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await;
        assert!(
            !page.body.contains("17.5") && !page.body.contains("steps"),
            "{reader} sees it too early"
        );
    }
    assert_eq!(
        ada.post(&format!("{answer}/return"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await;
        assert!(
            page.body.contains("17.5") && page.body.contains("<strong>clear</strong>"),
            "{reader}"
        );
    }
}

#[tokio::test]
async fn a_comment_is_kept_with_its_lines_and_is_the_same_however_it_is_sent_again() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    // A form sends CRLF, and the desk's script sends LF.
    for (comment, version) in [
        ("Clear steps\r\nMind the sign", "0"),
        ("Clear steps\r\nMind the sign", "1"),
        ("Clear steps\nMind the sign", "1"),
    ] {
        let form = [
            ("comment", comment),
            ("version", version),
            ("intent", "save"),
        ];
        let saved = ada.post(&format!("{answer}/mark"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }
    let page = ada.get(&answer).await;
    assert!(page.body.contains("Clear steps\nMind the sign"));
    assert!(!page.body.contains("Clear steps\r\nMind the sign"));
    assert!(page.body.contains("Wrote a comment"));
    assert!(!page.body.contains("Changed the comment"));
}

#[tokio::test]
async fn work_that_came_back_with_words_alone_does_not_wait_to_be_marked() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    let links = regex::Regex::new("<a [^>]*>").expect("a pattern");
    let offers_to_mark = |body: &str| {
        links.find_iter(body).any(|link| {
            let link = link.as_str();
            link.contains("btn-main") && link.contains(&answer)
        })
    };
    assert!(offers_to_mark(&ada.get(&work).await.body));
    let form = [
        ("comment", "Well argued"),
        ("version", "0"),
        ("intent", "return"),
    ];
    let returned = ada.post(&format!("{answer}/mark"), &form).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.body);
    assert!(!offers_to_mark(&ada.get(&work).await.body));
}

#[tokio::test]
async fn of_two_teachers_who_mark_at_once_the_second_is_shown_both() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let mark = |points: &'static str, comment: &'static str| {
        [
            ("points", points),
            ("comment", comment),
            ("version", "0"),
            ("intent", "save"),
        ]
    };
    let first = served
        .as_("ada")
        .post(&format!("{answer}/mark"), &mark("12", "Ada's words"))
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = served
        .as_("bruno")
        .post(&format!("{answer}/mark"), &mark("15", "Bruno's words"))
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for text in ["Ada", "12", "Bruno", "15"] {
        assert!(second.body.contains(text), "{text}");
    }
    let kept = served.as_("ada").get(&answer).await;
    assert!(
        kept.body.contains("value=\"12\"") && !kept.body.contains("Bruno's words"),
        "nothing was overwritten"
    );
}

#[tokio::test]
async fn a_mark_above_what_the_work_is_worth_is_refused_beside_its_field() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let form = [("points", "21"), ("comment", "Good"), ("version", "0")];
    let page = served
        .as_("ada")
        .post(&format!("{answer}/mark"), &form)
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("The mark must be 20 or less") && page.body.contains("value=\"21\"")
    );
}
