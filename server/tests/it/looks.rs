//! Who looked, over HTTP: the look is on record when the page has arrived.

use chrono::TimeDelta;
use domain::looks::{self, Look, Whose};
use http::{HeaderValue, StatusCode};
use test_kit::NewWork;
use vocab::looks::{LookKind, LookRelation, LookVia};

use crate::persona::Served;

#[tokio::test]
async fn a_view_by_the_teacher_makes_a_row_for_the_student_before_the_page_arrives() {
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "x = 3").await;
    let before = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(before.body.contains("Nobody yet"));
    let page = served
        .as_("ada")
        .get(&format!("/submissions/{answer}"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let after = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(after.body.contains("Your teacher"), "{}", after.body);
    assert!(
        !after.body.contains("Achterberg"),
        "by relation, not by name"
    );
    let child = school.person("zainab");
    let guardian = served
        .as_("rosa")
        .get(&format!("/my-data/who-looked?of={child}"))
        .await;
    assert!(guardian.body.contains("A teacher"));
    let other = served
        .as_("petra")
        .get(&format!("/my-data/who-looked?of={child}"))
        .await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let lead = served.as_("edith").get("/school/privacy/who-looked").await;
    assert!(lead.body.contains("Ada Achterberg") && lead.body.contains("Zainab Okafor"));
}

/// The address need not name the child: there is one alone.
#[tokio::test]
async fn a_guardian_who_opens_the_work_of_their_only_child_in_a_class_stands_on_the_page_of_the_child()
 {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{work}");
    let before = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(before.body.contains("Nobody yet"), "{}", before.body);
    for reader in ["zainab", "rosa"] {
        let opened = served.as_(reader).get(&page).await;
        assert_eq!(opened.status, StatusCode::OK, "{reader}");
    }
    let after = served.as_("zainab").get("/my-data/who-looked").await.body;
    assert!(after.contains("Your guardian"), "{after}");
    assert_eq!(after.matches("data-label=\"When\"").count(), 1);
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_shown() {
    use sea_orm::ConnectionTrait;
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "unmistakable").await;
    school
        .db
        .read()
        .execute_unprepared("DROP TABLE access_event")
        .await
        .expect("dropped");
    let page = served
        .as_("ada")
        .get(&format!("/submissions/{answer}"))
        .await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.body.contains("unmistakable"));
}

#[tokio::test]
async fn a_page_that_is_fetched_ahead_of_a_click_shows_nothing_and_is_no_look() {
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "unmistakable").await;
    let address = format!("/submissions/{answer}");
    let mut ada = served.as_("ada");
    ada.headers.insert(
        "sec-purpose",
        HeaderValue::from_static("prefetch;prerender"),
    );
    let ahead = ada.get(&address).await;
    assert_eq!(ahead.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!ahead.body.contains("unmistakable"));
    assert_eq!(ahead.header("x-content-type-options"), "nosniff");
    let nobody = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(nobody.body.contains("Nobody yet"), "{}", nobody.body);
    assert_eq!(ada.get("/classrooms").await.status, StatusCode::OK);

    ada.headers.remove("sec-purpose");
    assert!(ada.get(&address).await.body.contains("unmistakable"));
    let seen = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(seen.body.contains("Your teacher"));
}

#[tokio::test]
async fn what_is_older_than_200_looks_is_reached_by_a_link() {
    let served = Served::new().await;
    let school = &served.school;
    let (ada, zainab) = (school.person("ada"), school.person("zainab"));
    let look = Look {
        whose: Whose::Person(zainab),
        kind: LookKind::Work,
        relation: LookRelation::Teacher,
        via: LookVia::Page,
    };
    for hours in 0..201 {
        let at = school.now() - TimeDelta::hours(hours);
        looks::write(school.db.read(), school.id, Some(ada), &[look], at)
            .await
            .expect("kept");
    }
    let lines = |body: &str| body.matches("data-label=\"When\"").count();
    let newest = served.as_("zainab").get("/my-data/who-looked").await.body;
    assert_eq!(lines(&newest), 200);
    assert!(newest.contains("page=2") && newest.contains("Next"));
    let address = format!("/my-data/who-looked?of={zainab}&page=2");
    let older = served.as_("zainab").get(&address).await.body;
    assert_eq!(lines(&older), 1);
    assert!(older.contains("page=1") && !older.contains("page=3"));
}
