//! Badges over HTTP: enrolling the tablet that one holds, signing in on it with a form
//! alone, and what is printed.

use domain::badges::BadgeKeys;
use domain::consent::Signer;
use http::StatusCode;
use regex::Regex;
use vocab::ids::BadgeId;

use crate::persona::{Answer, Persona, Served};

/// A tablet that the office has set up, signed out.
pub(crate) async fn tablet(served: &Served) -> Persona {
    let mut tablet = served.as_("desmond");
    let answer = tablet
        .post(
            "/school/devices",
            &[("label", "Tablet 1"), ("profile", "shared")],
        )
        .await;
    assert_eq!(answer.location(), "/badge?done=enrolled");
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with("enrolment="))
        .expect("the tablet keeps its enrolment");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    assert!(!tablet.cookies.contains_key("session"));
    tablet
}

/// The code on the badge of the one student whose card is printed, and their pictures.
async fn badge_of(served: &Served, who: &str) -> (String, Vec<String>) {
    let mut ada = served.as_("ada");
    let room = served.school.classroom("10Ma1");
    let person = served.school.person(who);
    let made = ada.post(&format!("/classrooms/{room}/badges"), &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let card = ada
        .get(&format!("/classrooms/{room}/badges/print?person={person}"))
        .await;
    let code = Regex::new("[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{3}").expect("a pattern");
    let code = code.find(&card.body).expect("a code").as_str().to_owned();
    let sheet = ada
        .get(&format!("/classrooms/{room}/badges/sheet"))
        .await
        .body;
    let name = match who {
        "zainab" => "Zainab Okafor",
        other => panic!("{other}"),
    };
    let row = sheet
        .split("<li class=\"row\"")
        .find(|row| row.contains(name))
        .expect("her row");
    let pictures = vocab::badges::Picture::ALL
        .iter()
        .map(ToString::to_string)
        .filter(|word| {
            let told = word[..1].to_uppercase() + &word[1..];
            row.contains(&told)
        })
        .collect::<Vec<_>>();
    assert_eq!(pictures.len(), 3, "{row}");
    (code, pictures)
}

fn fields<'a>(code: &'a str, pictures: &'a [String]) -> Vec<(&'static str, &'a str)> {
    std::iter::once(("code", code))
        .chain(pictures.iter().map(|picture| ("picture", picture.as_str())))
        .collect()
}

#[tokio::test]
async fn a_student_signs_in_on_an_enrolled_tablet_with_a_form_alone() {
    let served = Served::new().await;
    let mut tablet = tablet(&served).await;
    let (code, pictures) = badge_of(&served, "zainab").await;
    let door = tablet.get("/sign-in").await;
    assert_eq!(door.location(), "/badge");
    let page = tablet.get("/badge").await;
    assert!(page.body.contains("Northgate") && page.body.contains("name=\"picture\""));
    assert!(!page.body.contains("Zainab"));
    let form = regex::Regex::new("<form[^>]* id=\"badge-form\"[^>]* autocomplete=\"off\"");
    assert!(
        form.expect("a pattern").is_match(&page.body),
        "no ticks come back"
    );
    let typed = tablet.get("/sign-in?typed=yes").await;
    assert_eq!(typed.status, StatusCode::OK);

    let inside = tablet.post("/badge", &fields(&code, &pictures)).await;
    assert_eq!(inside.location(), "/home");
    let home = tablet.get("/home").await;
    assert!(home.body.contains("Zainab"));
    let out = tablet.post("/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in");
    assert_eq!(tablet.get("/sign-in").await.location(), "/badge");
}

/// Whether the device keeps its enrolment for a year from now.
fn keeps_its_cookie(answer: &Answer) -> bool {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|cookie| cookie.starts_with("enrolment=") && cookie.ends_with("Max-Age=31536000"))
}

