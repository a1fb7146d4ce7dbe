//! Objections over HTTP: the page, the switch, and what answers 409 once it is set.

use http::StatusCode;
use test_kit::{NewWork, School};
use vocab::ids::{AssignmentId, SubmissionId};

use crate::persona::Served;

/// Work for twenty points, and what Zainab answered.
async fn answered(school: &School) -> (AssignmentId, SubmissionId) {
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    (work, school.submission(work, "zainab", "x = 4").await)
}

#[tokio::test]
async fn a_guardian_objects_with_one_switch_and_saving_is_refused_with_a_sentence() {
    let served = Served::new().await;
    let school = &served.school;
    let (_, answered) = answered(school).await;
    let child = school.person("zainab").to_string();
    let send = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/my-data/objections").await;
    assert!(page.body.contains("I object"));
    let answer = rosa.post("/my-data/objections", &send).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = rosa.get(answer.location()).await;
    assert!(page.body.contains("It has stopped") && page.body.contains("Take back"));
    let mut zainab = served.as_("zainab");
    let seen = zainab.get("/my-data/objections").await;
    assert!(seen.body.contains("Stopped"), "she sees it too");
    let mark = [
        ("points", "12"),
        ("comment", "x"),
        ("version", "0"),
        ("intent", "save"),
    ];
    let mut ada = served.as_("ada");
    let refused = ada
        .post(&format!("/submissions/{answered}/mark"), &mark)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Somebody objected to this use"));
    let field = "name=\"points\"";
    assert!(refused.body.contains(field), "what was typed stays");
    let desk = ada.get(&format!("/submissions/{answered}")).await;
    assert_eq!(desk.status, StatusCode::OK);
    for there in ["x = 4", "Nothing can be marked or returned here"] {
        assert!(desk.body.contains(there), "{there}: {}", desk.body);
    }
    assert!(!desk.body.contains(field), "{}", desk.body);
    assert!(desk.statements() <= 6, "{} statements", desk.statements());
    let mut take_back = send;
    take_back[2].1 = "take_back";
    rosa.post("/my-data/objections", &take_back).await;
    let desk = ada.get(&format!("/submissions/{answered}")).await.body;
    assert!(desk.contains(field) && !desk.contains("Somebody objected"));
}

#[tokio::test]
async fn what_was_marked_before_somebody_objected_is_read_on_the_desk_without_a_form() {
    let served = Served::new().await;
    let school = &served.school;
    let (_, answered) = answered(school).await;
    school.mark(answered, "bruno", 12, "Neat and short").await;
    let child = school.person("zainab").to_string();
    let object = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    served
        .as_("rosa")
        .post("/my-data/objections", &object)
        .await;
    let desk = served
        .as_("ada")
        .get(&format!("/submissions/{answered}"))
        .await;
    for there in [
        "Nothing can be marked or returned here",
        "Last saved by Bruno Dhillon",
        "<b>12</b>",
        "<span class=\"as-typed\">Neat and short</span>",
    ] {
        assert!(desk.body.contains(there), "{there}: {}", desk.body);
    }
    assert!(!desk.body.contains("name=\"points\""), "{}", desk.body);
}

#[tokio::test]
async fn the_form_for_everything_else_leads_to_the_switches_and_takes_no_objection() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let page = ada.get("/my-data").await.body;
    assert!(!page.contains("value=\"objection\"") && page.contains("Say no to a use instead"));
    let me = served.school.person("ada").to_string();
    let send = [
        ("about", me.as_str()),
        ("kind", "objection"),
        ("text", "Do not count me"),
    ];
    let refused = ada.post("/my-data", &send).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("choose the use: it stops at once"));
}

