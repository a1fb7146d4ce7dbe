//! No route without proof: every page, form and server function is called as
//! nobody, as somebody outside the classroom, and from another school.

use http::StatusCode;
use test_kit::{CANARY, NewWork};
use vocab::people::Role;

use crate::doors::sources;
use crate::northgate::{complete_form, downloads_of_northgate, fill, of_every_kind, of_northgate};
use crate::persona::{Answer, Served};

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

/// The cast's two schools, where Southbank's admin leads its data protection as well: what
/// is there for leads alone is tried from another school too.
async fn with_a_lead_in_each_school() -> Served {
    let served = Served::new().await;
    let school = &served.school;
    let south = domain::access::school_as_operator(school.south.school);
    let (saskia, lead) = (school.person("saskia"), Role::DataProtectionLead);
    let tx = school.db.write().await.expect("free");
    domain::people::add_role(&tx, &south, saskia, lead, school.now())
        .await
        .expect("she may");
    tx.commit().await.expect("kept");
    served
}

fn sends_to_sign_in(answer: &Answer) -> bool {
    answer.location().starts_with("/sign-in") || answer.status == StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn no_form_of_northgate_answers_an_outsider_or_another_school() {
    let served = with_a_lead_in_each_school().await;
    let ids = of_every_kind(&served).await;
    for outsider in ["cleo", "sam", "saskia", "sid"] {
        for path in server::router::form_paths() {
            let is_open = OPEN_TO_ALL.contains(&path) || ABOUT_ONESELF.contains(&path);
            let is_own_school = !names_a_thing(path);
            if is_open || is_own_school {
                continue;
            }
            require_real(path, &fill(path, &ids));
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

/// What has no thing of the school's own to name: lists of the whole platform, in which
/// each school says something for itself, and a tray that nothing lies in.
const OF_NO_SCHOOL: &[&str] = &[
    "/school/privacy/providers/",
    "/school/privacy/statistics/",
    "/needs-you/",
];

/// What is refused has to be there: an id that leads nowhere is "not found" for everybody.
fn require_real(path: &str, address: &str) {
    let is_made_up = ["{", ":", "01890000-", "00000000-0000-0000"]
        .iter()
        .any(|made_up| address.contains(made_up));
    let has_none = OF_NO_SCHOOL.iter().any(|prefix| path.starts_with(prefix));
    assert!(
        has_none || !is_made_up,
        "{path} needs a real thing: {address}"
    );
}

/// Whether an address names something, or somebody, of the school.
fn names_a_thing(path: &str) -> bool {
    ["{id}", "{person}", ":person", "{item}"]
        .iter()
        .any(|part| path.contains(part))
}

#[tokio::test]
async fn whoever_opens_the_address_of_a_form_is_led_to_the_page_on_which_it_stands() {
    let served = Served::new().await;
    let ids = of_every_kind(&served).await;
    let pages = server::router::page_paths();
    for path in server::router::form_paths() {
        if pages.iter().any(|page| page == path) {
            continue;
        }
        let address = fill(path, &ids);
        // Nothing is looked up for it: whoever is not signed in is led there as well.
        let led = served.stranger().get(&address).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER, "{path}");
        let mut met = Vec::new();
        for reader in ["edith", "desmond", "ada", "zainab", "rosa"] {
            let mut persona = served.as_(reader);
            let same = persona.get(&address).await;
            assert_eq!(same.location(), led.location(), "{reader} at {path}");
            met.push(persona.get(led.location()).await.status);
        }
        assert!(
            met.contains(&StatusCode::OK),
            "{path} leads to {}: {met:?}",
            led.location()
        );
    }
    let holds = served.as_("edith").get("/school/privacy/holds").await;
    assert_eq!(holds.location(), "/school/privacy/retention");
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
        let is_the_leads = ["/school/declaration", "/school/leaving", "/school/privacy"]
            .iter()
            .any(|hers| path.starts_with(hers));
        if is_of_the_office(path) && !is_the_leads {
            let answer = edith.post(&fill(path, &ids), complete_form(path)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "edith at {path}");
        }
    }
}

#[tokio::test]
async fn downloads_are_there_for_nobody_outside() {
    let served = with_a_lead_in_each_school().await;
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

#[tokio::test]
async fn no_page_of_northgate_shows_itself_to_an_outsider_or_another_school() {
    let served = with_a_lead_in_each_school().await;
    let ids = of_every_kind(&served).await;
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
        if !is_door {
            require_real(&page, &path);
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

/// What is read without a page, and tells whoever is signed in something of their own.
const FOR_WHOEVER_ASKS: &[&str] = &[
    "/offline/ticket",
    "/offline/pack",
    "/school/privacy/due.ics",
    "/school/privacy/record.txt",
    "/school/privacy/assessment.csv",
];

#[tokio::test]
async fn what_is_read_and_is_no_page_tells_each_their_own_and_strangers_nothing() {
    let served = Served::new().await;
    let names = ["Okafor", "northgatew"];
    for path in server::router::read_paths() {
        let path = path.replace("{name}", "200.css");
        let stranger = served.stranger().get(&path).await;
        if FOR_WHOEVER_ASKS.contains(&&*path) {
            assert!(sends_to_sign_in(&stranger), "{path}: {}", stranger.status);
        }
        assert!(!stranger.body.contains(CANARY), "{path}");
        for outsider in ["sam", "sid", "cleo"] {
            let answer = served.as_(outsider).get(&path).await;
            for name in names {
                assert!(!answer.body.contains(name), "{outsider} at {path}: {name}");
            }
        }
        for reader in ["ada", "zainab", "rosa", "desmond", "edith", "olga"] {
            let answer = served.as_(reader).get(&path).await;
            assert!(!answer.body.contains(CANARY), "{reader} at {path}");
        }
    }
}

#[tokio::test]
async fn what_no_form_sends_is_taken_in_its_own_shape_alone_and_tells_nothing() {
    let served = Served::new().await;
    for path in server::router::post_paths() {
        let refused = match path {
            // Proved function by function.
            "/api/{*function}" => continue,
            "/outbox" => StatusCode::BAD_REQUEST,
            "/csp-report" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            other => panic!("{other} is not proved by this test"),
        };
        let somebody = ["sam", "zainab", "desmond"].map(|who| served.as_(who));
        for mut persona in somebody.into_iter().chain([served.stranger()]) {
            let answer = persona.post(path, &[("item", "x")]).await;
            assert_eq!(answer.status, refused, "{path}");
            assert_eq!(answer.body, "", "{path}");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
            assert_eq!(
                persona.get(path).await.status,
                StatusCode::METHOD_NOT_ALLOWED
            );
        }
    }
}

#[tokio::test]
async fn what_a_developer_or_a_measurement_needs_is_not_there_without_its_switch() {
    let served = Served::new().await;
    for path in server::router::switched_paths() {
        let answer = served.as_("ada").get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let switched = Served::configured(None, |config| {
        config.bench = true;
        config.dev_reload = true;
    })
    .await;
    for path in server::router::switched_paths() {
        let answer = switched.stranger().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for name in ["Okafor", CANARY] {
            assert!(!answer.body.contains(name), "{path}: {name}");
        }
    }
}

/// Where the server is given an address, and why that is no way round the lists which the
/// tests above go through.
const WAYS_IN: [(&str, &str, &str); 3] = [
    ("router.rs", ".route(", "one pair of a list at a time"),
    (
        "router.rs",
        ".fallback(",
        "pages, by the app's own list, and the files of the site",
    ),
    (
        "router.rs",
        ".merge(",
        "the whole of what stands behind the layers, with what is switched on beside it",
    ),
];

#[test]
fn every_address_of_the_server_stands_in_a_list_that_tests_go_through() {
    let way_in = regex::Regex::new(
        r"\.(?:route|route_service|nest|nest_service|merge|fallback|fallback_service)\(",
    )
    .expect("a pattern");
    let mut met: Vec<(String, String)> = Vec::new();
    for (source, text) in sources("src") {
        for found in way_in.find_iter(&text) {
            met.push((source.clone(), found.as_str().to_owned()));
        }
    }
    met.sort();
    let mut known: Vec<(String, String)> = WAYS_IN
        .iter()
        .map(|(source, way, _)| ((*source).to_owned(), (*way).to_owned()))
        .collect();
    known.sort();
    assert_eq!(
        met, known,
        "an address goes into a list of router.rs or routes/, or its reason into WAYS_IN"
    );
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
    let page = format!("{work} {}", id("{person}"));
    let calls: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("/api/assignments/page", vec![("id", &work)]),
        (
            "/api/assignments/save-draft",
            vec![("page", &page), ("text", "x"), ("version", "0")],
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
