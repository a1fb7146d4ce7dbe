//! The register of sources over HTTP, and where everybody reads what came from where.

use http::StatusCode;

use crate::persona::Served;

const LIST: &str = "/school/privacy/sources";

#[tokio::test]
async fn a_source_is_declared_by_one_and_approved_by_another_on_one_page() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let page = edith.get(LIST).await;
    assert!(page.body.contains("Nothing from anybody else is combined"));
    let wrong = edith.post(LIST, &[("system", "Trust directory")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let send = [
        ("system", "Trust directory"),
        ("what", "Names and classes"),
        ("because", "The trust keeps the roll"),
        ("assessment", "DPIA 12"),
    ];
    let declared = edith.post(LIST, &send).await;
    assert_eq!(declared.status, StatusCode::SEE_OTHER);
    let page = edith.get(LIST).await;
    assert!(page.body.contains("Waits for a second person"));
    assert!(!page.body.contains("/approve"), "not by who declared it");
    let mut desmond = served.as_("desmond");
    let page = desmond.get(LIST).await;
    let approve = page
        .body
        .split("action=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .find(|action| action.ends_with("/approve"))
        .expect("he may")
        .to_owned();
    let own = edith.post(&approve, &[]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let approved = desmond.post(&approve, &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    assert!(desmond.get(LIST).await.body.contains("Approved by"));
    for other in ["ada", "zainab", "rosa", "sid"] {
        let found = served.as_(other).get(LIST).await;
        assert_eq!(found.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn a_source_that_replaces_the_roster_stands_as_the_schools_own_once_it_is_approved() {
    const OWN: &str = "New roll. It stands in the school";
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let send = [
        ("system", "New roll"),
        ("what", "Names and classes"),
        ("because", "The school changes its system"),
        ("assessment", "DPIA 13"),
        ("replaces_roster", "yes"),
    ];
    let declared = edith.post(LIST, &send).await;
    assert_eq!(declared.status, StatusCode::SEE_OTHER);
    let page = edith.get(LIST).await;
    assert!(page.body.contains("It replaces the system of the school"));
    assert!(!page.body.contains(OWN), "one person is not enough");
    let mut desmond = served.as_("desmond");
    let page = desmond.get(LIST).await;
    let approve = page
        .body
        .split("action=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .find(|action| action.ends_with("/approve"))
        .expect("he may")
        .to_owned();
    let approved = desmond.post(&approve, &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    assert!(desmond.get(LIST).await.body.contains(OWN));
}

#[tokio::test]
async fn the_page_of_facts_says_where_they_came_from_to_the_person_and_their_guardian() {
    let served = Served::new().await;
    let facts = format!("/my-data/{}/facts", served.school.person("zainab"));
    for who in ["zainab", "rosa"] {
        let page = served.as_(who).get(&facts).await;
        assert!(page.body.contains("Where it comes from"), "{who}");
        assert!(
            page.body.contains("Written down by the school office"),
            "{who}"
        );
    }
}
