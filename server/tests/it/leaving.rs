//! The school leaves, over HTTP: who asks and who confirms, what everybody reads, who is let
//! in afterwards, and the copy that the school takes along.

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::PASSWORD;

use crate::northgate::{first, leaves, leaving_in};
use crate::persona::{Persona, Served};

const PAGE: &str = "/school/leaving";
const COPY: &str = "/school/leaving/copy";
const LAST_DAY: &str = "2026-12-18";
const PROOF: [(&str, &str); 1] = [("password", PASSWORD)];

/// Somebody who signs in anew: sessions end long before a school has left.
pub(crate) async fn signed_in(served: &Served, school: &str, username: &str) -> Persona {
    let mut persona = served.stranger();
    let form = [
        ("school", school),
        ("username", username),
        ("password", PASSWORD),
    ];
    let answer = persona.post("/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    persona
}

#[tokio::test]
async fn the_lead_asks_an_admin_confirms_and_a_student_reads_the_last_day() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let asked = [("last_day", LAST_DAY), ("code", "north")];
    let answer = edith.post(PAGE, &asked).await;
    assert_eq!(answer.location(), "/school/leaving?done=leaving-asked");
    let page = edith.get(PAGE).await.body;
    assert!(page.contains("Edith Pryce asked that 18 December 2026 is the last day"));
    let confirm = "action=\"/school/leaving/confirm\"";
    assert!(!page.contains(confirm), "a second person confirms it");
    let id = leaving_in(&page);
    let step = [("leaving", id.as_str())];
    let alone = edith.post("/school/leaving/confirm", &step).await;
    assert_eq!(alone.status, StatusCode::CONFLICT);
    let told = "Your school stops using Classimize";
    let mut zainab = served.as_("zainab");
    assert!(!zainab.get("/home").await.body.contains(told));

    let mut desmond = served.as_("desmond");
    let page = desmond.get(PAGE).await.body;
    assert!(page.contains(confirm) && leaving_in(&page) == id);
    let confirmed = desmond.post("/school/leaving/confirm", &step).await;
    assert_eq!(
        confirmed.location(),
        "/school/leaving?done=leaving-confirmed"
    );
    let home = zainab.get("/home").await.body;
    assert!(home.contains(told), "{home}");
    assert!(home.contains("Its last day here is 18 December 2026."));
    assert!(home.contains("Take a copy of what is yours"));
    let refused = zainab.post("/school/leaving/call-off", &step).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let called_off = edith.post("/school/leaving/call-off", &step).await;
    assert_eq!(called_off.location(), "/school/leaving?done=stays");
    assert!(!zainab.get("/home").await.body.contains(told));
    assert!(desmond.get(PAGE).await.body.contains("Ask for it"));
}

