//! What a device keeps, over HTTP: whether a sign-in still holds, whether the school has
//! forgotten the device, and what goes when its person says so.

use http::{HeaderValue, StatusCode};
use test_kit::Tablet;
use vocab::outbox::Ticket;

use crate::persona::{Answer, Persona, Served};

const PASSWORD: &str = test_kit::PASSWORD;

async fn standing(browser: &mut Persona) -> serde_json::Value {
    let answer = browser.get("/offline/standing").await;
    assert_eq!(answer.status, StatusCode::OK);
    serde_json::from_str(&answer.body).expect("JSON")
}

async fn ticket(browser: &mut Persona) -> Ticket {
    let answer = browser.get("/offline/ticket").await;
    serde_json::from_str(&answer.body).expect("a ticket")
}

/// A device that the office has set up, signed out.
async fn enrolled(served: &Served, profile: &str) -> Persona {
    let mut device = served.stranger();
    sign_in(&mut device, "desmond", &[]).await;
    let fields = [("label", "Tablet 1"), ("profile", profile)];
    let answer = device.post("/school/devices", &fields).await;
    assert_eq!(answer.location(), "/badge?done=enrolled");
    device
}

async fn sign_in(browser: &mut Persona, who: &str, own: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("school", "north"),
        ("username", who),
        ("password", PASSWORD),
    ];
    fields.extend(own);
    browser.post("/sign-in", &fields).await
}

/// Ends the enrolment of the first device in the office's list.
async fn end_the_first(office: &mut Persona, list: &str) {
    let path = list
        .split("action=\"/school/devices/")
        .filter_map(|rest| rest.split_once("/end\""))
        .map(|(id, _)| id)
        .find(|id| id.len() == 36)
        .map(|id| format!("/school/devices/{id}/end"))
        .expect("it is listed");
    assert_eq!(
        office.post(&path, &[]).await.location(),
        "/school/devices?done=forgotten"
    );
}

#[tokio::test]
async fn a_page_locks_itself_as_soon_as_its_device_asks_for_it() {
    let served = Served::new().await;
    let own = [("own_device", "yes")];
    let mut nobodys = served.stranger();
    sign_in(&mut nobodys, "zainab", &[]).await;
    let given = ticket(&mut nobodys).await;
    assert_eq!((given.idle_minutes, given.is_own), (Some(60), false));

    let mut hers = served.stranger();
    sign_in(&mut hers, "zainab", &own).await;
    let given = ticket(&mut hers).await;
    assert_eq!((given.idle_minutes, given.is_own), (None, true));

    // Whoever signs in on a tablet of the class cannot call it their own.
    let mut shared = enrolled(&served, "shared").await;
    assert!(
        !shared
            .get("/sign-in?typed=yes")
            .await
            .body
            .contains("own_device")
    );
    sign_in(&mut shared, "zainab", &own).await;
    let given = ticket(&mut shared).await;
    assert_eq!((given.idle_minutes, given.is_own), (Some(10), false));

    let mut personal = enrolled(&served, "personal").await;
    sign_in(&mut personal, "zainab", &[]).await;
    let given = ticket(&mut personal).await;
    assert_eq!((given.idle_minutes, given.is_own), (None, true));
}

#[tokio::test]
async fn a_device_hears_at_its_next_contact_that_the_school_has_forgotten_it() {
    let served = Served::new().await;
    let mut tablet = enrolled(&served, "shared").await;
    sign_in(&mut tablet, "zainab", &[]).await;
    let told = standing(&mut tablet).await;
    assert_eq!(
        (&told["signed_in"], &told["forgotten"]),
        (&true.into(), &false.into())
    );
    // Nobody empties a device that is not forgotten.
    let early = tablet.post("/offline/forgotten", &[]).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    assert!(!early.headers.contains_key("clear-site-data"));
    let nobody = served.stranger().post("/offline/forgotten", &[]).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);

    let mut office = served.as_("desmond");
    let list = office.get("/school/devices").await.body;
    end_the_first(&mut office, &list).await;

    let told = standing(&mut tablet).await;
    assert_eq!(
        (&told["signed_in"], &told["forgotten"]),
        (&false.into(), &true.into())
    );
    let emptied = tablet.post("/offline/forgotten", &[]).await;
    assert_eq!(emptied.status, StatusCode::NO_CONTENT);
    assert_eq!(emptied.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!tablet.cookies.contains_key("enrolment"));
    assert_eq!(standing(&mut tablet).await["forgotten"], false);
}

