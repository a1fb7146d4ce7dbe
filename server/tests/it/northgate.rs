//! The things of Northgate that addresses can name, and forms as somebody fills them in: for
//! the tests that go to every address.

use test_kit::NewWork;

use crate::persona::Served;
use crate::{registers, sharing};

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

/// The first id behind `before` in a page.
pub(crate) fn first(before: &str, body: &str) -> String {
    let pattern = format!("{before}/([0-9a-f-]{{36}})");
    let pattern = regex::Regex::new(&pattern).expect("a pattern");
    let found = pattern.captures(body);
    found.unwrap_or_else(|| panic!("no {pattern} in {body}"))[1].to_owned()
}

/// What Northgate has to fetch, with real ids: each is there for its own people.
pub(crate) async fn downloads_of_northgate(served: &Served) -> Vec<(&'static str, String)> {
    let mut all = files_of_northgate(served).await;
    all.push(("/people/import/{id}", import_of(served).await));
    all
}

/// Northgate leaves: its lead asks for it, with the last day, and its admin confirms it.
pub(crate) async fn leaves(served: &Served, last_day: &str) {
    let asked = [("last_day", last_day), ("code", "NORTH")];
    served.as_("edith").post("/school/leaving", &asked).await;
    let mut desmond = served.as_("desmond");
    let id = leaving_in(&desmond.get("/school/leaving").await.body);
    let confirmed = [("leaving", id.as_str())];
    let confirmed = desmond.post("/school/leaving/confirm", &confirmed).await;
    assert_eq!(
        confirmed.location(),
        "/school/leaving?done=leaving-confirmed",
        "{}",
        confirmed.body
    );
}

