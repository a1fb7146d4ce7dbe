//! No route without proof: every page, form and server function is called as
//! nobody, as somebody outside the classroom, and from another school.

use http::StatusCode;
use test_kit::{CANARY, NewWork};

use crate::persona::{Answer, Served};

/// Addresses of Northgate's things, with the ids filled in.
pub(crate) async fn of_northgate(served: &Served) -> Vec<(String, String)> {
    let school = &served.school;
    let room = school.classroom("10Ma1");
    let work = school
        .assignment(
            "10Ma1",
            NewWork::published("Sheet 6 northgatework").points(20),
        )
        .await;
    let answer = school.submission(work, "zainab", "northgatewords").await;
    let person = school.person("zainab");
    let nothing = uuid::Uuid::nil();
    let request = request_of(served, "zainab").await;
    let device = device_of(served).await;
    vec![
        ("/school/devices/{id}".to_owned(), device),
        ("/classrooms/{id}".to_owned(), room.to_string()),
        ("/assignments/{id}".to_owned(), work.to_string()),
        ("/submissions/{id}".to_owned(), answer.to_string()),
        ("/people/{id}".to_owned(), person.to_string()),
        ("/arrangements/{id}".to_owned(), person.to_string()),
        ("/people/import/{id}".to_owned(), import_of(served).await),
        ("/my-data/requests/{id}".to_owned(), request.clone()),
        ("/school/privacy/requests/{id}".to_owned(), request),
        ("/settings/sessions/{id}".to_owned(), nothing.to_string()),
        ("{person}".to_owned(), person.to_string()),
        ("/school/privacy/holds/{id}".to_owned(), nothing.to_string()),
        (
            "/school/privacy/sharing/{id}".to_owned(),
            nothing.to_string(),
        ),
        (
            "/school/privacy/sharing/recipients/{id}".to_owned(),
            nothing.to_string(),
        ),
        (
            "/school/privacy/statistics/{id}".to_owned(),
            nothing.to_string(),
        ),
    ]
}

/// A device that the office has enrolled; its id.
async fn device_of(served: &Served) -> String {
    let school = &served.school;
    let mut office = school.actor("desmond");
    // Whoever enrols is signed out there; the cast's own session stays.
    office.session = vocab::ids::SessionId(uuid::Uuid::nil());
    let tx = school.db.write().await.expect("free");
    let door = domain::badges::devices::may_enrol(&*tx, &office)
        .await
        .expect("theirs");
    let new = vocab::badges::ValidDevice {
        label: "Tablet northgatewords".to_owned(),
        profile: vocab::badges::DeviceProfile::Shared,
    };
    let enrolled = domain::badges::devices::enrol(&tx, &door, &office, &new, school.now())
        .await
        .expect("enrolled");
    tx.commit().await.expect("kept");
    enrolled.id.to_string()
}

/// A roster that was brought in; its id.
async fn import_of(served: &Served) -> String {
    let school = &served.school;
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let (file, wish) = ("north.zip", domain::rosters::Wish::BringIn);
    let roster = test_kit::Roster::five_people().bytes();
    domain::rosters::import_now(&school.db, &door, file, roster, wish, school.now())
        .await
        .expect("it goes in")
        .id
        .expect("it is in")
        .to_string()
}

