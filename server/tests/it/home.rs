//! The first page over HTTP: what does not press is short until it is asked for whole, what
//! a student goes on with, the page of all their work, what waits behind the navigation, and
//! the lead's clocks.

use http::StatusCode;
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

#[tokio::test]
async fn a_students_first_page_has_one_main_button_for_what_is_due_first() {
    let served = Served::new().await;
    let school = &served.school;
    let mut zainab = served.as_("zainab");
    let nothing = zainab.get("/home").await.body;
    assert!(!nothing.contains("btn-main"));
    let later = school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    school.draft(later, "zainab", "x = ").await;
    let begun = zainab.get("/home").await.body;
    assert!(begun.contains("Go on with Sheet 7"));
    let today = NewWork::published("Sheet 6").due("2026-11-24T23:59:00Z");
    let today = school.assignment("10Ma1", today).await;
    let both = zainab.get("/home").await.body;
    assert!(both.contains("Start Sheet 6") && !both.contains("Go on with"));
    assert_eq!(both.matches("btn-main").count(), 1);
    school.submission(today, "zainab", "x = 4").await;
    let handed_in = zainab.get("/home").await.body;
    assert!(handed_in.contains("Go on with Sheet 7"));
    let guardian = served.as_("rosa").get("/home").await.body;
    assert!(!guardian.contains("Go on with") && !guardian.contains("btn-main"));
}

#[tokio::test]
async fn a_student_with_nothing_left_to_do_reads_that_first_and_when_the_rest_was_due() {
    let served = Served::new().await;
    let school = &served.school;
    let mut zainab = served.as_("zainab");
    let nothing = zainab.get("/home").await.body;
    assert!(nothing.contains("All done") && nothing.contains("New work appears here"));
    let done = NewWork::published("Sheet 6").due("2026-11-23T15:30:00Z");
    let done = school.assignment("10Ma1", done).await;
    school.submission(done, "zainab", "x = 4").await;
    let nothing_left = zainab.get("/home").await.body;
    let (first, rest) = nothing_left.split_once("All done").expect("it is said");
    assert!(!first.contains("Sheet 6") && !rest.contains("New work appears here"));
    assert!(rest.contains("Was due Monday 23 November, 15:30"));
    let next = NewWork::published("Sheet 7").due("2026-11-26T15:30:00Z");
    school.assignment("10Ma1", next).await;
    let something = zainab.get("/home").await.body;
    assert!(!something.contains("All done"));
    assert!(something.contains(". Due Thursday 26 November, 15:30"));
}

#[tokio::test]
async fn a_guardian_reads_under_the_name_of_each_child_what_is_due_or_that_nothing_is() {
    let served = Served::new().await;
    let school = &served.school;
    school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let done = school.assignment("8Sc1", NewWork::published("Cells")).await;
    school.submission(done, "mei", "Small.").await;
    let body = served.as_("petra").get("/home").await.body;
    let of_tomos = format!("<h2 id=\"child-{}\"", school.person("tomos"));
    let (of_mei, of_tomos) = body.split_once(&of_tomos).expect("he is the second");
    assert!(of_mei.contains("Nothing is due.") && !of_tomos.contains("Nothing is due."));
    let group = |child: &str, group: &str| format!("<h3 id=\"{}-{group}\"", school.person(child));
    assert!(of_mei.contains(&group("mei", "done")));
    assert!(of_tomos.contains(&group("tomos", "later")));
    assert!(body.contains("#i-home") && !body.contains("#i-today"));
}

