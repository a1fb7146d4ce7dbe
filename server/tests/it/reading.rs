//! How pages look, over HTTP: right on the first byte, kept for the person or on the
//! device, and never handed on to the next at the same tablet.

use http::StatusCode;

use crate::persona::{Answer, Served};

const LARGE: &[(&str, &str)] = &[
    ("theme", "cream"),
    ("size", "large"),
    ("line", "wide"),
    ("letters", "normal"),
    ("measure", "narrow"),
    ("font", "lexend"),
    ("ruler", "on"),
    ("aloud", "on"),
];

/// What stands on `<html>`.
fn html(answer: &Answer) -> &str {
    let from = answer.body.find("<html").expect("a page");
    let to = answer.body[from..].find('>').expect("it ends");
    &answer.body[from..from + to]
}

#[tokio::test]
async fn settings_stand_on_the_first_byte_of_every_page_and_follow_the_person() {
    let served = Served::new().await;
    let mut zainab = served.as_("zainab");
    let plain = zainab.get("/home").await;
    assert!(!html(&plain).contains("data-size") && !plain.body.contains("ruler"));
    let kept = zainab.post("/settings/reading", LARGE).await;
    assert_eq!(kept.location(), "/settings/reading?done=reading");
    assert!(
        !zainab.cookies.contains_key("reading") && !zainab.cookies.contains_key("theme"),
        "nothing stays on the tablet"
    );
    // Another browser, the same person.
    for path in ["/home", "/settings", "/settings/reading"] {
        let page = served.as_("zainab").get(path).await;
        let html = html(&page);
        for word in [
            "data-theme=\"cream\"",
            "data-size=\"large\"",
            "data-line=\"wide\"",
            "data-measure=\"narrow\"",
            "data-font=\"lexend\"",
        ] {
            assert!(html.contains(word), "{path}: {word} in {html}");
        }
        assert!(!html.contains("data-letters"), "{path}: as it comes");
        assert!(page.body.contains("/reading/ruler") && page.body.contains("/reading/aloud"));
    }
    let tomos = served.as_("tomos").get("/home").await;
    assert!(!html(&tomos).contains("data-size"));
    zainab.post("/settings/reading/reset", &[]).await;
    assert!(!html(&zainab.get("/home").await).contains("data-size"));
}

#[tokio::test]
async fn whoever_is_signed_out_has_them_on_the_device_until_somebody_signs_out_there() {
    let served = Served::new().await;
    let mut tablet = served.stranger();
    tablet.post("/settings/reading", LARGE).await;
    assert_eq!(tablet.cookies["theme"], "cream");
    let door = tablet.get("/sign-in").await;
    assert!(
        html(&door).contains("data-size=\"large\""),
        "{}",
        html(&door)
    );
    sign_in(&mut tablet, "zainab").await;
    assert!(html(&tablet.get("/home").await).contains("data-size=\"large\""));
    tablet.post("/sign-out", &[]).await;
    for path in ["/sign-in", "/settings/reading"] {
        let next = tablet.get(path).await;
        let html = html(&next);
        assert!(
            !html.contains("data-size") && !html.contains("data-theme"),
            "{path}: {html}"
        );
    }
    sign_in(&mut tablet, "tomos").await;
    let tomos = tablet.get("/home").await;
    assert!(!html(&tomos).contains("data-size") && !html(&tomos).contains("cream"));
}

#[tokio::test]
async fn what_a_device_has_already_is_kept_for_the_person_who_chooses_it() {
    let served = Served::new().await;
    let mut tablet = served.stranger();
    tablet.post("/settings/reading", LARGE).await;
    sign_in(&mut tablet, "zainab").await;
    let kept = tablet.post("/settings/reading", LARGE).await;
    assert_eq!(kept.location(), "/settings/reading?done=reading");
    let elsewhere = served.as_("zainab").get("/home").await;
    for word in ["data-size=\"large\"", "data-theme=\"cream\""] {
        assert!(html(&elsewhere).contains(word), "{}", html(&elsewhere));
    }
}

async fn sign_in(tablet: &mut crate::persona::Persona, who: &str) {
    let form = [
        ("school", "NORTH"),
        ("username", who),
        ("password", test_kit::PASSWORD),
    ];
    assert_eq!(tablet.post("/sign-in", &form).await.location(), "/home");
}