/// A request about somebody's data; its id.
async fn request_of(served: &Served, who: &str) -> String {
    let school = &served.school;
    let tx = school.db.write().await.expect("free");
    let about = domain::access::about(&*tx, &school.actor(who), school.person(who))
        .await
        .expect("themselves");
    let kind = vocab::rights::RequestKind::Access;
    let words = "northgatewords".to_owned();
    domain::rights::file(&tx, &about, kind, words, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let mine = domain::rights::mine(school.db.read(), &school.actor(who), school.now())
        .await
        .expect("theirs");
    mine[0].id.to_string()
}

pub(crate) fn fill(path: &str, ids: &[(String, String)]) -> String {
    let id = ids
        .iter()
        .filter(|(prefix, _)| path.starts_with(prefix.as_str()))
        .max_by_key(|(prefix, _)| prefix.len())
        .map_or("{id}", |(_, id)| id);
    let of = |part: &str| {
        let known = ids.iter().find(|(prefix, _)| prefix == part);
        known.map_or(part, |(_, id)| id).to_owned()
    };
    let or = |part: &str, otherwise: &str| {
        let known = ids.iter().find(|(prefix, _)| prefix == part);
        known.map_or(otherwise, |(_, id)| id.as_str()).to_owned()
    };
    let file = if path.contains("/materials/") {
        "/materials/{id}"
    } else {
        "/files/{id}"
    };
    path.replace("{id}", id)
        .replace("{person}", &of("{person}"))
        .replace(":person", &of("{person}"))
        .replace(
            "{enrolment}",
            &or("{enrolment}", "01890000-0000-7000-8000-000000000001"),
        )
        .replace("{file}", &or(file, "01890000-0000-7000-8000-000000000002"))
        .replace(
            "{other}",
            &or("{other}", "01890000-0000-7000-8000-000000000004"),
        )
        .replace("{role}", "guardian")
        .replace("{item}", "01890000-0000-7000-8000-000000000008")
        .replace(
            "{request}",
            &or("{request}", "01890000-0000-7000-8000-000000000007"),
        )
        .replace(":request", "01890000-0000-7000-8000-000000000007")
        .replace("{token}", "not-a-token-that-anybody-was-given-by-us-ever")
}

/// Forms that anybody may send, signed in or not.
const OPEN_TO_ALL: &[&str] = &[
    "/set-up",
    "/sign-in",
    "/sign-out",
    "/badge",
    "/contact",
    "/privacy/cookies",
    "/invitation/{token}",
    "/theme",
    "/settings/reading",
    "/settings/reading/reset",
    "/unsubscribe/{token}",
    "/news/{token}",
    // Only where the browser's own cookie says that its device was forgotten.
    "/offline/forgotten",
];
/// Forms about oneself or about a thing that is yet to be made.
const ABOUT_ONESELF: &[&str] = &[
    "/settings/password",
    "/settings/sessions/{id}/end",
    "/settings/sessions/end-others",
    "/classrooms/new",
    "/my-data",
    "/my-data/erasure/call-off",
    "/settings/messages",
    "/notice/read",
    "/terms",
];

#[tokio::test]
async fn nobody_who_is_signed_out_gets_anything_from_any_form() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for path in server::router::form_paths() {
        let answer = served.stranger().post(&fill(path, &ids), &[]).await;
        if OPEN_TO_ALL.contains(&path) {
            continue;
        }
        assert!(
            sends_to_sign_in(&answer),
            "{path}: {} {}",
            answer.status,
            answer.location()
        );
    }
}

fn sends_to_sign_in(answer: &Answer) -> bool {
    answer.location().starts_with("/sign-in") || answer.status == StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn no_form_of_northgate_answers_an_outsider_or_another_school() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for outsider in ["cleo", "sam", "saskia", "sid"] {
        for path in server::router::form_paths() {
            let is_open = OPEN_TO_ALL.contains(&path) || ABOUT_ONESELF.contains(&path);
            let is_own_school = !names_a_thing(path);
            if is_open || is_own_school {
                continue;
            }
            let answer = served
                .as_(outsider)
                .post(&fill(path, &ids), complete_form(path))
                .await;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{outsider} at {path}: {}",
                answer.location()
            );
            assert!(!answer.body.contains("northgatew"), "{outsider} at {path}");
        }
    }
}

/// Whether an address names something, or somebody, of the school.
fn names_a_thing(path: &str) -> bool {
    ["{id}", "{person}", ":person"]
        .iter()
        .any(|part| path.contains(part))
}

/// Who of Northgate may use the forms and pages that name no thing of the school, for
/// the address begins with the school's own.
const OF_THE_OFFICE: &[&str] = &["/people", "/school"];

#[tokio::test]
async fn the_offices_forms_and_pages_are_the_offices_alone() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let is_of_the_office = |path: &str| OF_THE_OFFICE.iter().any(|of| path.starts_with(of));
    for other in ["ada", "zainab", "rosa", "olga"] {
        let mut other_person = served.as_(other);
        for path in server::router::form_paths() {
            if is_of_the_office(path) {
                let answer = other_person
                    .post(&fill(path, &ids), complete_form(path))
                    .await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other} at {path}");
            }
        }
        for page in server::router::page_paths() {
            if is_of_the_office(&page) {
                let answer = other_person.get(&fill(&page, &ids)).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other} at {page}");
            }
        }
    }
    // The lead reads, and changes nobody.
    let mut edith = served.as_("edith");
    for path in server::router::form_paths() {
        let is_the_leads = path == "/school/declaration" || path.starts_with("/school/privacy");
        if is_of_the_office(path) && !is_the_leads {
            let answer = edith.post(&fill(path, &ids), complete_form(path)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "edith at {path}");
        }
    }
}