#[tokio::test]
async fn a_wrong_code_is_said_beside_its_field_and_what_was_typed_stays() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let refused = edith
        .post(PAGE, &[("last_day", LAST_DAY), ("code", "WEST")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [
        "This is not your school",
        "#code",
        "value=\"2026-12-18\"",
        "value=\"WEST\"",
    ] {
        assert!(
            refused.body.contains(expected),
            "{expected}: {}",
            refused.body
        );
    }
    let both = edith
        .post(PAGE, &[("last_day", "soon"), ("code", "")])
        .await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in ["#last_day", "#code", "value=\"soon\""] {
        assert!(both.body.contains(expected), "{expected}: {}", both.body);
    }
    let page = edith.get(PAGE).await.body;
    assert!(page.contains("Ask for it"), "nothing was asked");
}

#[tokio::test]
async fn after_the_last_day_a_student_is_told_that_the_school_has_stopped_using_classimize() {
    let served = Served::new().await;
    leaves(&served, LAST_DAY).await;
    signed_in(&served, "north", "zainab").await;
    served.school.clock.advance(TimeDelta::days(25));
    let form = [
        ("school", "north"),
        ("username", "zainab"),
        ("password", PASSWORD),
    ];
    let refused = served.stranger().post("/sign-in", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .body
            .contains("This school has stopped using Classimize"),
        "{}",
        refused.body
    );
    let mut desmond = signed_in(&served, "north", "desmond").await;
    let page = desmond.get(PAGE).await.body;
    assert!(page.contains("Your school has left"), "{page}");
    assert!(page.contains(COPY), "its copy can still be taken");
}

/// Edith opens a hold on Tomos, and Desmond approves it.
pub(crate) async fn holds_tomos(served: &Served) {
    let new = [
        ("matter", "A claim"),
        ("authority", "County Court"),
        ("username", "tomos"),
        ("days", "90"),
    ];
    let opened = served
        .as_("edith")
        .post("/school/privacy/holds", &new)
        .await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let mut desmond = served.as_("desmond");
    let list = desmond.get("/school/privacy/retention").await.body;
    let hold = first("/school/privacy/holds", &list);
    let approve = format!("/school/privacy/holds/{hold}/approve");
    let approved = desmond.post(&approve, &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
}

#[tokio::test]
async fn what_stands_in_the_way_is_read_before_it_is_confirmed_with_where_it_is_ended() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let asked = [("last_day", LAST_DAY), ("code", "NORTH")];
    edith.post(PAGE, &asked).await;
    let title = "What stands in the way";
    let mut desmond = served.as_("desmond");
    assert!(!desmond.get(PAGE).await.body.contains(title));
    holds_tomos(&served).await;
    let restrict = [("username", "zainab"), ("ground", "legal_claim")];
    edith.post("/school/privacy/restrictions", &restrict).await;
    let page = desmond.get(PAGE).await.body;
    for expected in [
        title,
        "not everything can be deleted",
        "action=\"/school/leaving/confirm\"",
        "href=\"/school/privacy/retention#holds\"",
        "1 legal hold<",
        "href=\"/school/privacy/restrictions\"",
        "1 restriction<",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("objection<"), "nobody objects: {page}");
}

#[tokio::test]
async fn what_is_held_beyond_the_month_is_shown_to_who_can_end_it() {
    let served = Served::new().await;
    holds_tomos(&served).await;
    leaves(&served, LAST_DAY).await;
    served.school.clock.advance(TimeDelta::days(60));
    let mut edith = signed_in(&served, "north", "edith").await;
    let page = edith.get(PAGE).await.body;
    assert!(
        page.contains("what nothing stands in the way of is deleted"),
        "{page}"
    );
    assert!(page.contains("1 legal hold<"), "{page}");
    let call_off = "action=\"/school/leaving/call-off\"";
    assert!(!page.contains(call_off), "it is too late for that");
    let list = edith.get("/school/privacy/retention").await.body;
    let hold = first("/school/privacy/holds", &list);
    let release = format!("/school/privacy/holds/{hold}/release");
    let reason = [("reason", "The claim is over")];
    let released = edith.post(&release, &reason).await;
    assert_eq!(
        released.location(),
        "/school/privacy/retention?done=hold-released"
    );
    assert!(!edith.get(PAGE).await.body.contains("1 legal hold<"));
}

#[tokio::test]
async fn the_schools_copy_is_for_who_settles_its_leaving_from_the_second_yes_on() {
    let served = Served::new().await;
    let everybody = [
        "edith", "desmond", "ada", "zainab", "rosa", "olga", "saskia",
    ];
    for who in everybody {
        let answer = served.as_(who).post(COPY, &PROOF).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who} before");
    }
    let asked = [("last_day", LAST_DAY), ("code", "NORTH")];
    let mut edith = served.as_("edith");
    edith.post(PAGE, &asked).await;
    assert_eq!(edith.post(COPY, &PROOF).await.status, StatusCode::NOT_FOUND);
    assert!(!edith.get(PAGE).await.body.contains(COPY));
    let id = leaving_in(&edith.get(PAGE).await.body);
    let step = [("leaving", id.as_str())];
    served
        .as_("desmond")
        .post("/school/leaving/confirm", &step)
        .await;

    assert!(edith.get(PAGE).await.body.contains(COPY));
    let wrong = edith.post(COPY, &[("password", "not hers")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("#password"), "{}", wrong.body);
    for who in everybody {
        let answer = served.as_(who).post(COPY, &PROOF).await;
        if ["edith", "desmond"].contains(&who) {
            assert_eq!(answer.status, StatusCode::OK, "{who}: {}", answer.body);
            assert_eq!(answer.header("content-type"), "application/zip");
            assert!(answer.header("content-disposition").contains("school.zip"));
            assert!(answer.body.starts_with("PK"), "a zip");
        } else {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who} afterwards");
        }
    }
    let nobody = served.stranger().post(COPY, &PROOF).await;
    assert!(nobody.location().starts_with("/sign-in"));
    let looked = served.as_("zainab").get("/my-data/who-looked").await.body;
    for words in [
        "A copy of everything",
        "The data protection lead",
        "The school office",
    ] {
        assert!(looked.contains(words), "{words}: {looked}");
    }

    edith.post("/school/leaving/call-off", &step).await;
    assert_eq!(edith.post(COPY, &PROOF).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_schools_copy_ends_when_everything_is_deleted() {
    let served = Served::new().await;
    leaves(&served, LAST_DAY).await;
    served.school.clock.advance(TimeDelta::days(50));
    let mut desmond = signed_in(&served, "north", "desmond").await;
    assert_eq!(desmond.post(COPY, &PROOF).await.status, StatusCode::OK);
    served.school.clock.advance(TimeDelta::days(10));
    let mut desmond = signed_in(&served, "north", "desmond").await;
    assert_eq!(
        desmond.post(COPY, &PROOF).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!desmond.get(PAGE).await.body.contains(COPY));
}
