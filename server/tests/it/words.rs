//! Words that look like markup are words: nothing that somebody writes becomes a part of the
//! page of somebody else, or of their own.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

/// What would end a field, a title or a paragraph, and a sign that is written as HTML.
const WORDS: &str = "a</textarea></title></p><b>x &lt;b";
/// The same as HTML where nothing is looked for but its own end.
const WRITTEN: &str = "a&lt;/textarea>&lt;/title>&lt;/p>&lt;b>x &amp;lt;b";

#[tokio::test]
async fn words_that_look_like_markup_come_back_as_they_were_written() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published(WORDS))
        .await;
    let page = format!("/assignments/{work}");
    let mut zainab = served.as_("zainab");
    let kept = zainab
        .post_files(
            &format!("{page}/draft"),
            &[("text", WORDS), ("version", "0")],
            &[],
        )
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains(&format!("<title>{WRITTEN}")), "{shown}");
    assert!(shown.contains(&format!("{WRITTEN}</textarea>")), "{shown}");
    assert!(!shown.contains("<b>x"), "{shown}");
    let handed_in = zainab
        .post_files(
            &format!("{page}/hand-in"),
            &[("text", WORDS), ("version", "1")],
            &[],
        )
        .await;
    assert_eq!(
        handed_in.status,
        StatusCode::SEE_OTHER,
        "{}",
        handed_in.body
    );
    for (reader, path) in [
        ("ada", page.as_str()),
        ("rosa", page.as_str()),
        ("ada", "/home"),
        ("zainab", "/work"),
    ] {
        let shown = served.as_(reader).get(path).await.body;
        assert!(!shown.contains("<b>x"), "{reader} at {path}: {shown}");
    }
    let edit = served.as_("ada").get(&format!("{page}/edit")).await.body;
    assert!(!edit.contains("<b>x"), "{edit}");
}