#[tokio::test]
async fn all_work_stands_on_one_page_with_a_way_to_the_receipts_for_its_student_alone() {
    let served = Served::new().await;
    for number in 1..=7 {
        let work = NewWork::published(&format!("Reading {number}"));
        served.school.assignment("10Ma1", work).await;
    }
    let other = NewWork::published("Cells");
    served.school.assignment("8Sc1", other).await;
    let old = NewWork::published("Long ago").due("2026-09-01T15:30:00Z");
    served.school.assignment("10Ma1", old).await;
    let page = served.as_("zainab").get("/work").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.body.matches(">Reading ").count(), 7);
    assert!(page.body.contains("8 pieces of work") && !page.body.contains("Cells"));
    assert!(page.body.contains("id=\"earlier\"") && page.body.contains("Long ago"));
    assert!(page.body.contains("href=\"/my-data/receipts\""));
    assert!(page.statements() <= 3, "{} statements", page.statements());
    for other in ["ada", "rosa", "desmond", "edith", "olga", "saskia"] {
        let refused = served.as_(other).get("/work").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
        assert!(!refused.body.contains("Reading 1"), "{other}");
    }
    let signed_out = served.stranger().get("/work").await;
    assert!(signed_out.location().starts_with("/sign-in"));
    let elsewhere = served.as_("sid").get("/work").await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    assert!(!elsewhere.body.contains("Reading 1"));
}

/// What the navigation says to wait, by address.
fn waiting(body: &str) -> Vec<(String, String)> {
    let (_, after) = body.split_once("class=\"bar\"").expect("the bar begins");
    let (bar, _) = after.split_once("</nav>").expect("the bar ends");
    let count =
        regex::Regex::new("(?s)href=\"([^\"]+)\".*?class=\"count\">(\\d+)").expect("a pattern");
    bar.split("<li")
        .filter_map(|entry| count.captures(entry))
        .map(|found| (found[1].to_owned(), found[2].to_owned()))
        .collect()
}

#[tokio::test]
async fn the_navigation_says_what_waits_where_the_page_knows_it() {
    let served = Served::new().await;
    let school = &served.school;
    let due = NewWork::published("Sheet 6").due("2026-11-23T15:30:00Z");
    let due = school.assignment("10Ma1", due).await;
    let one = |href: &str, count: &str| vec![(href.to_owned(), count.to_owned())];
    let pages = ["/home", "/work"].map(|path| (path, one("/work", "1")));
    for (path, expected) in pages {
        let body = served.as_("zainab").get(path).await.body;
        assert_eq!(waiting(&body), expected, "{path}");
    }
    for student in ["zainab", "tomos"] {
        school.submission(due, student, "x = 4").await;
    }
    let done = served.as_("zainab").get("/home").await.body;
    assert!(waiting(&done).is_empty());
    for path in ["/home", "/marking"] {
        let body = served.as_("ada").get(path).await.body;
        assert_eq!(waiting(&body), one("/marking", "2"), "{path}");
    }
    of_northgate(&served).await;
    for path in ["/home", "/school/privacy"] {
        let body = served.as_("edith").get(path).await.body;
        assert_eq!(waiting(&body), one("/school/privacy", "1"), "{path}");
    }
    let elsewhere = served.as_("ada").get("/classrooms").await.body;
    assert!(waiting(&elsewhere).is_empty());
}

#[tokio::test]
async fn an_admins_first_page_leads_to_everybody_who_has_no_link_or_password_yet() {
    let served = Served::new().await;
    let school = &served.school;
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let (bytes, now) = (test_kit::Roster::five_people().bytes(), school.now());
    let wish = domain::rosters::Wish::BringIn;
    domain::rosters::import_now(&school.db, &door, "in.zip", bytes, wish, now)
        .await
        .expect("it goes in");
    let mut desmond = served.as_("desmond");
    let home = desmond.get("/home").await;
    assert!(home.statements() <= 6, "{} statements", home.statements());
    let body = home.body.replace("&amp;", "&");
    for role in ["student", "teacher", "guardian"] {
        let link = format!("href=\"/people?role={role}&state=no_link\"");
        assert!(body.contains(&link), "{link}: {body}");
    }
    let list = desmond
        .get("/people?role=guardian&state=no_link")
        .await
        .body;
    assert!(list.contains("Greta Stone") && list.contains("Make invitation links"));
    assert!(body.contains("1 guardian has no link or password"));
    assert!(body.contains("Make invitation links there"));
}