#[tokio::test]
async fn whoever_signs_in_on_a_tablet_gives_its_cookie_another_year_until_staff_end_it() {
    let served = Served::new().await;
    let mut tablet = tablet(&served).await;
    let before = tablet.cookies["enrolment"].clone();
    let (code, pictures) = badge_of(&served, "zainab").await;
    let by_badge = tablet.post("/badge", &fields(&code, &pictures)).await;
    assert_eq!(by_badge.location(), "/home");
    assert!(keeps_its_cookie(&by_badge));
    let zainab = [
        ("school", "north"),
        ("username", "zainab"),
        ("password", test_kit::PASSWORD),
    ];
    let by_typing = tablet.post("/sign-in", &zainab).await;
    assert!(keeps_its_cookie(&by_typing));
    assert_eq!(tablet.cookies["enrolment"], before);

    let mut office = served.stranger();
    let desmond = [zainab[0], ("username", "desmond"), zainab[2]];
    office.post("/sign-in", &desmond).await;
    let page = office.get("/school/devices").await.body;
    let end = Regex::new("/school/devices/[0-9a-f-]{36}/end")
        .expect("a pattern")
        .find(&page)
        .expect("it is listed")
        .as_str()
        .to_owned();
    office.post(&end, &[]).await;
    let ended = tablet.post("/sign-in", &zainab).await;
    assert_eq!(ended.location(), "/home");
    assert!(!keeps_its_cookie(&ended));
}

#[tokio::test]
async fn a_wrong_code_and_wrong_pictures_are_answered_alike() {
    let served = Served::new().await;
    let mut tablet = tablet(&served).await;
    let (code, pictures) = badge_of(&served, "zainab").await;
    let others: Vec<String> = vocab::badges::Picture::ALL
        .iter()
        .map(ToString::to_string)
        .filter(|picture| !pictures.contains(picture))
        .take(3)
        .collect();
    let strip = |body: &str, code: &str| {
        let nonce = Regex::new("nonce=\"[^\"]*\"|crossorigin=\"[^\"]*\"").expect("a pattern");
        nonce.replace_all(body, "").replace(code, "")
    };
    let wrong_pictures = tablet.post("/badge", &fields(&code, &others)).await;
    let wrong_code = tablet
        .post("/badge", &fields("AAA-AAA-AAA", &pictures))
        .await;
    assert_eq!(wrong_pictures.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong_pictures.status, wrong_code.status);
    assert_eq!(
        strip(&wrong_pictures.body, &code),
        strip(&wrong_code.body, "AAA-AAA-AAA")
    );
    // The same steps, so that time tells nothing either.
    assert_eq!(wrong_pictures.statements(), wrong_code.statements());
}

#[tokio::test]
async fn the_page_takes_the_codes_that_are_printed_and_nothing_else_from_an_address() {
    let served = Served::new().await;
    let script = served.stranger().get("/badge.js").await.body;
    let shape = script
        .split_once("const CODE = /")
        .and_then(|(_, rest)| rest.split_once("/;"))
        .map(|(shape, _)| Regex::new(shape).expect("a pattern"))
        .expect("the script says what a code looks like");
    let keys = BadgeKeys::new(&Signer::new([7; 32]));
    for _ in 0..200 {
        let code = keys.code(BadgeId(domain::secrets::new_id()));
        assert!(shape.is_match(&code), "{code}");
    }
    for other in ["main", "pictures", "kx472m9tq", "KX472M9T", "KX472M9TQX"] {
        assert!(!shape.is_match(other), "{other}");
    }
}