/// The first id behind `before` in a page.
pub(crate) fn first(before: &str, body: &str) -> String {
    let pattern = format!("{before}/([0-9a-f-]{{36}})");
    let pattern = regex::Regex::new(&pattern).expect("a pattern");
    let found = pattern.captures(body);
    found.unwrap_or_else(|| panic!("no {pattern} in {body}"))[1].to_owned()
}

/// What Northgate has to fetch, with real ids: each is there for its own people.
async fn downloads_of_northgate(served: &Served) -> Vec<(&'static str, String)> {
    let mut all = files_of_northgate(served).await;
    all.push(("/people/import/{id}", import_of(served).await));
    all
}

/// Files of a draft and of set work, with the work that each hangs on, and a receipt.
pub(crate) async fn files_of_northgate(served: &Served) -> Vec<(&'static str, String)> {
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 7 northgatework"))
        .await;
    let page = format!("/assignments/{work}");
    let words: (&str, &[u8]) = ("northgatew.txt", b"northgatewords");
    let mut zainab = served.as_("zainab");
    let form = format!("{page}/draft");
    zainab
        .post_files(&form, &[], &[("files", words.0, words.1)])
        .await;
    let file = first("/files", &zainab.get(&page).await.body);
    let mut ada = served.as_("ada");
    let room = school.classroom("10Ma1");
    let form = format!("/classrooms/{room}/assignments/new");
    let fields = [("title", "Sheet 8"), ("intent", "publish")];
    let set = ada
        .post_files(&form, &fields, &[("files", words.0, words.1)])
        .await;
    let other_work = first("/assignments", set.location());
    let material = first("/materials", &ada.get(set.location()).await.body);
    let mut rosa = served.as_("rosa");
    let consents = format!("/consents/{}", school.person("zainab"));
    let answer = [("purpose", "photos_in_school"), ("answer", "no")];
    rosa.post(&consents, &answer).await;
    let receipt = first(
        "/privacy/receipts",
        &rosa.get("/settings/privacy").await.body,
    );
    vec![
        ("/files/{id}", file),
        ("/materials/{id}", material),
        ("/privacy/receipts/{id}", receipt),
        ("/offline/work/{id}", work.to_string()),
        ("/assignments/{id}/files", work.to_string()),
        ("/assignments/{id}/materials", other_work),
    ]
}

#[tokio::test]
async fn downloads_are_there_for_nobody_outside() {
    let served = Served::new().await;
    let real = downloads_of_northgate(&served).await;
    for path in server::router::download_paths() {
        let id = real.iter().find(|(prefix, _)| path.starts_with(prefix));
        let nowhere = "01890000-0000-7000-8000-000000000006";
        let address = path.replace("{id}", id.map_or(nowhere, |(_, id)| id));
        let signed_out = served.stranger().get(&address).await;
        assert!(sends_to_sign_in(&signed_out), "{path}");
        for outsider in ["cleo", "sam", "sid", "saskia", "gus", "olga"] {
            let answer = served.as_(outsider).get(&address).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{outsider} at {path}");
            assert!(!answer.body.contains("northgatew"), "{outsider} at {path}");
        }
        let mut theirs = Vec::new();
        for reader in ["zainab", "rosa", "desmond"] {
            theirs.push(served.as_(reader).get(&address).await.status);
        }
        assert_eq!(
            theirs.contains(&StatusCode::OK),
            id.is_some(),
            "{path} with its own people: {theirs:?}"
        );
    }
}

