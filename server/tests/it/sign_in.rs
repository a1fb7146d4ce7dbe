//! Doors over HTTP.

use domain::accounts::guard::FREE_WITHOUT_A_DEVICE;
use http::StatusCode;
use test_kit::PASSWORD;

use crate::persona::Served;

fn form<'a>(username: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("school", "north"),
        ("username", username),
        ("password", password),
    ]
}

#[tokio::test]
async fn a_student_signs_in_by_school_code_username_and_password() {
    let served = Served::new().await;
    let mut zainab = served.stranger();
    let page = zainab.get("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK);
    let answer = zainab.post("/sign-in", &form("Zainab", PASSWORD)).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/home")
    );
    let home = zainab.get("/home").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("To do"));
}

#[tokio::test]
async fn the_session_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites() {
    let served = Served::new().await;
    let answer = served
        .stranger()
        .post("/sign-in", &form("zainab", PASSWORD))
        .await;
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|c| c.to_str().ok())
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        // The companion alone is for scripts: they take it away to sign out without a
        // network. It tells nothing of the session.
        let is_companion = cookie.starts_with("sk=");
        assert!(
            cookie.contains("HttpOnly") != is_companion
                && cookie.contains("SameSite=Lax")
                && cookie.contains("Path=/"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_what_was_typed_but_not_the_password() {
    let served = Served::new().await;
    let answer = served
        .stranger()
        .post("/sign-in", &form("zainab", "not the password"))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("do not belong together"));
    assert!(answer.body.contains("value=\"zainab\""));
    assert!(!answer.body.contains("not the password"));
}

#[tokio::test]
async fn an_empty_form_names_every_missing_field_at_once() {
    let served = Served::new().await;
    let answer = served.stranger().post("/sign-in", &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in [
        "Enter your school code",
        "Enter your username",
        "Enter your password",
    ] {
        assert!(answer.body.contains(sentence), "{sentence}");
    }
}

#[tokio::test]
async fn signing_in_again_gives_a_new_session_and_signing_out_ends_it() {
    let served = Served::new().await;
    let mut ada = served.stranger();
    ada.post("/sign-in", &form("ada", PASSWORD)).await;
    let first = ada.cookies["session"].clone();
    ada.post("/sign-in", &form("ada", PASSWORD)).await;
    assert_ne!(ada.cookies["session"], first);
    let mut thief = ada.clone();
    assert_eq!(ada.post("/sign-out", &[]).await.location(), "/sign-in");
    assert!(!ada.cookies.contains_key("session"));
    let answer = thief.get("/home").await;
    assert!(
        answer.location().starts_with("/sign-in"),
        "the old cookie is worth nothing"
    );
}

#[tokio::test]
async fn signing_in_again_leaves_no_old_session_of_this_browser_behind() {
    let served = Served::new().await;
    let mut ada = served.stranger();
    ada.post("/sign-in", &form("ada", PASSWORD)).await;
    let mut before = ada.clone();
    ada.post("/sign-in", &form("ada", PASSWORD)).await;
    assert!(before.get("/home").await.location().starts_with("/sign-in"));
    assert_eq!(ada.get("/home").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_everywhere_else_keeps_this_browser_in() {
    let served = Served::new().await;
    let mut tablet = served.stranger();
    tablet.post("/sign-in", &form("ada", PASSWORD)).await;
    let mut desk = served.stranger();
    desk.post("/sign-in", &form("ada", PASSWORD)).await;
    let settings = desk.get("/settings").await;
    assert!(settings.body.contains("Sign out everywhere else"));
    let answer = desk.post("/settings/sessions/end-others", &[]).await;
    assert_eq!(answer.location(), "/settings?done=signed-out-elsewhere");
    let settings = desk.get(answer.location()).await;
    assert_eq!(settings.status, StatusCode::OK);
    assert!(
        settings
            .body
            .contains("You are signed out everywhere else.")
    );
    assert!(!settings.body.contains("Sign out everywhere else"));
    assert!(tablet.get("/home").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_browser_gets_an_id_of_its_own_with_the_form_and_keeps_it() {
    let served = Served::new().await;
    let mut browser = served.stranger();
    browser.get("/sign-in").await;
    let id = browser.cookies["device"].clone();
    let mut other = served.stranger();
    other.get("/sign-in").await;
    assert_ne!(other.cookies["device"], id);
    browser.get("/sign-in").await;
    browser.post("/sign-in", &form("ada", PASSWORD)).await;
    assert_eq!(browser.cookies["device"], id);
}

#[tokio::test]
async fn a_browser_that_was_here_before_ids_were_sealed_keeps_its_id() {
    let served = Served::new().await;
    let mut browser = served.stranger();
    let id = "a".repeat(43);
    browser.cookies.insert("device".to_owned(), id.clone());
    browser.get("/sign-in").await;
    let sealed = browser.cookies["device"].clone();
    assert!(sealed.starts_with(&format!("{id}.")), "{sealed}");
    let answer = browser.post("/sign-in", &form("ada", PASSWORD)).await;
    assert_eq!(answer.location(), "/home");
    assert_eq!(browser.cookies["device"], sealed);
}

#[tokio::test]
async fn an_id_with_a_seal_that_is_not_ours_is_replaced_and_never_sealed() {
    let served = Served::new().await;
    let id = "a".repeat(43);
    for path in ["/sign-in", "/contact"] {
        let mut browser = served.stranger();
        let made_up = format!("{id}.{:0>64}", 1);
        browser.cookies.insert("device".to_owned(), made_up);
        browser.get(path).await;
        let given = browser.cookies["device"].clone();
        assert!(given.contains('.') && !given.starts_with(&id), "{given}");
    }
    let mut browser = served.stranger();
    browser
        .cookies
        .insert("device".to_owned(), format!("{id}."));
    let signed_in = browser.post("/sign-in", &form("ada", PASSWORD)).await;
    assert_eq!(signed_in.location(), "/home");
    assert!(!browser.cookies["device"].starts_with(&id));
}

#[tokio::test]
async fn guesses_with_a_new_made_up_device_each_are_slowed_and_the_school_signs_in() {
    let served = Served::new().await;
    let spray = async |number: u32| {
        let mut guesser = served.stranger();
        // As long as an id of ours, with and without something like a seal.
        let made_up = match number % 2 {
            0 => format!("{number:0>43}"),
            _ => format!("{number:0>43}.{number:0>64}"),
        };
        guesser.cookies.insert("device".to_owned(), made_up);
        let username = format!("pupil{number}");
        let guess = form(&username, "Password1");
        guesser.post("/sign-in", &guess).await.status
    };
    for number in 0..=FREE_WITHOUT_A_DEVICE {
        assert_eq!(
            spray(number).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{number}"
        );
    }
    assert_eq!(spray(5_000).await, StatusCode::TOO_MANY_REQUESTS);

    let mut zainab = served.stranger();
    zainab.get("/sign-in").await;
    let answer = zainab.post("/sign-in", &form("zainab", PASSWORD)).await;
    assert_eq!(answer.location(), "/home", "her browser got an id of ours");
}

#[tokio::test]
async fn signing_out_by_a_link_is_not_possible() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    ada.get("/sign-out").await;
    assert_eq!(ada.get("/home").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_account_is_slowed_down_while_the_rest_of_the_school_signs_in() {
    let served = Served::new().await;
    for _ in 0..12 {
        served
            .stranger()
            .post("/sign-in", &form("zainab", "guess"))
            .await;
    }
    let slowed = served
        .stranger()
        .post("/sign-in", &form("zainab", PASSWORD))
        .await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    let other = served
        .stranger()
        .post("/sign-in", &form("tomos", PASSWORD))
        .await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn after_signing_in_only_an_address_of_our_own_is_opened() {
    let served = Served::new().await;
    for (next, lands) in [
        ("/classrooms", "/classrooms"),
        ("//evil.example", "/home"),
        ("https://evil.example", "/home"),
        // Browsers read a backslash as a slash, and leave out tabs and ends of lines.
        ("/\\evil.example", "/home"),
        ("/\t/evil.example", "/home"),
        ("/\r\n/evil.example", "/home"),
    ] {
        let mut fields = form("ada", PASSWORD).to_vec();
        fields.push(("next", next));
        assert_eq!(
            served.stranger().post("/sign-in", &fields).await.location(),
            lands
        );
    }
}