/// From Tuesday 24 November 2026 to Wednesday 1 September 2027: enrolments ended last night.
const TO_SEPTEMBER: chrono::TimeDelta = chrono::TimeDelta::days(281);

#[tokio::test]
async fn a_tablet_of_the_class_is_shared_after_its_school_year_too_and_not_once_staff_ended_it() {
    let served = Served::new().await;
    let mut tablet = enrolled(&served, "shared").await;
    served.school.clock.advance(TO_SEPTEMBER);
    let page = tablet.get("/badge").await.body;
    assert!(page.contains("Badges do not work here"));
    sign_in(&mut tablet, "zainab", &[("own_device", "yes")]).await;
    let given = ticket(&mut tablet).await;
    assert_eq!((given.idle_minutes, given.is_own), (Some(10), false));
    let emptied = tablet.post("/settings/forget-device", &[]).await;
    assert_eq!(emptied.status, StatusCode::NOT_FOUND);
    assert!(!emptied.headers.contains_key("clear-site-data"));

    let mut office = served.stranger();
    sign_in(&mut office, "desmond", &[]).await;
    let list = office.get("/school/devices").await.body;
    assert!(list.contains("Set it up again"));
    end_the_first(&mut office, &list).await;
    // Whoever is on it is signed out, and the next finds a device like any other.
    assert_eq!(standing(&mut tablet).await["signed_in"], false);
    sign_in(&mut tablet, "zainab", &[]).await;
    let given = ticket(&mut tablet).await;
    assert_eq!((given.idle_minutes, given.is_own), (Some(60), false));
}

#[tokio::test]
async fn a_students_own_tablet_is_like_any_other_after_its_school_year_until_it_is_set_up_again() {
    let served = Served::new().await;
    let mut tablet = enrolled(&served, "personal").await;
    served.school.clock.advance(TO_SEPTEMBER);
    let answer = sign_in(&mut tablet, "zainab", &[]).await;
    let given = ticket(&mut tablet).await;
    assert_eq!((given.idle_minutes, given.is_own), (Some(60), false));
    // Its cookie ends when it would have: then they are asked again whose device it is.
    let cookies = answer.headers.get_all("set-cookie");
    let mut cookies = cookies.iter().filter_map(|cookie| cookie.to_str().ok());
    assert!(!cookies.any(|cookie| cookie.starts_with("enrolment=")));
}

#[tokio::test]
async fn a_tablet_that_is_set_up_again_after_its_school_year_stands_in_the_list_once() {
    let served = Served::new().await;
    let mut tablet = enrolled(&served, "shared").await;
    served.school.clock.advance(TO_SEPTEMBER);
    sign_in(&mut tablet, "desmond", &[]).await;
    let fields = [("label", "Tablet 1"), ("profile", "shared")];
    let answer = tablet.post("/school/devices", &fields).await;
    assert_eq!(answer.location(), "/badge?done=enrolled");
    let mut office = served.stranger();
    sign_in(&mut office, "desmond", &[]).await;
    let list = office.get("/school/devices").await.body;
    assert!(!list.contains("Set it up again"));
    assert_eq!(list.matches("/end\"").count(), 1);
}

