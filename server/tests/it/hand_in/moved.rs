//! A student who is in the classroom no more.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

#[tokio::test]
async fn a_student_who_was_moved_to_another_classroom_keeps_every_receipt_and_what_came_back() {
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = school.submission(work, "zainab", "x = 3").await;
    school.returned_mark(answer, "ada", 17, "Good").await;
    let child = school.person("zainab");
    take_out(&served, "Zainab Okafor").await;
    let (of_child, room) = (format!("?child={child}"), school.classroom("10Ma1"));
    for (reader, query) in [("zainab", ""), ("rosa", of_child.as_str())] {
        let mut reader = served.as_(reader);
        let page = reader.get(&format!("/assignments/{work}{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("place in 10Ma1 has ended"));
        assert!(page.body.contains("Good") && page.body.contains("x&#32;&#61;&#32;3"));
        let room = format!("/classrooms/{room}");
        assert!(!page.body.contains(&room), "it leads to no closed door");
        assert_eq!(reader.get(&room).await.status, StatusCode::NOT_FOUND);
    }
    let handed_in = served
        .as_("zainab")
        .post(
            &format!("/assignments/{work}/hand-in"),
            &[("text", "x = 4")],
        )
        .await;
    assert_eq!(
        handed_in.status,
        StatusCode::FORBIDDEN,
        "{}",
        handed_in.body
    );
    for other in ["mei", "cleo", "saskia"] {
        let page = served.as_(other).get(&format!("/assignments/{work}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{other}");
    }
    let receipt = regex::Regex::new("<code>[A-Z0-9-]+</code>").expect("a pattern");
    for (reader, page) in [
        ("zainab", "/my-data/receipts".to_owned()),
        ("rosa", format!("/my-data/receipts?of={child}")),
    ] {
        let page = served.as_(reader).get(&page).await;
        assert_eq!(page.status, StatusCode::OK, "{reader}");
        assert!(page.body.contains("Sheet 6") && page.body.contains("17 of 20"));
        assert!(receipt.is_match(&page.body), "{}", page.body);
        assert!(page.body.contains(&format!("href=\"/assignments/{work}")));
    }
    for other in ["petra", "tomos", "ada", "saskia"] {
        let page = served
            .as_(other)
            .get(&format!("/my-data/receipts?of={child}"))
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{other}");
    }
    let own = served.as_("zainab").get("/my-data").await;
    assert!(own.body.contains("What I handed in"));
}

/// Ada takes a student out of 10Ma1.
pub(super) async fn take_out(served: &Served, name: &str) {
    let mut ada = served.as_("ada");
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let body = ada.get(&people).await.body;
    let (_, from_name) = body.split_once(name).expect("in the classroom");
    let end = regex::Regex::new("/classrooms/[0-9a-f-]+/members/[0-9a-f-]+/end")
        .expect("a pattern")
        .find(from_name)
        .expect("a form")
        .as_str();
    let ended = ada.post(end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
}
