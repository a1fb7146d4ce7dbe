//! Work without a network over HTTP: the two cookies, the shell, the door for sealed items
//! and the tray.

use axum::body::Body;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream;
use http::{HeaderValue, Method, Request, StatusCode};
use test_kit::{NewWork, Tablet};
use tower::ServiceExt;
use vocab::outbox::{Outcome, Ticket};

use crate::persona::{Answer, Persona, Served};

async fn tablet_of(persona: &mut Persona) -> Tablet {
    let answer = persona.get("/offline/ticket").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let ticket: Ticket = serde_json::from_str(&answer.body).expect("a ticket");
    Tablet::new(ticket)
}

async fn deliver(persona: &mut Persona, body: &Bytes) -> Answer {
    let sent = Some(("application/octet-stream", body.clone()));
    persona.send(Method::POST, "/outbox", sent).await
}

/// On a refusal of the door itself, and on no other.
const REFUSED: &str = "x-outbox-refused";

fn receipt_in(answer: &Answer) -> String {
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    json["receipt"].as_str().expect("a receipt").to_owned()
}

#[tokio::test]
async fn the_next_to_use_a_tablet_delivers_and_the_teacher_sees_both_times() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let tablet = tablet_of(&mut zainab).await;
    let item = tablet.hand_in(work, 0, "written on the bus", &[]);
    // Nobody is signed in, and then somebody else is: the door does not ask.
    let first = deliver(&mut served.stranger(), &item.body).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let again = deliver(&mut served.as_("tomos"), &item.body).await;
    assert_eq!(first.body, again.body, "the same receipt");
    let receipt = tablet.read(item.id, &receipt_in(&first)).expect("hers");
    assert_eq!(
        (receipt.outcome, receipt.at.as_str()),
        (Outcome::Done, "10:00")
    );
    let page = zainab.get(&format!("/assignments/{work}")).await;
    assert!(
        page.body.contains(&receipt.reference),
        "she sees the receipt"
    );
    let submission = served.as_("ada").get(&format!("/assignments/{work}")).await;
    let link = regex::Regex::new("/submissions/[0-9a-f-]{36}").expect("a pattern");
    let link = link.find(&submission.body).expect("handed in").as_str();
    let desk = served.as_("ada").get(link).await;
    assert!(desk.body.contains("written on the bus"));
    assert!(desk.body.contains("by the tablet's clock"), "both times");
}

#[tokio::test]
async fn what_comes_after_a_newer_hand_in_says_in_plain_words_which_one_stands() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let tablet = tablet_of(&mut served.as_("zainab")).await;
    let item = tablet.hand_in(work, 0, "from the drawer", &[]);
    served.school.clock.advance(TimeDelta::minutes(30));
    let mut at_home = served.stranger();
    let form = [
        ("school", "NORTH"),
        ("username", "zainab"),
        ("password", test_kit::PASSWORD),
    ];
    at_home.post("/sign-in", &form).await;
    let answer = [("text", "the better one"), ("version", "0")];
    let path = format!("/assignments/{work}");
    let done = at_home.post(&format!("{path}/hand-in"), &answer).await;
    assert_eq!(done.location(), format!("{path}?done=handed-in"));
    served.school.clock.advance(TimeDelta::minutes(30));
    let delivered = deliver(&mut served.stranger(), &item.body).await;
    let receipt = tablet.read(item.id, &receipt_in(&delivered)).expect("hers");
    assert_eq!(
        (receipt.outcome, receipt.reference.as_str()),
        (Outcome::OtherWords, "")
    );
    let page = at_home.get("/needs-you").await;
    assert!(page.body.contains("from the drawer"));
    assert!(page.body.contains("That hand-in stands"), "{}", page.body);
    let page = at_home.get(&path).await;
    assert!(page.body.contains("better"), "{}", page.body);
}