/// What a device hears that is its student's own and has kept this ticket.
async fn was_ended(device: &mut Persona, ticket: &str) -> bool {
    let ticket = HeaderValue::from_str(ticket).expect("letters and numbers");
    device.headers.insert("offline-ticket", ticket);
    let told = standing(device).await;
    told["ended"].as_bool().expect("yes or no")
}

/// The session that a ticket speaks of.
fn session_of(ticket: &str) -> &str {
    ticket
        .split('|')
        .nth(4)
        .expect("a ticket names its session")
}

#[derive(Clone, Copy, Debug)]
enum Ended {
    FromTheList,
    EverywhereElse,
    ByANewPassword,
    ByAPasswordFromTheOffice,
    ByLeaving,
}

async fn end(served: &Served, how: Ended, session: &str) {
    let mut desk = served.stranger();
    sign_in(&mut desk, "zainab", &[]).await;
    let mut office = served.as_("desmond");
    let zainab = format!("/people/{}", served.school.person("zainab"));
    let answer = match how {
        Ended::FromTheList => {
            let path = format!("/settings/sessions/{session}/end");
            desk.post(&path, &[]).await
        }
        Ended::EverywhereElse => desk.post("/settings/sessions/end-others", &[]).await,
        Ended::ByANewPassword => {
            let fields = [
                ("current_password", PASSWORD),
                ("new_password", "four plain words here"),
            ];
            desk.post("/settings/password", &fields).await
        }
        Ended::ByAPasswordFromTheOffice => office.post(&format!("{zainab}/password"), &[]).await,
        Ended::ByLeaving => office.post(&format!("{zainab}/end"), &[]).await,
    };
    assert!(
        answer.status.is_success() || answer.status.is_redirection(),
        "{how:?}: {}",
        answer.status
    );
}

#[tokio::test]
async fn an_own_device_hears_that_its_sign_in_was_ended_with_and_without_its_cookies() {
    for how in [
        Ended::FromTheList,
        Ended::EverywhereElse,
        Ended::ByANewPassword,
        Ended::ByAPasswordFromTheOffice,
        Ended::ByLeaving,
    ] {
        let served = Served::new().await;
        let mut hers = served.stranger();
        sign_in(&mut hers, "zainab", &[("own_device", "yes")]).await;
        let ticket = ticket(&mut hers).await.ticket;
        // The same device after its browser was closed: no cookie says whose it is.
        let mut closed = served.stranger();
        assert!(!was_ended(&mut hers, &ticket).await, "{how:?}");
        assert!(!was_ended(&mut closed, &ticket).await, "{how:?}");
        end(&served, how, session_of(&ticket)).await;
        assert!(was_ended(&mut hers, &ticket).await, "{how:?}");
        assert!(was_ended(&mut closed, &ticket).await, "{how:?}");
    }
}

#[tokio::test]
async fn a_sign_in_that_lay_idle_or_ran_out_was_not_ended() {
    let served = Served::new().await;
    let mut hers = served.stranger();
    sign_in(&mut hers, "zainab", &[("own_device", "yes")]).await;
    let ticket = ticket(&mut hers).await.ticket;
    for hours in [2, 24, 27 * 24] {
        let later = chrono::TimeDelta::hours(hours);
        served.school.clock.advance(later);
        assert!(!was_ended(&mut hers, &ticket).await, "{hours} hours later");
        assert_eq!(standing(&mut hers).await["signed_in"], false);
    }
}

