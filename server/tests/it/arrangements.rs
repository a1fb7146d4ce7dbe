//! Access arrangements over HTTP: set once, obeyed on the student's pages, shown to their
//! teachers, and on record.

use http::StatusCode;
use test_kit::NewWork;

use crate::classrooms::seen_in;
use crate::persona::Served;

const FORM: &[(&str, &str)] = &[
    ("extra_time", "25"),
    ("rest_breaks", "yes"),
    ("what_helps", "Sits near the front."),
    ("theme", "cream"),
    ("aloud", "on"),
];

#[tokio::test]
async fn what_the_office_sets_is_on_the_students_next_page_and_they_may_change_it() {
    let served = Served::new().await;
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    let set = served.as_("desmond").post(&path, FORM).await;
    assert_eq!(set.location(), format!("{path}?done=arranged"));
    let mut zainab = served.as_("zainab");
    let home = zainab.get("/home").await;
    assert!(home.body.contains("data-theme=\"cream\""));
    assert!(home.body.contains("/reading/aloud"));
    let settings = zainab.get("/settings/reading").await;
    assert!(settings.body.contains("Your school has set some of this"));
    zainab
        .post("/theme", &[("theme", "light"), ("back", "/home")])
        .await;
    assert!(
        zainab
            .get("/home")
            .await
            .body
            .contains("data-theme=\"light\"")
    );
    zainab.post("/settings/reading/reset", &[]).await;
    assert!(
        zainab
            .get("/home")
            .await
            .body
            .contains("data-theme=\"cream\"")
    );
    let mine = zainab.get(&path).await;
    assert!(
        mine.body.contains("Sits near the front.") && !mine.body.contains("name=\"what_helps\"")
    );
    served
        .as_("desmond")
        .post(&format!("{path}/end"), &[])
        .await;
    assert!(!zainab.get("/home").await.body.contains("cream"));
    assert!(zainab.get(&path).await.body.contains("Nothing yet"));
}

#[tokio::test]
async fn teachers_find_it_beside_the_work_and_each_look_is_on_the_students_page() {
    let served = Served::new().await;
    let school = &served.school;
    let sheet = NewWork::published("Sheet 6").due("2026-11-26T15:30:00Z");
    let work = school.assignment("10Ma1", sheet).await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    let path = format!("/arrangements/{}", school.person("zainab"));
    served.as_("desmond").post(&path, FORM).await;
    let mut ada = served.as_("ada");
    let room = school.classroom("10Ma1");
    for page in [
        format!("/assignments/{work}"),
        format!("/submissions/{answer}"),
        format!("/classrooms/{room}/people"),
    ] {
        let shown = ada.get(&page).await;
        assert!(shown.body.contains("25 % extra time"), "{page}");
        assert!(shown.body.contains(&path), "{page}");
    }
    let shown = ada.get(&path).await;
    assert!(shown.body.contains("Sits near the front."));
    assert!(!shown.body.contains("name=\"extra_time\""), "read, not set");
    let set = ada.post(&path, FORM).await;
    assert_eq!(set.status, StatusCode::FORBIDDEN);
    let own = served
        .as_("zainab")
        .get(&format!("/assignments/{work}"))
        .await;
    assert!(own.body.contains("With your 25 % extra time"));
    let other = served
        .as_("tomos")
        .get(&format!("/classrooms/{room}/people"))
        .await;
    assert!(!other.body.contains("extra time"));
    let looked = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(looked.body.contains("Access arrangements, and what helps"));
}

