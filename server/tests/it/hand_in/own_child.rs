//! A teacher whose own child learns in the class: the address that names the child leads to what
//! its guardians read, and to nothing more of anybody else's.

use http::StatusCode;
use test_kit::NewWork;

use super::handed_in;
use super::left_out::send_film;
use crate::persona::Served;

/// On the teacher's page of a piece of work.
const LIST: &str = "Who has handed in";
/// Leads back to it.
const BACK: &str = "As their teacher";

/// Both schools, and Ada looks after Zainab, whom she teaches.
async fn where_ada_looks_after_zainab() -> Served {
    let served = Served::new().await;
    served.school.looks_after("ada", "zainab").await;
    served
}

/// The first address on a page that a pattern finds.
fn first(pattern: &str, body: &str) -> String {
    let found = regex::Regex::new(pattern).expect("a pattern").find(body);
    found.expect("it is on the page").as_str().to_owned()
}

#[tokio::test]
async fn a_teacher_reads_the_work_of_their_own_child_as_its_guardian_and_goes_back_to_the_list() {
    let served = where_ada_looks_after_zainab().await;
    let (mut zainab, page) = handed_in(&served).await;
    send_film(&mut zainab, &page).await;
    let own = format!("{page}?child={}", served.school.person("zainab"));
    let mut ada = served.as_("ada");
    let home = ada.get("/home").await.body;
    assert!(home.contains(&format!("href=\"{own}\"")), "{home}");

    let shown = ada.get(&own).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    for words in ["film.jpg", "Not handed in", "class=\"receipt\"", BACK] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    assert!(shown.body.contains(&format!("href=\"{page}\"")));
    for words in [LIST, "Tomos", "Add files", "Hand in this version"] {
        assert!(!shown.body.contains(words), "{words}: {}", shown.body);
    }
    assert!(shown.statements() <= 6, "{} statements", shown.statements());
    let film = first("/files/[0-9a-f-]{36}", &shown.body);
    assert_eq!(ada.get(&film).await.body, "a film");
    let other = served.as_("bruno").get(&film).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "he only teaches");

    let looked = served.as_("zainab").get("/my-data/who-looked").await;
    assert!(looked.body.contains("Your guardian"), "{}", looked.body);
    let lead = served.as_("edith").get("/school/privacy/who-looked").await;
    assert!(!lead.body.contains("their own child"), "not as staff");

    let list = ada.get(&page).await.body;
    assert!(list.contains(LIST) && list.contains("Tomos"), "{list}");
    assert!(!list.contains(BACK));
    let answer = first("/submissions/[0-9a-f-]{36}", &list);
    let answer = answer.trim_start_matches("/submissions/");
    let answer = answer.parse().expect("an id");
    served
        .school
        .returned_mark(answer, "bruno", 17, "Neatly drawn")
        .await;
    let simple = own.replace("?child", "/simple?child");
    for address in [&own, &simple] {
        let back = ada.get(address).await.body;
        assert!(back.contains("Neatly drawn"), "{address}: {back}");
    }
    let simple = ada.get(&simple).await.body;
    assert!(simple.contains(&format!("href=\"{own}\"")), "{simple}");
}

#[tokio::test]
async fn an_address_that_names_no_child_of_theirs_gives_a_teacher_their_own_page() {
    let served = where_ada_looks_after_zainab().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "tomos", "unmistakable").await;
    school.returned_mark(answer, "bruno", 17, "Neatly").await;
    let page = format!("/assignments/{work}");
    let mut ada = served.as_("ada");
    for child in ["tomos", "mei", "sid", "ada"] {
        let child_id = school.person(child);
        for view in ["", "/simple"] {
            let shown = ada.get(&format!("{page}{view}?child={child_id}")).await;
            assert_eq!(shown.status, StatusCode::OK, "{child}");
            for words in ["unmistakable", "Neatly", BACK] {
                assert!(!shown.body.contains(words), "{child}: {}", shown.body);
            }
            assert_eq!(shown.body.contains(LIST), view.is_empty(), "{child}");
        }
    }
    let zainab = school.person("zainab");
    let own = format!("{page}?child={zainab}");
    let bruno = served.as_("bruno").get(&own).await.body;
    assert!(bruno.contains(LIST) && !bruno.contains(BACK), "{bruno}");
    let petra = served.as_("petra").get(&own).await;
    assert_eq!(petra.status, StatusCode::NOT_FOUND, "a guardian of others");

    let draft = school.assignment("10Ma1", NewWork::draft("Sheet 7")).await;
    let draft = format!("/assignments/{draft}?child={zainab}");
    let draft = ada.get(&draft).await.body;
    assert!(
        draft.contains("Publish now") && !draft.contains(BACK),
        "{draft}"
    );

    assert!(ada.get(&own).await.body.contains(BACK));
    let end = format!("/people/{}/family/{zainab}/end", school.person("ada"));
    let ended = served.as_("desmond").post(&end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    let after = ada.get(&own).await.body;
    assert!(after.contains(LIST) && !after.contains(BACK), "{after}");
}