#[tokio::test]
async fn a_tablet_of_the_class_that_is_touched_without_a_network_keeps_its_sign_in() {
    let minutes = chrono::TimeDelta::minutes;
    let served = Served::new().await;
    let mut shared = enrolled(&served, "shared").await;
    sign_in(&mut shared, "zainab", &[]).await;
    let given = Tablet::new(ticket(&mut shared).await);
    let companion = shared.cookies["sk"].clone();
    let before = shared.cookies.clone();
    let begun = served.school.now();
    let says = |words: &str| format!("{companion}.{words}");

    served.school.clock.advance(minutes(40));
    let old = given.touched(begun + minutes(30));
    let other = given
        .touched(begun + minutes(31))
        .replace(['a', 'b', 'c'], "d");
    let unproven = (begun + minutes(39)).timestamp().to_string();
    for wrong in [
        old,
        other,
        unproven.clone(),
        format!("{unproven}."),
        "x.y".to_owned(),
    ] {
        shared.cookies = before.clone();
        shared.cookies.insert("sk".to_owned(), says(&wrong));
        assert_eq!(standing(&mut shared).await["signed_in"], false, "{wrong}");
    }

    shared.cookies = before;
    shared
        .cookies
        .insert("sk".to_owned(), says(&given.touched(begun + minutes(31))));
    assert_eq!(standing(&mut shared).await["signed_in"], true);
    // A clock that runs ahead counts as now, and nothing outlives the day's twelve hours.
    let ahead = given.touched(begun + minutes(900));
    shared.cookies.insert("sk".to_owned(), says(&ahead));
    served.school.clock.advance(minutes(400));
    assert_eq!(standing(&mut shared).await["signed_in"], true);
    served.school.clock.advance(minutes(280));
    assert_eq!(standing(&mut shared).await["signed_in"], false);
}

#[tokio::test]
async fn on_a_device_of_ones_own_no_touch_is_believed_for_none_of_its_pages_locks_itself() {
    let served = Served::new().await;
    let mut hers = served.stranger();
    sign_in(&mut hers, "zainab", &[("own_device", "yes")]).await;
    let own = ticket(&mut hers).await;
    assert_eq!(own.touch_key, None);
    // Not even with the key that another device would have.
    let session = session_of(&own.ticket).parse().expect("an id");
    served.school.clock.advance(chrono::TimeDelta::minutes(61));
    let now = served.school.now();
    let found = domain::accounts::sessions::find_touched(
        &served.school.db,
        &hers.cookies["session"],
        |of| (of == session).then_some(now),
        now,
    );
    assert!(found.await.expect("the database answers").is_none());
}

#[tokio::test]
async fn a_tablet_that_may_be_in_use_without_a_network_is_in_the_list_and_can_be_ended() {
    let served = Served::new().await;
    let mut shared = enrolled(&served, "shared").await;
    sign_in(&mut shared, "zainab", &[]).await;
    let given = ticket(&mut shared).await;
    served.school.clock.advance(chrono::TimeDelta::minutes(15));
    let mut elsewhere = served.stranger();
    sign_in(&mut elsewhere, "zainab", &[]).await;
    let end = format!("/settings/sessions/{}/end", session_of(&given.ticket));
    assert!(elsewhere.get("/settings").await.body.contains(&end));
    elsewhere.post(&end, &[]).await;
    let touched = Tablet::new(given).touched(served.school.now());
    let says = format!("{}.{touched}", shared.cookies["sk"]);
    shared.cookies.insert("sk".to_owned(), says);
    assert_eq!(standing(&mut shared).await["signed_in"], false);
}