#[tokio::test]
async fn what_helps_is_said_to_a_young_student_in_words_of_their_own() {
    let served = Served::new().await;
    let mut sid = served.as_("sid");
    let path = format!("/arrangements/{}", served.school.person("sid"));
    let page = sid.get(&path).await.body;
    for words in [
        "What helps you",
        "Your school set this up to help you",
        "25 % extra time: you have more time than the class",
        "you may take breaks",
        "Only you, the adults at home who look after you, your teachers",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let before = sid.get("/my-data").await.body;
    assert!(before.contains("What your school set up for you"));
    for adult in [
        "Access arrangements",
        "by so much of the time",
        "teachers of you",
    ] {
        assert!(!page.contains(adult), "{adult}");
    }
    assert!(!before.contains("Access arrangements"));
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    let older = served.as_("zainab").get(&path).await.body;
    assert!(older.contains("your guardians, your teachers") && !older.contains("teachers of you"));
    let teacher = served.as_("ada").get(&path).await.body;
    assert!(teacher.contains("teachers of the student"));
}

#[tokio::test]
async fn every_mistake_is_shown_at_once_and_what_was_typed_is_still_there() {
    let served = Served::new().await;
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    let long = "x".repeat(1_001);
    let form = [
        ("extra_time", "a lot"),
        ("what_helps", &long),
        ("font", "lexend"),
    ];
    let answer = served.as_("desmond").post(&path, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("whole number of per cent"));
    assert!(answer.body.contains("1000 characters or fewer"));
    assert!(answer.body.contains("a lot") && answer.body.contains(&long));
    for nobody in ["edith", "cleo", "petra", "tomos"] {
        let answer = served.as_(nobody).get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nobody}");
    }
}

#[tokio::test]
async fn an_admin_reads_that_a_legal_hold_keeps_what_is_arranged() {
    let served = Served::new().await;
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    let (mut desmond, mut edith) = (served.as_("desmond"), served.as_("edith"));
    desmond.post(&path, FORM).await;
    let hold = [
        ("matter", "A court asks"),
        ("authority", "Order 7"),
        ("username", "zainab"),
        ("days", "30"),
    ];
    let holds = "/school/privacy/holds";
    edith.post(holds, &hold).await;
    let page = edith.get("/school/privacy/retention").await.body;
    let id = crate::northgate::first(holds, &page);
    let approved = desmond.post(&format!("{holds}/{id}/approve"), &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    let refused = desmond.post(&format!("{path}/end"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("a legal hold keeps"));
    let mine = served.as_("zainab").get(&path).await;
    assert!(mine.body.contains("Sits near the front."));
}

#[tokio::test]
async fn what_somebody_else_has_just_set_is_shown_before_it_is_taken_away() {
    let served = Served::new().await;
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    let end = format!("{path}/end");
    let seen = |body: &str| {
        let (_, form) = body.split_once(&format!("action=\"{end}\"")).expect("it");
        seen_in(form)
    };
    let mut desmond = served.as_("desmond");
    desmond.post(&path, FORM).await;
    let before = seen(&desmond.get(&path).await.body);
    let newer = [("extra_time", "10"), ("what_helps", "Reads aloud at home.")];
    desmond.post(&path, &newer).await;

    let refused = desmond.post(&end, &[("seen", before.as_str())]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    for told in ["Nothing was taken away: look at", "Reads aloud at home."] {
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    let now = seen(&refused.body);
    assert_ne!(now, before);
    let gone = desmond.post(&end, &[("seen", now.as_str())]).await;
    assert_eq!(gone.location(), format!("{path}?done=arranged-none"));
    assert!(desmond.get(&path).await.body.contains("Nothing yet"));
}

#[tokio::test]
async fn a_guardian_goes_back_to_my_data_from_what_helps_their_child_and_a_teacher_to_the_classes()
{
    let served = Served::new().await;
    let path = format!("/arrangements/{}", served.school.person("zainab"));
    for (who, back) in [("rosa", "/my-data"), ("ada", "/classrooms")] {
        let page = served.as_(who).get(&path).await.body;
        let (_, crumbs) = page.split_once("class=\"crumbs\"").expect("a way back");
        let (crumbs, _) = crumbs.split_once("</nav>").expect("it ends");
        assert!(crumbs.contains(&format!("href=\"{back}\"")), "{crumbs}");
    }
}
