//! Bad days: the records are away, the store cannot write, an address is nonsense.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend};
use server::router::page_paths;
use test_kit::{NewWork, School, Wire};
use tokio::time::timeout;
use vocab::assignments::MAX_ANSWER_CHARS;

use crate::northgate::{fill, of_northgate};
use crate::persona::{Answer, Served};

#[tokio::test]
async fn when_the_database_is_away_everybody_gets_a_clear_page() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    served
        .school
        .db
        .close()
        .await
        .expect("every connection closes");
    let mut zainab = served.as_("zainab");
    for path in [
        "/home".to_owned(),
        format!("/assignments/{work}"),
        "/classrooms".to_owned(),
    ] {
        let page = zainab.get(&path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.body.contains("cannot reach its records"), "{path}");
        for inside in ["panicked", "sqlx", "SELECT", ".rs:"] {
            assert!(
                !page.body.contains(inside),
                "{path} shows its inside: {inside}"
            );
        }
    }
    let hand_in = zainab
        .post_files(
            &format!("/assignments/{work}/hand-in"),
            &[("text", "unmistakable"), ("version", "0")],
            &[("files", "graph.png", b"bytes")],
        )
        .await;
    assert_eq!(hand_in.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(hand_in.body.contains("unmistakable"), "the words come back");
    assert_eq!(hand_in.header("x-content-type-options"), "nosniff");
    assert!(
        hand_in
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    let sign_in = [
        ("school", "NORTH"),
        ("username", "zainab"),
        ("password", "whatever it is"),
    ];
    assert_eq!(
        served.stranger().post("/sign-in", &sign_in).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        served.stranger().get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        served.stranger().get("/healthz").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_database_that_cut_every_connection_is_found_again_without_a_restart() {
    let served = Served::new().await;
    let pool = served.school.db.pool();
    if pool.get_database_backend() == DbBackend::Sqlite {
        println!("skipped: a file cuts nobody off");
        return;
    }
    let mut zainab = served.as_("zainab");
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    for which in ["<>", "="] {
        let cut = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid {which} pg_backend_pid()"
        );
        // The last one ends before it can say so.
        let _ = pool.execute_unprepared(&cut).await;
    }
    // Each connection is found out once, and by a page that says so.
    let mut refused = 0;
    loop {
        let page = zainab.get("/home").await;
        if page.status == StatusCode::OK {
            break;
        }
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        refused += 1;
        assert!(refused < 20, "it is not found again");
    }
    for _ in 0..5 {
        assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    }
}

/// A server that waits a second for a database at the end of a wire; none on SQLite.
async fn on_a_wire() -> Option<(Served, Wire)> {
    let mut school = School::new().await;
    let Some(wire) = Wire::to(&school).await else {
        println!("skipped: a file does not fall silent");
        return None;
    };
    let db = wire.connect(&school, 3).await;
    school.db = db.answering_within(Duration::from_secs(1));
    Some((Served::of(school), wire))
}

/// The answer; without a bound none would ever come.
async fn in_time(answer: impl Future<Output = Answer>) -> Answer {
    let in_time = timeout(Duration::from_secs(20), answer).await;
    in_time.expect("it is answered in time")
}

#[tokio::test]
async fn a_database_that_falls_silent_is_a_clear_page_in_time_until_it_speaks_again() {
    let Some((served, wire)) = on_a_wire().await else {
        return;
    };
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);

    wire.fall_silent();
    let page = in_time(zainab.get("/home")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("cannot reach its records"));
    let form = format!("/assignments/{work}/hand-in");
    let fields = [("text", "unmistakable"), ("version", "0")];
    let files: [(&str, &str, &[u8]); 1] = [("files", "graph.png", b"bytes")];
    let hand_in = in_time(zainab.post_files(&form, &fields, &files)).await;
    assert_eq!(hand_in.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(hand_in.body.contains("unmistakable"), "the words come back");
    let ready = in_time(served.stranger().get("/readyz")).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);

    wire.speak_again();
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    let hand_in = zainab.post_files(&form, &fields, &files).await;
    assert_eq!(hand_in.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_database_whose_old_connections_stay_silent_is_found_again_without_a_restart() {
    let Some((served, wire)) = on_a_wire().await else {
        return;
    };
    let mut zainab = served.as_("zainab");
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    wire.fall_silent();
    let page = in_time(zainab.get("/home")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);

    wire.speak_to_others();
    let mut refused = 0;
    while in_time(zainab.get("/home")).await.status != StatusCode::OK {
        refused += 1;
        assert!(refused < 5, "it is not found again");
    }
    for _ in 0..5 {
        let page = in_time(zainab.get("/home")).await;
        assert_eq!(page.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn whoever_goes_before_a_silent_database_answers_leaves_room_for_those_who_come_later() {
    let Some((served, wire)) = on_a_wire().await else {
        return;
    };
    let mut zainab = served.as_("zainab");
    assert_eq!(zainab.get("/home").await.status, StatusCode::OK);
    // As many as the pool holds, all of them connected.
    let held = join_all((0..3).map(|_| served.school.db.write())).await;
    for begun in held {
        begun.expect("it begins").commit().await.expect("it ends");
    }
    wire.fall_silent();
    for _ in 0..3 {
        let page = timeout(Duration::from_millis(300), zainab.get("/home")).await;
        assert!(page.is_err(), "nobody answered");
    }
    wire.speak_to_others();
    let mut refused = 0;
    while in_time(zainab.get("/home")).await.status != StatusCode::OK {
        refused += 1;
        assert!(refused < 20, "it is not found again");
    }
}

#[tokio::test]
async fn when_the_store_cannot_write_the_words_are_kept_and_no_half_file_is_left() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    // A file where the store wants a folder: nothing below it can be written.
    let files = served.folder().join("files");
    std::fs::remove_dir_all(&files).expect("it is ours");
    std::fs::write(&files, b"in the way").expect("it is ours");
    let mut zainab = served.as_("zainab");
    let nothing = "00000000-0000-7000-8000-000000000000";
    let remove = format!("files/{nothing}/remove");
    for (button, version) in [("hand-in", 0), ("draft", 1), (&remove, 2)] {
        let words = format!("my words for {button}");
        let answer = zainab
            .post_files(
                &format!("/assignments/{work}/{button}"),
                &[("text", &words), ("version", &version.to_string())],
                &[("files", "graph.png", b"bytes")],
            )
            .await;
        assert!(answer.status.is_client_error() || answer.status.is_server_error());
        assert!(
            answer.body.contains(&words),
            "what was typed is still in the form: {}",
            answer.body
        );
        let said = "graph.png did not arrive whole, so it was not added. Add it again. Your words are kept.";
        assert!(answer.body.contains(said), "{button}: {}", answer.body);
        let page = zainab.get(&format!("/assignments/{work}")).await;
        assert!(page.body.contains(&words), "{button}: the draft has it too");
        assert!(!page.body.contains("graph.png") && !page.body.contains("class=\"receipt\""));
    }
    // What is not kept of them is not called kept.
    let long = "x".repeat(MAX_ANSWER_CHARS + 1);
    let answer = zainab
        .post_files(
            &format!("/assignments/{work}/draft"),
            &[("text", &long), ("version", "3")],
            &[("files", "graph.png", b"bytes")],
        )
        .await;
    assert!(answer.body.contains("graph.png did not arrive whole"));
    assert!(answer.body.contains("must be 200000 characters or fewer"));
    assert!(!answer.body.contains("Your words are"));
}

#[tokio::test]
async fn an_address_that_is_nonsense_is_a_page_that_is_not_there() {
    let served = Served::new().await;
    for path in [
        "/assignments/1",
        "/classrooms/%00",
        "/files/x",
        "/submissions/../../etc",
        "/people/import/x",
        "/nowhere",
    ] {
        let page = served.as_("ada").get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Page not found"), "{path}");
    }
    let posted = served.as_("ada").post("/assignments/1/publish", &[]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    assert!(posted.body.contains("Page not found"));
}

#[tokio::test]
async fn words_that_arrive_after_the_session_ended_are_given_back() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    served.school.clock.advance(chrono::TimeDelta::days(400));
    let fields = [("text", "unmistakable"), ("version", "0")];
    let path = format!("/assignments/{work}/hand-in");
    let page = format!("http://school.test/assignments/{work}?child=1");
    for with_files in [true, false] {
        let mut zainab = served.as_("zainab");
        zainab
            .headers
            .insert("referer", page.parse().expect("an address"));
        let answer = if with_files {
            zainab
                .post_files(&path, &fields, &[("files", "graph.png", b"bytes")])
                .await
        } else {
            zainab.post(&path, &fields).await
        };
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("unmistakable"));
        assert!(
            answer
                .body
                .contains("This was not saved. Copy it before you go on")
        );
        assert!(!answer.body.contains("still here"), "{}", answer.body);
        let back = format!("/sign-in?next=%2Fassignments%2F{work}%3Fchild%3D1");
        assert!(answer.body.contains(&back), "{}", answer.body);
    }
}

#[tokio::test]
async fn words_that_arrive_once_no_cookie_names_a_session_are_given_back() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let path = format!("/classrooms/{room}/assignments/new");
    let fields = [
        ("title", "Sheet 7"),
        ("instructions", "unmistakable"),
        ("intent", "publish"),
    ];
    // One signed out in a second window; the other was told there that the session is over.
    let mut signed_out = served.as_("ada");
    signed_out.post("/sign-out", &[]).await;
    let mut too_late = served.as_("bruno");
    served.school.clock.advance(chrono::TimeDelta::days(400));
    too_late.get("/home").await;
    for mut teacher in [signed_out, too_late] {
        assert!(!teacher.cookies.contains_key("session"));
        let page = format!("http://school.test{path}");
        let page = page.parse().expect("an address");
        teacher.headers.insert("referer", page);
        let file: (&str, &str, &[u8]) = ("files", "graph.png", b"inside of a file");
        for answer in [
            teacher.post_files(&path, &fields, &[file]).await,
            teacher.post(&path, &fields).await,
        ] {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(answer.body.contains("unmistakable"), "{}", answer.body);
            assert!(!answer.body.contains("inside of a file"));
            let back = format!("/sign-in?next=%2Fclassrooms%2F{room}%2Fassignments%2Fnew");
            assert!(answer.body.contains(&back), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn whatever_words_a_form_holds_they_are_given_back_to_whoever_is_signed_out() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let room = served.school.classroom("10Ma1");
    let (report, new_work) = ("/report", format!("/classrooms/{room}/assignments/new"));
    let mut fields = BTreeSet::from([
        (report.to_owned(), "place".to_owned()),
        (new_work.clone(), "title".to_owned()),
    ]);
    for reader in ["ada", "zainab", "edith"] {
        for page in page_paths() {
            let body = served.as_(reader).get(&fill(&page, &ids)).await.body;
            fields.extend(fields_for_words(&body));
        }
    }
    for (form, field) in [(report, "words"), (new_work.as_str(), "instructions")] {
        let is_found = fields.contains(&(form.to_owned(), field.to_owned()));
        assert!(is_found, "{form}, {field}: {fields:?}");
    }
    for (form, field) in &fields {
        let words = [(field.as_str(), "some unmistakable words")];
        let answer = served.stranger().post(form, &words).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{form}, {field}");
        let is_back = answer.body.contains("some unmistakable words");
        assert!(is_back, "{form}, {field}: {}", answer.body);
    }
}

/// The forms of a page that need somebody, each with a field for several lines.
fn fields_for_words(body: &str) -> Vec<(String, String)> {
    let field = regex::Regex::new("<textarea[^>]* name=\"([a-z_]+)\"").expect("a pattern");
    let action = regex::Regex::new("action=\"([^\"]+)\"").expect("a pattern");
    let mut found = Vec::new();
    for form in body.split("<form ").skip(1) {
        let (form, _) = form.split_once("</form>").expect("it ends");
        let (tag, inside) = form.split_once('>').expect("it begins");
        let to = action.captures(tag).map(|to| to[1].to_owned());
        let is_sent = tag.contains("method=\"post\"");
        let Some(to) = to.filter(|to| is_sent && to != "/contact") else {
            continue;
        };
        let names = field.captures_iter(inside);
        found.extend(names.map(|name| (to.clone(), name[1].to_owned())));
    }
    found
}

#[tokio::test]
async fn nobody_is_given_back_a_password_a_file_or_what_another_site_sent() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let hand_in = format!("/assignments/{work}/hand-in");
    let mut nobody = served.stranger();
    let password = [
        ("current_password", "unmistakable"),
        ("new_password", "unmistakable"),
        ("code", "unmistakable"),
    ];
    let endless = "a".repeat(9 * 1024 * 1024);
    for answer in [
        nobody.post("/settings/password", &password).await,
        nobody.post(&hand_in, &[("text", &endless)]).await,
        nobody
            .post_files(&hand_in, &[], &[("text", "a.txt", b"unmistakable")])
            .await,
    ] {
        assert!(answer.location().starts_with("/sign-in"), "{}", answer.body);
        assert!(!answer.body.contains("unmistakable"));
    }
    let other_site = "cross-site".parse().expect("a word");
    nobody.headers.insert("sec-fetch-site", other_site);
    let refused = nobody.post(&hand_in, &[("text", "unmistakable")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.body.contains("unmistakable"));
}

#[tokio::test]
async fn a_form_for_everybody_is_taken_whatever_became_of_the_session() {
    let served = Served::new().await;
    let fields = [("school", "NORTH"), ("text", "unmistakable")];
    let by_nobody = served.stranger().post("/contact", &fields).await;
    served.school.clock.advance(chrono::TimeDelta::days(400));
    let mut rosa = served.as_("rosa");
    for answer in [by_nobody, rosa.post("/contact", &fields).await] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("action=\"/contact\""), "its own page");
        assert!(answer.body.contains("unmistakable"), "{}", answer.body);
    }
}

#[tokio::test]
async fn settings_of_somebody_whose_session_ended_are_not_left_on_the_device() {
    let served = Served::new().await;
    let fields = [("theme", "cream"), ("size", "largest")];
    let by_nobody = served.stranger().post("/settings/reading", &fields).await;
    let kept = |answer: &Answer| {
        let cookies = answer.headers.get_all("set-cookie").into_iter();
        cookies
            .filter_map(|cookie| cookie.to_str().ok())
            .any(|cookie| cookie.starts_with("theme=cream"))
    };
    assert!(kept(&by_nobody), "{:?}", by_nobody.headers);
    served.school.clock.advance(chrono::TimeDelta::days(400));
    for path in ["/settings/reading", "/settings/reading/reset"] {
        let answer = served.as_("zainab").post(path, &fields).await;
        assert!(answer.location().starts_with("/sign-in"), "{path}");
        assert!(!kept(&answer), "{path}");
    }
}

#[tokio::test]
async fn of_a_form_with_a_great_many_words_a_few_are_given_back() {
    let served = Served::new().await;
    let path = format!(
        "/classrooms/{}/assignments/new",
        served.school.classroom("10Ma1")
    );
    let many = [("instructions", "unmistakable"); 400];
    let answer = served.stranger().post(&path, &many).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.body.matches("unmistakable").count(), 8);
}

#[tokio::test]
async fn words_for_work_that_was_taken_away_meanwhile_are_given_back() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let room = served.school.classroom("10Ma1");
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let archived = ada.post(&format!("/classrooms/{room}/archive"), &[]).await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER);
    let fields = [("text", "unmistakable"), ("version", "0")];
    let refused = served
        .as_("zainab")
        .post(&format!("/assignments/{work}/hand-in"), &fields)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("unmistakable"));
    assert!(
        refused
            .body
            .contains("nothing in it can be changed. Its teacher"),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn whoever_signs_in_goes_on_to_the_page_they_asked_for() {
    let served = Served::new().await;
    let asked = served.stranger().get("/people?q=okafor&page=1").await;
    assert_eq!(
        asked.location(),
        "/sign-in?next=%2Fpeople%3Fq%3Dokafor%26page%3D1"
    );
    let mut stranger = served.stranger();
    let form = stranger.get(asked.location()).await;
    assert!(form.body.contains("value=\"/people?q=okafor&amp;page=1\""));
    let wrong = [
        ("school", "NORTH"),
        ("username", "desmond"),
        ("password", "not this one"),
        ("next", "/people?q=okafor&page=1"),
    ];
    let again = stranger.post("/sign-in", &wrong).await;
    assert!(again.body.contains("value=\"/people?q=okafor&amp;page=1\""));
}

#[tokio::test]
async fn a_form_without_files_is_never_read_without_a_bound() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let endless = "a".repeat(9 * 1024 * 1024);
    for (who, path) in [
        ("zainab", format!("/assignments/{work}/draft")),
        ("ada", format!("/assignments/{work}/edit")),
        ("ada", format!("/classrooms/{room}/assignments/new")),
    ] {
        let answer = served.as_(who).post(&path, &[("text", &endless)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
}