#[tokio::test]
async fn the_lead_stops_a_use_for_whoever_objected_by_the_contact_page() {
    let served = Served::new().await;
    let school = &served.school;
    let mut visitor = served.stranger();
    visitor.get("/contact").await;
    let message = [
        ("school", "NORTH"),
        ("name", "Rosa Okafor"),
        ("contact", "rosa@mail.example"),
        ("topic", "objection"),
        ("text", "Do not mark her work here"),
    ];
    visitor.post("/contact", &message).await;
    let mut edith = served.as_("edith");
    let list = edith.get("/school/privacy").await.body;
    let id = crate::northgate::first("/school/privacy/requests", &list);
    let request = format!("/school/privacy/requests/{id}");
    let steps = format!("{request}/steps");
    let whom = [("username", "zainab"), ("who_asks", "another")];
    let page = edith.get(&request).await.body;
    assert!(page.contains("Say that it is clear who asks, and whom it is about: then"));
    edith.post(&format!("{request}/whom"), &whom).await;
    let page = edith.get(&request).await.body;
    assert!(page.contains("Say that it is clear who asks: then") && !page.contains("Which use"));
    edith
        .post(&steps, &[("step", "identity_shown"), ("text", "")])
        .await;
    let page = edith.get(&request).await.body;
    assert!(page.contains("Nothing has stopped yet") && page.contains("Which use stops?"));
    let carry_out = format!("{request}/carry-out");
    let stopped = edith.post(&carry_out, &[("wish", "teaching")]).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER, "{}", stopped.body);
    let page = edith.get(&request).await.body;
    assert!(page.contains("It has stopped already"));
    let seen = served.as_("zainab").get("/my-data/objections").await;
    assert!(seen.body.contains("Stopped"));
    let (_, answered) = answered(school).await;
    let mark = [
        ("points", "12"),
        ("comment", "x"),
        ("version", "0"),
        ("intent", "save"),
    ];
    let mark_form = format!("/submissions/{answered}/mark");
    let refused = served.as_("ada").post(&mark_form, &mark).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_teacher_who_returns_all_reads_what_stays_because_somebody_objected() {
    let served = Served::new().await;
    let school = &served.school;
    let (id, answered) = answered(school).await;
    school.mark(answered, "ada", 12, "Neat").await;
    let work = format!("/assignments/{id}");
    let (button, note) = ("Return the one that is marked", "Somebody objected");
    let (all, stays) = (
        "Everything that was marked is returned.",
        "Work of somebody who objects stays until that is decided.",
    );
    let mut ada = served.as_("ada");
    let page = ada.get(&work).await;
    assert!(page.body.contains(button) && page.body.contains("0 to mark, 1 to return"));
    assert!(!page.body.contains(note), "{}", page.body);
    for path in ["/home", "/marking"] {
        assert!(ada.get(path).await.body.contains("1 to return"), "{path}");
    }
    let child = school.person("zainab").to_string();
    let mut object = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    let mut rosa = served.as_("rosa");
    rosa.post("/my-data/objections", &object).await;
    let answer = ada.post(&format!("{work}/return-all"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = ada.get(answer.location()).await;
    for there in [stays, note, "0 to mark, 0 to return"] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    for gone in [all, button] {
        assert!(!page.body.contains(gone), "{gone}: {}", page.body);
    }
    assert!(page.statements() <= 6, "{} statements", page.statements());
    for path in ["/home", "/marking"] {
        let page = ada.get(path).await;
        assert!(page.body.contains("Nothing waits"), "{path}: {}", page.body);
        assert!(!page.body.contains("1 to return"), "{path}");
    }
    object[2].1 = "take_back";
    rosa.post("/my-data/objections", &object).await;
    let answer = ada.post(&format!("{work}/return-all"), &[]).await;
    let page = ada.get(answer.location()).await.body;
    assert!(page.contains(all) && page.contains("1 returned"), "{page}");
    assert!(!page.contains(note) && !page.contains(stays), "{page}");
}

#[tokio::test]
async fn nobody_objects_for_somebody_who_is_not_theirs() {
    let served = Served::new().await;
    let child = served.school.person("zainab").to_string();
    let send = [
        ("about", child.as_str()),
        ("purpose", "teaching"),
        ("answer", "object"),
    ];
    for other in ["petra", "tomos", "ada", "edith", "sid"] {
        let answer = served.as_(other).post("/my-data/objections", &send).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn a_restriction_is_one_switch_and_the_teacher_reads_a_plain_sentence() {
    let served = Served::new().await;
    let school = &served.school;
    let (work, answered) = answered(school).await;
    let child = school.person("zainab").to_string();
    let mut zainab = served.as_("zainab");
    let send = [("about", child.as_str()), ("answer", "restrict")];
    let answer = zainab.post("/my-data/restriction", &send).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = zainab.get(answer.location()).await;
    assert!(page.body.contains("Restricted") && page.body.contains("End it"));
    let mut ada = served.as_("ada");
    let read = ada.get(&format!("/submissions/{answered}")).await;
    assert_eq!(read.status, StatusCode::CONFLICT);
    assert!(read.body.contains("data is restricted"));
    let list = ada.get(&format!("/assignments/{work}")).await;
    assert!(list.body.contains("Restricted"), "shown to staff");
    let mut desmond = served.as_("desmond");
    let edit = [("given_name", "Zay"), ("family_name", "H")];
    let edited = desmond.post(&format!("/people/{child}/edit"), &edit).await;
    assert_eq!(edited.status, StatusCode::CONFLICT);
    assert!(edited.body.contains("data is restricted"));
    let mut edith = served.as_("edith");
    let page = edith.get("/school/privacy/restrictions").await;
    assert!(page.body.contains("Zainab") && page.body.contains("Tell them, and end it in a week"));
    let end = [("about", child.as_str()), ("answer", "end")];
    zainab.post("/my-data/restriction", &end).await;
    let read = ada.get(&format!("/submissions/{answered}")).await;
    assert_eq!(read.status, StatusCode::OK);
}

#[tokio::test]
async fn the_lead_restricts_and_ends_it_with_notice_and_nobody_else_finds_the_page() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let list = "/school/privacy/restrictions";
    let wrong = edith
        .post(list, &[("username", "nobody"), ("ground", "")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let send = [("username", "zainab"), ("ground", "accuracy_contested")];
    let kept = edith.post(list, &send).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let page = edith.get(list).await;
    let id = page
        .body
        .split("/school/privacy/restrictions/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("it can be ended")
        .to_owned();
    let end = format!("{list}/{id}/end");
    let empty = edith.post(&end, &[("reason", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains(&format!("href=\"#reason-{id}\"")));
    assert!(empty.form(&end).contains("Enter a reason"));
    let told = edith
        .post(&end, &[("reason", "It is right as it is.")])
        .await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    let mine = served.as_("zainab").get("/my-data/objections").await;
    assert!(mine.body.contains("It is right as it is."));
    for other in ["zainab", "rosa", "ada", "sid"] {
        let found = served.as_(other).get(list).await;
        assert_eq!(found.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn the_switch_that_closes_the_account_asks_before_it_does_and_no_other_one_does() {
    let served = Served::new().await;
    let page = served.as_("zainab").get("/my-data/objections").await;
    let asked = page.body.matches("<details class=\"confirm\"").count();
    assert_eq!(asked, 1, "{}", page.body);
    let inside = page.body.split("<details class=\"confirm\"").nth(1);
    let inside = inside.and_then(|rest| rest.split("</details>").next());
    let inside = inside.expect("it closes");
    assert!(inside.contains("value=\"signing_in\"") && inside.contains("You are signed out"));
}
