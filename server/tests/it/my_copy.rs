//! What somebody sees of their own data: the copy, for which the password shows once
//! more who asks, and the facts, each with a way to say that it is wrong.

use http::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use test_kit::NewWork;

use crate::northgate::first;
use crate::persona::Served;

/// What the lead says before a copy for somebody else goes out.
const LOOKED_THROUGH: [(&str, &str); 3] = [("others", "yes"), ("exams", "yes"), ("harm", "yes")];

#[tokio::test]
async fn a_copy_is_sent_to_whoever_knows_the_password_and_to_nobody_else() {
    let served = Served::new().await;
    let own = format!("/my-data/{}/copy", served.school.person("zainab"));
    let mut zainab = served.as_("zainab");
    let page = zainab.get(&own).await;
    assert!(page.body.contains("Show that it is you"));
    for (typed, says) in [
        ("", "Enter your password, to show that it is you"),
        ("not my password", "This is not your password"),
    ] {
        let refused = zainab.post(&own, &[("password", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(refused.body.contains(says), "{typed}");
        assert!(
            !refused.body.contains("not my password"),
            "it is never sent back"
        );
    }
    let password = test_kit::PASSWORD;
    let copy = zainab.post(&own, &[("password", password)]).await;
    assert_eq!(copy.status, StatusCode::OK);
    assert_eq!(copy.header("content-type"), "application/zip");
    for _ in 0..6 {
        zainab.post(&own, &[("password", "a guess")]).await;
    }
    let slowed = zainab.post(&own, &[("password", password)]).await;
    assert_eq!(
        slowed.status,
        StatusCode::TOO_MANY_REQUESTS,
        "guesses are slowed"
    );
    let mut other = served.as_("tomos");
    assert_eq!(other.get(&own).await.status, StatusCode::NOT_FOUND);
    let refused = other.post(&own, &[("password", password)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_of_a_copy_says_how_much_it_will_be_and_it_goes_out_as_it_is_made() {
    let served = Served::new().await;
    let own = format!("/my-data/{}/copy", served.school.person("zainab"));
    let mut zainab = served.as_("zainab");
    let page = zainab.get(&own).await;
    assert!(page.body.contains("files: empty, as no file was added"));
    for (file, says) in [
        ("map.txt", "files: 1 file of 2 KB, as it was added"),
        (
            "graph.txt",
            "files: 2 files, 4 KB together, as they were added",
        ),
    ] {
        let sheet = served
            .school
            .assignment("10Ma1", NewWork::published("Sheet 6"))
            .await;
        let draft = format!("/assignments/{sheet}/draft");
        let bytes = [b'a'; 2_000];
        let files: [(&str, &str, &[u8]); 1] = [("files", file, &bytes)];
        zainab.post_files(&draft, &[], &files).await;
        let page = zainab.get(&own).await;
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    let gzip = http::HeaderValue::from_static("gzip");
    zainab.headers.insert("accept-encoding", gzip);
    let password = [("password", test_kit::PASSWORD)];
    let copy = zainab.post(&own, &password).await;
    assert_eq!(copy.status, StatusCode::OK);
    for held_back in ["content-encoding", "content-length"] {
        assert_eq!(copy.header(held_back), "", "{held_back}");
    }
}

/// Rosa's request for Zainab's data, granted by the lead: the address of its page.
async fn granted(served: &Served) -> String {
    let zainab = served.school.person("zainab").to_string();
    let asked = [("kind", "access"), ("about", &zainab), ("text", "")];
    served.as_("rosa").post("/my-data", &asked).await;
    let mut edith = served.as_("edith");
    let id = first(
        "/school/privacy/requests",
        &edith.get("/school/privacy").await.body,
    );
    let page = format!("/school/privacy/requests/{id}");
    assert!(!edith.get(&page).await.body.contains("Make the copy"));
    let view = format!("/my-data/requests/{id}/view");
    let home = served.as_("zainab").get("/home").await;
    assert!(home.body.contains("Somebody else asks"));
    let said = served
        .as_("zainab")
        .post(&view, &[("view", "agrees")])
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    edith
        .post(&format!("{page}/steps"), &[("step", "approve")])
        .await;
    page
}

#[tokio::test]
async fn a_copy_does_not_go_out_where_it_cannot_be_written_down_that_it_was_made() {
    let served = Served::new().await;
    let page = granted(&served).await;
    let db = served.school.db.read();
    let no_room = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "CREATE TRIGGER no_room BEFORE INSERT ON access_event \
             BEGIN SELECT RAISE(ABORT, 'no room'); END"
        }
        _ => "ALTER TABLE access_event ADD CONSTRAINT no_room CHECK (false) NOT VALID",
    };
    db.execute_unprepared(no_room).await.expect("closed");
    let copy = served
        .as_("edith")
        .post(&format!("{page}/copy"), &LOOKED_THROUGH)
        .await;
    assert_eq!(copy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(copy.header("content-type"), "application/zip");
}

#[tokio::test]
async fn the_lead_is_offered_the_copy_of_a_granted_request_and_gets_it() {
    let served = Served::new().await;
    let page = granted(&served).await;
    let mut edith = served.as_("edith");
    assert!(edith.get(&page).await.body.contains("Make the copy"));
    let form = format!("{page}/copy");
    let copy = edith.post(&form, &LOOKED_THROUGH).await;
    assert_eq!(copy.status, StatusCode::OK, "{}", copy.body);
    assert_eq!(copy.header("content-type"), "application/zip");
    let mut admin = served.as_("desmond");
    assert!(!admin.get(&page).await.body.contains("Make the copy"));
    let asked = admin.post(&form, &LOOKED_THROUGH).await;
    assert_eq!(asked.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_copy_for_who_asked_is_made_only_once_it_was_looked_through() {
    let served = Served::new().await;
    let page = granted(&served).await;
    let mut edith = served.as_("edith");
    let form = format!("{page}/copy");
    let [others, exams, _] = LOOKED_THROUGH;
    let refused = edith.post(&form, &[others, exams]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .body
            .contains("Look it through first, and tick this")
    );
    let before = edith.get(&page).await.body;
    assert!(!before.contains("A copy of everything was begun"));
    edith.post(&form, &LOOKED_THROUGH).await;
    let after = edith.get(&page).await.body;
    assert!(
        after.contains("A copy of everything was begun, to be handed to who asked. Free texts")
    );
    assert!(after.contains("No mark of an examination"));
    assert!(after.contains("serious harm"));
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_corrected_with_its_history_kept() {
    let served = Served::new().await;
    let person = served.school.person("zainab");
    let mut zainab = served.as_("zainab");
    let facts = zainab.get(&format!("/my-data/{person}/facts")).await.body;
    for field in [
        "Given name",
        "Family name",
        "Year group",
        "Username",
        "E-mail address",
    ] {
        let link = format!("field={}#ask", field.replace(' ', "%20"));
        assert!(facts.contains(&link), "{field} can be said to be wrong");
    }
    assert!(facts.contains("Okafor") && facts.contains("10Ma1"));
    let ask = zainab
        .get(&format!(
            "/my-data?kind=rectification&about={person}&field=Family%20name"
        ))
        .await
        .body;
    assert!(ask.contains("Family name is wrong. It should be "));
    let asked = [
        ("kind", "rectification"),
        ("about", &person.to_string()),
        ("text", "Family name is wrong. It should be Zqokafor"),
    ];
    let sent = zainab.post("/my-data", &asked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let corrected = served
        .as_("desmond")
        .post(
            &format!("/people/{person}/edit"),
            &[
                ("given_name", "Zainab"),
                ("family_name", "Zqokafor"),
                ("year_group", "10"),
                ("username", "zainab"),
            ],
        )
        .await;
    assert_eq!(
        corrected.status,
        StatusCode::SEE_OTHER,
        "{}",
        corrected.body
    );
    let facts = zainab.get(&format!("/my-data/{person}/facts")).await.body;
    assert!(facts.contains("Zqokafor"));
    let db = served.school.db.read();
    let history = Statement::from_string(
        db.get_database_backend(),
        "SELECT before FROM event WHERE kind = 'person.edited'",
    );
    let history = db.query_one_raw(history).await.expect("read").expect("one");
    let before: serde_json::Value = history.try_get("", "before").expect("JSON");
    assert_eq!(before["family_name"], "Okafor");
    let strangers = served
        .as_("tomos")
        .get(&format!("/my-data/{person}/facts"))
        .await;
    assert_eq!(strangers.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_record_of_a_child_is_offered_to_who_has_one_and_a_refused_wish_keeps_whom_it_was_about()
 {
    let served = Served::new().await;
    let offer = "value=\"education_record\"";
    assert!(!served.as_("sid").get("/my-data").await.body.contains(offer));
    let mut petra = served.as_("petra");
    assert!(petra.get("/my-data").await.body.contains(offer));
    let mei = served.school.person("mei").to_string();
    let nothing_said = [("about", &*mei), ("kind", "rectification"), ("text", "")];
    let refused = petra.post("/my-data", &nothing_said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let chosen = regex::Regex::new(&format!("<option[^>]*{mei}[^>]*selected")).expect("a pattern");
    assert!(chosen.is_match(&refused.body), "{}", refused.body);
}

#[tokio::test]
async fn who_asked_reads_what_the_school_asks_them_and_answers_it_on_the_same_page() {
    let served = Served::new().await;
    let zainab = served.school.person("zainab").to_string();
    let asked = [("kind", "erasure"), ("about", &zainab), ("text", "")];
    let mut rosa = served.as_("rosa");
    rosa.post("/my-data", &asked).await;
    let mut edith = served.as_("edith");
    let listed = edith.get("/school/privacy").await.body;
    let id = first("/school/privacy/requests", &listed);
    let page = format!("/school/privacy/requests/{id}");
    let needed = "Needed with: Ask what is meant, Take two more months, Refuse. ";
    assert!(edith.get(&page).await.body.contains(needed));
    let question = [
        ("step", "ask_clarification"),
        ("text", "All of it, or a year?"),
    ];
    edith.post(&format!("{page}/steps"), &question).await;
    let shown = rosa.get("/my-data").await;
    for there in [
        "All of it, or a year?",
        "The school waits for you.",
        "Waiting for your answer",
    ] {
        assert!(shown.body.contains(there), "{there}: {}", shown.body);
    }
    assert!(!shown.body.contains("You hear from the school by"));
    // Keys are kept in memory.
    let again = rosa.get("/my-data").await;
    assert!(again.statements() <= 6, "{} statements", again.statements());
    let waits = edith.get(&page).await.body;
    assert!(waits.contains("Waiting for who asked"), "{waits}");
    let form = format!("/my-data/requests/{id}/answer");
    let refused = rosa.post(&form, &[("words", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Enter your answer"));
    let sent = rosa.post(&form, &[("words", "Year 9 alone")]).await;
    assert_eq!(sent.location(), "/my-data?done=question", "{}", sent.body);
    assert!(edith.get(&page).await.body.contains("Year 9 alone"));
}

#[tokio::test]
async fn what_is_still_within_its_48_hours_is_not_said_to_be_answered() {
    let served = Served::new().await;
    granted(&served).await;
    let me = served.school.person("tomos").to_string();
    let open = [("kind", "access"), ("about", &*me), ("text", "")];
    let mut tomos = served.as_("tomos");
    tomos.post("/my-data", &open).await;
    let foot = "One request of the last year was answered, within 48 hours.";
    let page = tomos.get("/my-data").await.body;
    assert!(page.contains(foot), "{page}");
}