#[tokio::test]
async fn a_sign_in_that_was_ended_does_not_come_back_with_a_touch() {
    let served = Served::new().await;
    let mut shared = enrolled(&served, "shared").await;
    sign_in(&mut shared, "zainab", &[]).await;
    let given = Tablet::new(ticket(&mut shared).await);
    let says = format!(
        "{}.{}",
        shared.cookies["sk"],
        given.touched(served.school.now())
    );
    shared.cookies.insert("sk".to_owned(), says);
    let before = shared.cookies.clone();
    assert_eq!(
        shared.post("/sign-out", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    shared.cookies = before;
    assert_eq!(standing(&mut shared).await["signed_in"], false);
}

#[tokio::test]
async fn a_sign_in_that_is_not_there_any_more_was_ended_as_where_its_account_was_erased() {
    let served = Served::new().await;
    let mut hers = served.stranger();
    sign_in(&mut hers, "zainab", &[("own_device", "yes")]).await;
    let ticket = ticket(&mut hers).await.ticket;
    let erased = ticket.replace(session_of(&ticket), &uuid::Uuid::nil().to_string());
    let mut device = served.stranger();
    assert!(was_ended(&mut device, &erased).await);
    assert!(!was_ended(&mut device, "no ticket at all").await);
}

#[tokio::test]
async fn whoever_forgets_their_device_is_signed_out_and_nothing_stays() {
    let served = Served::new().await;
    let mut hers = served.stranger();
    hers.get("/sign-in").await;
    sign_in(&mut hers, "zainab", &[("own_device", "yes")]).await;
    assert!(
        hers.get("/settings")
            .await
            .body
            .contains("/settings/forget-device")
    );
    let before = hers.cookies.clone();
    let answer = hers.post("/settings/forget-device", &[]).await;
    assert_eq!(answer.location(), "/sign-in?done=device-forgotten");
    assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
    for gone in ["session", "sk", "device", "school"] {
        assert!(!hers.cookies.contains_key(gone), "{gone}");
    }
    hers.cookies = before;
    assert!(hers.get("/home").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_tablet_of_the_class_cannot_be_emptied_by_a_student() {
    let served = Served::new().await;
    let mut tablet = enrolled(&served, "shared").await;
    sign_in(&mut tablet, "zainab", &[]).await;
    let page = tablet.get("/settings").await.body;
    assert!(!page.contains("/settings/forget-device"));
    assert!(page.contains("A class shares this device."));
    let answer = tablet.post("/settings/forget-device", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.headers.contains_key("clear-site-data"));
    assert_eq!(tablet.get("/home").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_photo_is_shared_by_students_and_lists_what_they_have_to_hand_in() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", test_kit::NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let page = zainab.get("/share").await;
    assert!(
        page.body
            .contains(&format!("formaction=\"/assignments/{work}/files\""))
    );
    for other in ["ada", "rosa", "desmond", "edith"] {
        let answer = served.as_(other).get("/share").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
    // Without a script nothing keeps it from being sent without a photo.
    let bare = zainab
        .post_files(
            &format!("/assignments/{work}/files"),
            &[],
            &[("files", "", b"")],
        )
        .await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("Choose a photo or a file first"));
    // Where no worker took the photo, it is asked for again, and nothing is lost silently.
    let again = zainab.post("/share", &[]).await;
    assert_eq!(again.location(), "/share?done=share-again");
    let told = zainab.get(again.location()).await;
    assert!(told.body.contains("The photo did not come along."));
    let nobody = served.stranger().post("/share", &[]).await;
    assert!(nobody.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_lost_device_of_ones_own_can_be_ended_from_the_list_also_after_it_lay_idle() {
    let served = Served::new().await;
    let mut lost = served.stranger();
    sign_in(&mut lost, "zainab", &[("own_device", "yes")]).await;
    let ticket = ticket(&mut lost).await.ticket;
    let mut left_alone = served.stranger();
    sign_in(&mut left_alone, "zainab", &[]).await;
    served.school.clock.advance(chrono::TimeDelta::days(2));
    let mut elsewhere = served.stranger();
    sign_in(&mut elsewhere, "zainab", &[]).await;
    let page = elsewhere.get("/settings").await.body;
    let end = format!("/settings/sessions/{}/end", session_of(&ticket));
    assert!(page.contains(&end) && page.contains("/settings/sessions/end-others"));
    assert_eq!(page.matches("/end\"").count(), 1, "the other keeps nothing");
    elsewhere.post(&end, &[]).await;
    assert!(was_ended(&mut lost, &ticket).await);
    served.school.clock.advance(chrono::TimeDelta::days(29));
    let page = elsewhere.get("/settings").await.body;
    assert!(!page.contains(&end));
}