/// Fields that get a form past its reading, so that it is the rule that refuses.
pub(crate) fn complete_form(path: &str) -> &'static [(&'static str, &'static str)] {
    match path {
        "/classrooms/{id}/members" => &[
            ("person", "01890000-0000-7000-8000-000000000003"),
            ("role", "student"),
        ],
        "/classrooms/{id}/settings" => &[("name", "Mine now")],
        "/classrooms/{id}/assignments/new" | "/assignments/{id}/edit" => {
            &[("title", "Mine now"), ("intent", "publish")]
        }
        "/submissions/{id}/mark" => &[("points", "1"), ("comment", "x"), ("version", "0")],
        "/people/new" | "/people/{id}/edit" => &[
            ("given_name", "Mine"),
            ("family_name", "Now"),
            ("role", "guardian"),
        ],
        "/school/details" => &[
            ("school_name", "Mine now"),
            ("phase", "primary"),
            ("time_zone", "UTC"),
        ],
        "/school/devices" | "/school/devices/{id}/rename" => {
            &[("label", "Mine now"), ("profile", "shared")]
        }
        "/school/devices/hours" => &[("from", "00:00"), ("until", "23:59"), ("mon", "yes")],
        "/school/colour" => &[("hue", "150")],
        "/arrangements/{id}" => &[("extra_time", "25"), ("what_helps", "x")],
        "/school/links" => &[("host", "mine-now.example")],
        "/classrooms/{id}/consents" => &[("title", "Mine now"), ("details", "x")],
        "/school/privacy/breaches" => &[("kind", "integrity"), ("what", "x"), ("categories", "x")],
        "/school/privacy/breaches/{id}/steps" => {
            &[("step", "assess"), ("risk", "risk"), ("words", "x")]
        }
        "/school/privacy/disclosures" => &[
            ("kind", "legal"),
            ("requester", "x"),
            ("authority", "x"),
            ("basis", "x"),
            ("categories", "x"),
        ],
        "/school/privacy/sharing" => &[
            ("recipient", "01890000-0000-7000-8000-000000000005"),
            ("classroom", "01890000-0000-7000-8000-000000000005"),
            ("purpose", "x"),
            ("given_name", "yes"),
            ("until", "2027-01-01"),
        ],
        "/school/privacy/sharing/recipients" => &[
            ("name", "x"),
            ("does", "x"),
            ("country", "GB"),
            ("policy_url", "https://x.example"),
            ("sells_nothing", "yes"),
        ],
        "/settings/sharing/{person}" => &[("purpose", "school_request"), ("answer", "no")],
        "/school/privacy/statistics" => &[("answer", "agree")],
        "/school/privacy/disclosures/{id}/steps" => &[("step", "approve")],
        "/school/privacy/activities" => {
            &[("activity", "Teaching"), ("months", "12"), ("note", "x")]
        }
        "/school/support" => &[("hours", "1"), ("reason", "x")],
        "/school/privacy/requests/{id}/steps" => &[("step", "refuse"), ("text", "mine now")],
        "/my-data/objections" => &[
            ("about", "01890000-0000-7000-8000-000000000005"),
            ("purpose", "teaching"),
            ("answer", "object"),
        ],
        "/school/privacy/sources" => &[
            ("system", "Mine"),
            ("what", "x"),
            ("because", "x"),
            ("assessment", "x"),
        ],
        "/report" => &[("kind", "content"), ("words", "x")],
        "/school/reports/{id}" => &[("step", "look")],
        "/school/privacy/duties" => &[("username", "ada"), ("duty", "security")],
        "/my-data/restriction" => &[
            ("about", "01890000-0000-7000-8000-000000000005"),
            ("answer", "restrict"),
        ],
        "/school/privacy/restrictions" => &[("username", "zainab"), ("ground", "asked")],
        "/school/privacy/restrictions/{id}/end" => &[("reason", "mine now")],
        "/my-data/{person}/copy" => &[("password", "whatever it is")],
        "/school/privacy/new" => &[
            ("channel", "post"),
            ("arrived", "2026-11-24"),
            ("name", "Mine"),
            ("contact", "Now"),
            ("topic", "access"),
            ("text", "x"),
        ],
        "/school/privacy/providers/{id}/objection" | "/school/privacy/holds/{id}/release" => {
            &[("reason", "mine now")]
        }
        "/school/privacy/uk-only" => &[("answer", "on")],
        "/consents/{person}" => &[("purpose", "photos_in_school"), ("answer", "no")],
        _ => &[
            ("text", "x"),
            ("username", "sid"),
            ("guardian", "gus"),
            ("child", "sid"),
            ("role", "guardian"),
        ],
    }
}

