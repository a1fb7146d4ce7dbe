//! The first page over HTTP: what does not press is short until it is asked for whole, and
//! the lead's clocks.

use test_kit::NewWork;

use crate::northgate::of_northgate;
use crate::persona::Served;

#[tokio::test]
async fn show_all_leads_to_the_whole_part_of_the_list_for_the_student_and_for_a_guardian() {
    let served = Served::new().await;
    for number in 1..=7 {
        let title = format!("Reading {number}");
        let work = NewWork::published(&title);
        served.school.assignment("10Ma1", work).await;
    }
    let show_all = regex::Regex::new("href=\"(/home[?][^\"#]*all=[^\"#]*)").expect("a pattern");
    for reader in ["zainab", "rosa"] {
        let mut reader = served.as_(reader);
        let short = reader.get("/home").await.body;
        assert_eq!(short.matches(">Reading ").count(), 5);
        assert!(short.contains("Show all 7"));
        let link = show_all
            .captures(&short)
            .map(|found| found[1].replace("&amp;", "&"))
            .expect("a link");
        let whole = reader.get(&link).await.body;
        assert_eq!(whole.matches(">Reading ").count(), 7, "{link}");
        assert!(!whole.contains("Show all"));
    }
}

#[tokio::test]
async fn a_lead_finds_on_the_first_page_what_is_due_and_nobody_else_does() {
    let served = Served::new().await;
    let nothing = served.as_("edith").get("/home").await.body;
    assert!(nothing.contains("No request is open"));
    let ids = of_northgate(&served).await;
    let (_, request) = ids
        .iter()
        .find(|(path, _)| path == "/school/privacy/requests/{id}")
        .expect("there is one");
    let link = format!("href=\"/school/privacy/requests/{request}\"");
    let hers = served.as_("edith").get("/home").await;
    assert!(hers.body.contains(&link) && hers.body.contains("2 days left"));
    assert!(hers.statements() <= 6, "{} statements", hers.statements());
    for other in ["ada", "zainab", "rosa", "desmond", "olga"] {
        let theirs = served.as_(other).get("/home").await.body;
        assert!(!theirs.contains(&link), "{other}");
    }
}