#[tokio::test]
async fn the_door_refuses_other_sites_other_bodies_and_what_is_no_item() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let tablet = tablet_of(&mut served.as_("zainab")).await;
    let item = tablet.draft(work, 0, "words");
    let mut other_site = served.stranger();
    other_site
        .headers
        .insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    let refused = deliver(&mut other_site, &item.body).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.header(REFUSED), "", "it can be sent again");
    let mut stranger = served.stranger();
    let taken = deliver(&mut stranger, &item.body).await;
    assert_eq!((taken.status, taken.header(REFUSED)), (StatusCode::OK, ""));
    let other = tablet.seal(
        item.id,
        vocab::outbox::Operation::Draft,
        work,
        0,
        "other",
        &[],
    );
    let large = Bytes::from(vec![0; 12 * 1024 * 1024 + 1]);
    for (body, status) in [
        (other.body, StatusCode::UNPROCESSABLE_ENTITY),
        (Bytes::from_static(b"hello"), StatusCode::BAD_REQUEST),
        (large, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let refused = deliver(&mut stranger, &body).await;
        assert_eq!((refused.status, refused.header(REFUSED)), (status, "yes"));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_on_the_way_is_not_refused_for_good() {
    let served = Served::new().await;
    let parts = [
        Ok(Bytes::from_static(b"CZO1")),
        Err(std::io::Error::other("the network went")),
    ];
    let request = Request::builder()
        .method(Method::POST)
        .uri("/outbox")
        .header("host", "school.test")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/octet-stream")
        .body(Body::from_stream(stream::iter(parts)))
        .expect("a request");
    let answer = served.router.clone().oneshot(request).await;
    let answer = answer.expect("the router always answers");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.headers().contains_key(REFUSED));
}

fn bare(answer: &Answer, nonce: &regex::Regex) -> String {
    nonce.replace_all(&answer.body, "").into_owned()
}

#[tokio::test]
async fn what_the_server_calls_public_is_the_same_for_everybody_and_sets_no_cookie() {
    let served = Served::new().await;
    let nonce = regex::Regex::new("nonce=\"[^\"]*\"|crossorigin=\"[^\"]*\"").expect("a pattern");
    for path in ["/shell", "/sw.js"] {
        let (mut zainab, mut ada) = (served.as_("zainab"), served.as_("ada"));
        let answers = [
            served.stranger().get(path).await,
            zainab.get(path).await,
            ada.get(path).await,
        ];
        for answer in &answers {
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert_eq!(bare(answer, &nonce), bare(&answers[0], &nonce), "{path}");
            assert!(answer.header("set-cookie").is_empty(), "{path}");
        }
    }
    let shell = served.as_("zainab").get("/shell").await;
    assert_eq!(shell.header("x-cache-class"), "public");
    assert!(!shell.body.contains(".wasm"), "it begins without WASM");
    let worker = served.stranger().get("/sw.js").await;
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(worker.body.contains("/js/offline") && !worker.body.contains("__FILES__"));
    for script in ["/reading/dress", "/reading/ruler"] {
        assert!(worker.body.contains(script), "it keeps {script}");
        assert!(shell.body.contains(script), "the page names {script}");
    }
    for path in ["/home", "/classrooms", "/offline/pack", "/offline/ticket"] {
        let answer = served.as_("zainab").get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("x-cache-class"), "", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_new_version_is_offered_by_one_script_on_each_page_of_somebody_and_by_none_at_the_door() {
    let served = Served::new().await;
    let offers = |body: &str| {
        (
            body.contains("/version/offer"),
            body.contains("/js/offline"),
        )
    };
    for who in ["ada", "rosa", "desmond", "edith"] {
        for path in ["/home", "/settings/reading"] {
            let page = served.as_(who).get(path).await.body;
            assert_eq!(offers(&page), (true, false), "{who} at {path}");
        }
    }
    let page = served.as_("zainab").get("/home").await.body;
    assert_eq!(offers(&page), (false, true));
    for path in ["/sign-in", "/shell", "/privacy"] {
        let page = served.stranger().get(path).await.body;
        assert!(!offers(&page).0, "{path}");
    }
}

#[tokio::test]
async fn a_session_without_its_companion_is_over() {
    let served = Served::new().await;
    let mut zainab = served.as_("zainab");
    let mut whole = zainab.clone();
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    zainab.cookies.remove("sk");
    let answer = zainab.get("/home").await;
    assert!(
        answer.location().starts_with("/sign-in"),
        "{}",
        answer.status
    );
    // The server has ended it: what was signed out without a network stays signed out.
    let answer = whole.get("/home").await;
    assert!(
        answer.location().starts_with("/sign-in"),
        "{}",
        answer.status
    );
    let mut guessed = served.as_("tomos");
    guessed.cookies.insert("sk".to_owned(), "0".repeat(64));
    assert!(
        guessed
            .get("/home")
            .await
            .location()
            .starts_with("/sign-in")
    );
}

#[tokio::test]
async fn a_form_without_scripts_signs_in_with_both_cookies() {
    let served = Served::new().await;
    let mut stranger = served.stranger();
    let form = [
        ("school", "NORTH"),
        ("username", "zainab"),
        ("password", test_kit::PASSWORD),
    ];
    stranger.post("/sign-in", &form).await;
    assert!(stranger.cookies.contains_key("session") && stranger.cookies.contains_key("sk"));
    assert_eq!(stranger.get("/home").await.status, StatusCode::OK);
    stranger.post("/sign-out", &[]).await;
    assert!(!stranger.cookies.contains_key("session") && !stranger.cookies.contains_key("sk"));
}

#[tokio::test]
async fn tickets_and_packs_are_for_students_who_are_signed_in() {
    let served = Served::new().await;
    for path in ["/offline/ticket", "/offline/pack"] {
        let answer = served.stranger().get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        for other in ["ada", "rosa", "desmond", "olga"] {
            let answer = served.as_(other).get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other} at {path}");
        }
    }
}

#[tokio::test]
async fn every_window_of_a_sign_in_has_its_one_ticket_and_the_next_sign_in_another() {
    let served = Served::new().await;
    let mut window = served.as_("zainab");
    let first = tablet_of(&mut window).await.ticket;
    let began_at = served.school.now();
    served.school.clock.advance(TimeDelta::minutes(25));
    let later = tablet_of(&mut window.clone()).await.ticket;
    assert_eq!(first, later);
    let until = began_at + TimeDelta::hours(12);
    assert_eq!(first.expires_at, until.to_rfc3339());

    window.post("/sign-out", &[]).await;
    let form = [
        ("school", "NORTH"),
        ("username", "zainab"),
        ("password", test_kit::PASSWORD),
    ];
    window.post("/sign-in", &form).await;
    let next = tablet_of(&mut window).await.ticket;
    assert_ne!(next.ticket_key, first.ticket_key);
    assert_ne!(next.data_key, first.data_key);
}

#[tokio::test]
async fn what_could_not_be_done_is_on_a_page_of_its_owner() {
    let served = Served::new().await;
    let nowhere = vocab::ids::AssignmentId(uuid::Uuid::nil());
    let mut zainab = served.as_("zainab");
    let tablet = tablet_of(&mut zainab).await;
    let item = tablet.hand_in(nowhere, 0, "northgatewords", &[("a.png", b"a photo")]);
    assert_eq!(
        deliver(&mut zainab, &item.body).await.status,
        StatusCode::OK
    );
    let home = zainab.get("/home").await;
    assert!(home.body.contains("/needs-you"), "her first page says so");
    let page = zainab.get("/needs-you").await;
    assert!(page.body.contains("northgatewords") && page.body.contains("a.png"));
    // It may have been refused with a network as well.
    assert!(
        page.body
            .contains("What you wrote could not be put where it belongs")
    );
    let link = regex::Regex::new("/needs-you/files/[0-9a-f-]{36}").expect("a pattern");
    let link = link.find(&page.body).expect("a link").as_str().to_owned();
    assert_eq!(zainab.get(&link).await.body, "a photo");
    let done_at = regex::Regex::new("/needs-you/[0-9a-f-]{36}/done").expect("a pattern");
    let done_at = done_at.find(&page.body).expect("a form").as_str();
    for other in ["tomos", "ada", "rosa", "sid"] {
        let answer = served.as_(other).get(&link).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
        let theirs = served.as_(other).get("/needs-you").await;
        assert!(!theirs.body.contains("northgatewords"), "{other}");
        let done = served.as_(other).post(done_at, &[]).await;
        assert_eq!(done.status, StatusCode::NOT_FOUND, "{other}");
    }
    let done = zainab.post(done_at, &[]).await;
    assert_eq!(done.location(), "/needs-you?done=seen");
    assert!(!zainab.get("/home").await.body.contains("/needs-you"));
    let empty = zainab.get("/needs-you").await.body;
    assert!(empty.contains("Nothing waits for you") && !empty.contains("What you wrote"));
}