/// Of which leaving the buttons of the page speak.
pub(crate) fn leaving_in(page: &str) -> String {
    let pattern =
        regex::Regex::new("name=\"leaving\"[^>]*value=\"([0-9a-f-]{36})\"").expect("a pattern");
    let found = pattern.captures(page);
    found.unwrap_or_else(|| panic!("no leaving in {page}"))[1].to_owned()
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

/// Real ids of Northgate's things, of every kind that a form of the school names.
pub(crate) async fn of_every_kind(served: &Served) -> Vec<(String, String)> {
    let school = &served.school;
    let mut ids = of_northgate(served).await;
    let mut add = |part: &str, id: String| ids.push((part.to_owned(), id));
    for (part, id) in files_of_northgate(served).await {
        add(part, id);
    }
    let mut edith = served.as_("edith");
    let sharing = sharing::propose(served, &mut edith).await;
    let sharing = first("/sharing", &sharing);
    add("/school/privacy/sharing/{id}", sharing);
    let register = edith.get("/school/privacy/sharing").await.body;
    let recipient = first("/recipients", &register);
    add("/school/privacy/sharing/recipients/{id}", recipient);
    let log = "/school/privacy/disclosures";
    edith.post(log, &registers::A_COURT_ASKS).await;
    let disclosure = first(log, &edith.get(log).await.body);
    add("/school/privacy/disclosures/{id}", disclosure);

    let mut ada = served.as_("ada");
    let room = format!("/classrooms/{}", school.classroom("10Ma1"));
    let trip = [("title", "Trip to the museum"), ("details", "By coach")];
    let trip = ada.post(&format!("{room}/consents"), &trip).await;
    add("{request}", first("/consents", trip.location()));
    let people = ada.get(&format!("{room}/people")).await.body;
    add("{enrolment}", first("/members", &people));
    add("{other}", school.person("rosa").to_string());

    let mut desmond = served.as_("desmond");
    let host = [("host", "museum.example")];
    desmond.post("/school/links", &host).await;
    let links = desmond.get("/school/links").await.body;
    add("/school/links/{id}", first("/school/links", &links));
    let let_in = [("hours", "2"), ("reason", "A roster does not come in")];
    desmond.post("/school/support", &let_in).await;
    let grants = desmond.get("/school/support").await.body;
    let grant = first("/school/support", &grants);
    add("/school/support/{id}", grant);
    let lists: [(&str, &[(&str, &str)]); 4] = [
        (
            "/school/privacy/breaches",
            complete_form("/school/privacy/breaches"),
        ),
        (
            "/school/privacy/sources",
            complete_form("/school/privacy/sources"),
        ),
        (
            "/school/privacy/duties",
            complete_form("/school/privacy/duties"),
        ),
        // Nobody whose things are named elsewhere.
        (
            "/school/privacy/restrictions",
            &[("username", "tomos"), ("ground", "asked")],
        ),
    ];
    for (list, form) in lists {
        edith.post(list, form).await;
        let listed = edith.get(list).await.body;
        add(&format!("{list}/{{id}}"), first(list, &listed));
    }
    let hold = [
        ("matter", "A court asks"),
        ("authority", "Order 7"),
        ("username", "tomos"),
        ("days", "30"),
    ];
    let holds = "/school/privacy/holds";
    edith.post(holds, &hold).await;
    let retention = edith.get("/school/privacy/retention").await.body;
    add("/school/privacy/holds/{id}", first(holds, &retention));
    served
        .as_("zainab")
        .post("/report", complete_form("/report"))
        .await;
    let reports = edith.get("/school/reports").await.body;
    add("/school/reports/{id}", first("/school/reports", &reports));
    ids
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
        "/people/new" => &[
            ("given_name", "Mine"),
            ("family_name", "Now"),
            ("role", "guardian"),
        ],
        "/people/passwords/again" | "/people/invitations/{role}/again" => {
            &[("people", "01890000-0000-7000-8000-000000000005")]
        }
        "/people/{id}/edit" => &[("given_name", "Mine"), ("family_name", "Now")],
        "/school/details" => &[
            ("school_name", "Mine now"),
            ("phase", "primary"),
            ("time_zone", "UTC"),
        ],
        "/school/leaving" => &[("last_day", "2027-07-31"), ("code", "NORTH")],
        "/school/leaving/copy" => &[("password", "x")],
        "/school/leaving/confirm" | "/school/leaving/call-off" => {
            &[("leaving", "01890000-0000-7000-8000-000000000003")]
        }
        "/school/devices" | "/school/devices/{id}/rename" => {
            &[("label", "Mine now"), ("profile", "shared")]
        }
        "/school/devices/hours" => &[("from", "00:00"), ("until", "23:59"), ("mon", "yes")],
        "/school/colour" => &[("hue", "150")],
        "/arrangements/{id}" => &[("extra_time", "25"), ("what_helps", "x")],
        "/school/links" => &[("host", "mine-now.example")],
        "/classrooms/{id}/consents" => &[("title", "Mine now"), ("details", "x")],
        "/school/privacy" => &[("kept", "x")],
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
        "/school/privacy/requests/{id}/whom" => &[("username", "zainab"), ("who_asks", "another")],
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
        "/school/privacy/requests/{id}/repeated" => {
            &[("same_as", "01890000-0000-7000-8000-000000000005")]
        }
        "/school/privacy/requests/{id}/copy" => {
            &[("others", "yes"), ("exams", "yes"), ("harm", "yes")]
        }
        "/my-data/requests/{id}/answer" => &[("words", "mine now")],
        "/my-data/{person}/copy" => &[("password", "whatever it is")],
        "/school/privacy/new" => &[
            ("channel", "post"),
            ("arrived", "2026-11-24"),
            ("name", "Mine"),
            ("contact", "Now"),
            ("topic", "access"),
            ("text", "x"),
        ],
        "/school/privacy/holds/{id}/keep" => &[("days", "30")],
        "/school/privacy/providers/{id}/objection" | "/school/privacy/holds/{id}/release" => {
            &[("reason", "mine now")]
        }
        "/school/privacy/mail/again" => &[],
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