#[tokio::test]
async fn no_page_of_northgate_shows_itself_to_an_outsider_or_another_school() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for page in server::router::page_paths() {
        let path = fill(&page, &ids);
        let signed_out = served.stranger().get(&path).await;
        let is_door = [
            "/sign-in",
            "/set-up",
            "/contact",
            "/privacy",
            "/privacy/cookies",
            "/privacy/retention",
            "/privacy/history",
            "/privacy/versions/{id}",
            "/terms",
            "/install",
            "/accessibility",
            "/trust",
            "/trust/childrens-code",
            "/privacy/transfer",
            "/invitation/{token}",
            "/privacy/providers",
            "/unsubscribe/{token}",
            "/news/{token}",
            "/mailbox",
            "/badge",
            "/shell",
            "/settings/reading",
            "/design",
            "/design/form",
        ]
        .contains(&page.as_str());
        assert!(
            is_door || sends_to_sign_in(&signed_out),
            "{page}: {}",
            signed_out.status
        );
        if !names_a_thing(&page) {
            continue;
        }
        for outsider in ["cleo", "sam", "saskia", "sid", "gus"] {
            let answer = served.as_(outsider).get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{outsider} at {page}");
            assert!(!answer.body.contains("northgatew"), "{outsider} at {page}");
        }
    }
}

#[tokio::test]
async fn no_answer_to_northgate_holds_anything_of_southbank() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for reader in ["ada", "zainab", "rosa", "desmond", "edith", "olga"] {
        for page in server::router::page_paths() {
            let answer = served.as_(reader).get(&fill(&page, &ids)).await;
            assert!(!answer.body.contains(CANARY), "{reader} at {page}");
        }
        let found = served.as_(reader).get(&format!("/people?q={CANARY}")).await;
        assert!(
            !found
                .body
                .replace(&format!("value=\"{CANARY}\""), "")
                .contains(CANARY),
            "{reader} searches"
        );
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_and_one_that_is_not_yours_look_alike() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut cleo = served.as_("cleo");
    let not_hers = cleo.get(&format!("/assignments/{work}")).await;
    let absent = cleo
        .get("/assignments/01890000-0000-7000-8000-000000000009")
        .await;
    let no_such_page = cleo.get("/assignments/not-an-id").await;
    let strip = |answer: Answer| {
        let nonce =
            regex::Regex::new("nonce=\"[^\"]*\"|crossorigin=\"[^\"]*\"").expect("a pattern");
        nonce.replace_all(&answer.body, "").into_owned()
    };
    assert_eq!(not_hers.status, StatusCode::NOT_FOUND);
    let not_hers = strip(not_hers);
    assert_eq!(not_hers, strip(absent));
    assert_eq!(not_hers, strip(no_such_page));
}

#[tokio::test]
async fn every_server_function_refuses_whom_its_page_would_refuse() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let id = |prefix: &str| {
        ids.iter()
            .find(|(path, _)| path == prefix)
            .expect("it is listed")
            .1
            .clone()
    };
    let (work, answer) = (id("/assignments/{id}"), id("/submissions/{id}"));
    let calls: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("/api/assignments/page", vec![("id", &work)]),
        (
            "/api/assignments/save-draft",
            vec![("id", &work), ("text", "x"), ("version", "0")],
        ),
        ("/api/marking/desk", vec![("id", &answer)]),
        (
            "/api/marking/save",
            vec![
                ("id", &answer),
                ("form[points]", "1"),
                ("form[comment]", "x"),
            ],
        ),
    ];
    let registered: Vec<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    for path in &registered {
        assert!(
            calls.iter().any(|(known, _)| known == path),
            "{path} is not proved by this test"
        );
    }
    for (path, fields) in &calls {
        let mut nobody = served.stranger();
        assert_eq!(
            nobody.post(path, fields).await.status,
            StatusCode::UNAUTHORIZED,
            "{path} signed out"
        );
        for outsider in ["cleo", "sam", "sid", "saskia", "gus"] {
            let refused = served.as_(outsider).post(path, fields).await;
            assert_eq!(
                refused.status,
                StatusCode::NOT_FOUND,
                "{outsider} at {path}: {}",
                refused.body
            );
        }
    }
}

#[tokio::test]
async fn no_page_takes_more_than_six_statements() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for reader in ["ada", "zainab", "rosa", "desmond", "edith", "olga"] {
        for page in server::router::page_paths() {
            let answer = served.as_(reader).get(&fill(&page, &ids)).await;
            assert!(
                answer.statements() <= 6,
                "{reader} at {page}: {} statements",
                answer.statements()
            );
        }
    }
}