#[tokio::test]
async fn a_badge_opens_nothing_on_a_device_at_home() {
    let served = Served::new().await;
    let (code, pictures) = badge_of(&served, "zainab").await;
    let mut at_home = served.stranger();
    let page = at_home.get("/badge").await;
    assert!(!page.body.contains("name=\"picture\""));
    let answer = at_home.post("/badge", &fields(&code, &pictures)).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    assert!(!at_home.cookies.contains_key("session"));
    assert!(answer.body.contains("Badges do not work on this device"));
    assert_eq!(at_home.get("/sign-in").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_printed_badge_has_no_surname_and_no_pictures() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let room = served.school.classroom("10Ma1");
    ada.post(&format!("/classrooms/{room}/badges"), &[]).await;
    let cards = ada.get(&format!("/classrooms/{room}/badges/print")).await;
    assert_eq!(cards.body.matches("class=\"badge-card\"").count(), 3);
    for first_name in ["Zainab", "Tomos", "Priya"] {
        assert!(cards.body.contains(first_name), "{first_name}");
    }
    for surname in ["Okafor", "Griffiths", "Nair"] {
        assert!(!cards.body.contains(surname), "{surname}");
    }
    assert!(!cards.body.contains("class=\"picture\""));
    let zainab = served.school.person("zainab");
    let one = ada
        .get(&format!("/classrooms/{room}/badges/print?person={zainab}"))
        .await;
    assert_eq!(one.body.matches("class=\"badge-card\"").count(), 1);
    let again = ada.get(&format!("/classrooms/{room}/badges/print")).await;
    let codes = |body: &str| {
        Regex::new("[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{3}")
            .expect("a pattern")
            .find_iter(body)
            .map(|code| code.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&cards.body), codes(&again.body));
}

#[tokio::test]
async fn the_office_renames_and_forgets_a_device_and_sets_the_hours() {
    let served = Served::new().await;
    let mut tablet = tablet(&served).await;
    // The office signs in anew elsewhere: enrolling ended its session on the tablet.
    let mut office = served.stranger();
    office
        .post(
            "/sign-in",
            &[
                ("school", "NORTH"),
                ("username", "desmond"),
                ("password", test_kit::PASSWORD),
            ],
        )
        .await;
    let page = office.get("/school/devices").await;
    let id = Regex::new("/school/devices/([0-9a-f-]{36})/end")
        .expect("a pattern")
        .captures(&page.body)
        .expect("it is listed")[1]
        .to_owned();
    let renamed = office
        .post(
            &format!("/school/devices/{id}/rename"),
            &[("label", "Library 7")],
        )
        .await;
    assert_eq!(renamed.location(), "/school/devices?done=saved");
    let wrong = office
        .post(
            "/school/devices/hours",
            &[("from", "9"), ("until", "08:00")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let hours = [
        ("from", "09:00"),
        ("until", "09:30"),
        ("mon", "yes"),
        ("tue", "yes"),
    ];
    office.post("/school/devices/hours", &hours).await;
    let page = office.get("/school/devices").await.body;
    assert!(page.contains("Library 7") && page.contains("from 09:00 to 09:30"));
    let (code, pictures) = badge_of(&served, "zainab").await;
    let closed = tablet.post("/badge", &fields(&code, &pictures)).await;
    assert!(closed.body.contains("Badges work on Monday, Tuesday"));
    office.post(&format!("/school/devices/{id}/end"), &[]).await;
    let page = tablet.get("/badge").await;
    assert!(page.body.contains("Badges do not work here"));
}

#[tokio::test]
async fn a_new_name_that_no_device_can_have_comes_back_in_its_own_form() {
    let served = Served::new().await;
    tablet(&served).await;
    let mut office = served.stranger();
    let sign_in = [
        ("school", "NORTH"),
        ("username", "desmond"),
        ("password", test_kit::PASSWORD),
    ];
    office.post("/sign-in", &sign_in).await;
    let list = "/school/devices";
    let id = crate::northgate::first(list, &office.get(list).await.body);
    let rename = format!("{list}/{id}/rename");
    let unfolded = Regex::new("<details[^>]* open[ >]").expect("a pattern");
    let long = "Library ".repeat(6);
    for (typed, mistake) in [
        (" ", "Enter a name for the device"),
        (
            long.as_str(),
            "Name for the device must be 40 characters or fewer",
        ),
    ] {
        let refused = office.post(&rename, &[("label", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let link = format!("href=\"#label-{id}\"");
        assert!(refused.body.contains(&link), "{}", refused.body);
        assert_eq!(unfolded.find_iter(&refused.body).count(), 1);
        let form = refused.form(&rename);
        let (field, value) = (format!("id=\"label-{id}\""), format!("value=\"{typed}\""));
        for expected in [field.as_str(), value.as_str(), mistake] {
            assert!(form.contains(expected), "{expected}: {form}");
        }
        let set_up = refused.form(list);
        let is_there = set_up.contains(&value) || set_up.contains(mistake);
        assert!(!is_there, "{set_up}");
    }
}