#[tokio::test]
async fn the_next_student_inherits_nothing_from_who_was_signed_in_before() {
    let served = Served::new().await;
    let mut tablet = served.stranger();
    sign_in(&mut tablet, "zainab").await;
    tablet.post("/settings/reading", LARGE).await;
    tablet
        .post("/theme", &[("theme", "dark"), ("back", "/home")])
        .await;
    assert!(html(&tablet.get("/home").await).contains("data-theme=\"dark\""));
    tablet.post("/sign-out", &[]).await;
    assert!(!html(&tablet.get("/sign-in").await).contains("data-theme"));
    sign_in(&mut tablet, "tomos").await;
    let tomos = tablet.get("/home").await;
    assert!(!html(&tomos).contains("data-theme") && !html(&tomos).contains("data-font"));
    tablet.post("/sign-out", &[]).await;
    sign_in(&mut tablet, "zainab").await;
    let zainab = tablet.get("/home").await;
    assert!(html(&zainab).contains("data-theme=\"dark\"") && html(&zainab).contains("lexend"));
}

#[tokio::test]
async fn settings_can_be_tried_on_the_page_before_they_are_kept() {
    let served = Served::new().await;
    for mut reader in [served.as_("zainab"), served.stranger()] {
        let tried = reader
            .get("/settings/reading?size=largest&font=hyperlegible")
            .await;
        assert!(html(&tried).contains("data-size=\"largest\""));
        assert!(tried.body.contains("not kept yet"));
        assert!(!html(&reader.get("/settings/reading").await).contains("data-size"));
    }
}

#[tokio::test]
async fn a_word_that_nobody_offered_changes_nothing() {
    let served = Served::new().await;
    for mut reader in [served.as_("zainab"), served.stranger()] {
        let answer = reader
            .post("/settings/reading", &[("size", "huge"), ("theme", "dark")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Choose one of these"));
        assert!(!html(&reader.get("/settings/reading").await).contains("data-theme"));
    }
}

#[tokio::test]
async fn a_hue_colours_the_schools_pages_its_door_and_its_app_and_no_other_school() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let kept = desmond.post("/school/colour", &[("hue", "#1a7f4b")]).await;
    assert_eq!(kept.location(), "/school/colour?done=colour");
    let page = served.as_("zainab").get("/home").await;
    let address = regex::Regex::new("/hue/1-[0-9]+\\.css").expect("a pattern");
    let sheet = address.find(&page.body).expect("its sheet").as_str();
    let css = served.stranger().get(sheet).await;
    assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        css.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert!(css.body.contains("--accent: #"));
    // What the page without a network takes over from this one, and its worker may keep.
    assert!(page.body.contains(&format!("data-hue=\"{sheet}\"")));
    assert_eq!(css.header("x-cache-class"), "public");
    let as_signed_in = served.as_("zainab").get(sheet).await;
    assert!(as_signed_in.header("cache-control").contains("immutable"));
    let door = served.stranger().get("/sign-in?school=north").await;
    assert!(door.body.contains(sheet));
    let mut tablet = served.stranger();
    tablet
        .cookies
        .insert("school".to_owned(), "NORTH".to_owned());
    assert!(tablet.get("/sign-in").await.body.contains(sheet));
    let manifest = tablet.get("/manifest.webmanifest").await;
    assert!(!manifest.body.contains("\"theme_color\":\"#fcfbf8\""));
    for mut elsewhere in [served.stranger(), served.as_("sid")] {
        for path in ["/sign-in", "/home", "/sign-in?school=SOUTH"] {
            assert!(!elsewhere.get(path).await.body.contains("/hue/"), "{path}");
        }
    }
    desmond.post("/school/colour", &[("hue", "")]).await;
    assert!(
        !served
            .as_("zainab")
            .get("/home")
            .await
            .body
            .contains("/hue/")
    );
}

#[tokio::test]
async fn what_is_no_hue_is_refused_beside_its_field_and_seen_before_it_is_kept() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    for (wrong, words) in [
        ("400", "whole number"),
        ("#777777", "no hue"),
        ("#xyz", "six signs"),
    ] {
        let answer = desmond.post("/school/colour", &[("hue", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(words), "{wrong}");
    }
    let tried = desmond.get("/school/colour?hue=27").await;
    assert!(tried.body.contains("/hue/1-27.css"));
    assert!(!desmond.get("/home").await.body.contains("/hue/"));
    for path in ["/hue/1-400.css", "/hue/2-27.css", "/hue/x"] {
        let answer = served.stranger().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
