//! What visitors of the public pages are asked, and what links to sites outside do.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::providers::{self, NewProvider, NewTransfer};
use http::{HeaderValue, StatusCode};
use server::cookies::parties::google_analytics;
use test_kit::NewWork;
use vocab::providers::{Clause, Mechanism, ProviderPurpose, ProviderRole};
use vocab::visitors::PublicPages;

use crate::persona::{Answer, Persona, Served};
use crate::{badges, northgate};

const THEIR_HOST: &str = "googletagmanager.com";

async fn with_analytics() -> Served {
    with_entry(ProviderPurpose::Analytics, Some(400)).await
}

/// Puts the company into the register, abroad, with a transfer for so many days.
async fn write_down(served: &Served, purpose: ProviderPurpose, days: Option<i64>) {
    let now = served.school.now();
    let tx = served.school.db.write().await.expect("free");
    let new = NewProvider {
        name: "Google Analytics".to_owned(),
        purpose,
        role: ProviderRole::Controller,
        kinds: vec!["device".to_owned()],
        subjects: "visitors".to_owned(),
        country: "US".to_owned(),
        policy_url: "https://policies.google.com/privacy".to_owned(),
        contract: Some(("C-9".to_owned(), now)),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    };
    providers::propose(&tx, new, now).await.expect("written");
    if let Some(days) = days {
        let transfer = NewTransfer {
            mechanism: Mechanism::UkAdequacy,
            assessment_ref: "TRA-7".to_owned(),
            valid_until: now + TimeDelta::days(days),
        };
        providers::record_transfer(&tx, "Google Analytics", transfer, now)
            .await
            .expect("written");
        providers::activate(&tx, "Google Analytics", Some("a test"), now)
            .await
            .expect("in use");
    }
    tx.commit().await.expect("kept");
}

/// A server with analytics set up and this in the register.
async fn with_entry(purpose: ProviderPurpose, days: Option<i64>) -> Served {
    let served = Served::for_the_public(PublicPages {
        third_parties: vec![google_analytics("G-TEST123")],
        ..PublicPages::default()
    })
    .await;
    write_down(&served, purpose, days).await;
    served
}

/// The box of the purpose on the page about cookies.
async fn tick(visitor: &mut Persona) -> (String, String) {
    let page = visitor.get("/privacy/cookies").await.body;
    let input = regex::Regex::new("<input[^>]*id=\"analytics\"[^>]*>").expect("a pattern");
    let input = input.find(&page).expect("the box").as_str().to_owned();
    (input, page)
}

#[tokio::test]
async fn the_notice_and_the_record_name_google_where_it_is_set_up_and_nobody_where_it_is_not() {
    let (with, without) = (with_analytics().await, Served::new().await);
    for (served, is_set_up) in [(with, true), (without, false)] {
        let mut visitor = served.stranger();
        let page = visitor.get("/privacy").await.body;
        let record = visitor.get("/privacy/record.csv").await.body;
        let linked = visitor.get("/privacy/record.jsonld").await.body;
        assert_eq!(page.contains("no analytics"), !is_set_up);
        assert_eq!(page.contains("only after the visitor said yes"), is_set_up);
        for of in [page, record, linked] {
            assert_eq!(of.contains("Google Analytics"), is_set_up, "{of}");
        }
    }
}

#[tokio::test]
async fn where_the_data_goes_and_what_allows_it_stands_beside_the_box() {
    let served = with_analytics().await;
    let (input, page) = tick(&mut served.stranger()).await;
    assert!(!input.contains("disabled"), "{input}");
    let from = page.find("id=\"analytics\"").expect("the box");
    let to = page.find("collects:").expect("what is collected");
    let until = (served.school.now() + TimeDelta::days(400)).format("%-d %B %Y");
    for words in ["US", "UK adequacy regulations", "TRA-7", &until.to_string()] {
        assert!(
            page[from..to].contains(words),
            "{words}: {}",
            &page[from..to]
        );
    }
    let today = served.school.now().format("%-d %B %Y").to_string();
    assert!(page[from..to].contains(&today), "when it was written down");
}

#[tokio::test]
async fn when_the_transfer_runs_out_nobody_can_say_yes_and_a_yes_rests() {
    let served = with_entry(ProviderPurpose::Analytics, Some(10)).await;
    let mut visitor = served.stranger();
    choose(&mut visitor, "accept", "/trust").await;
    assert!(reaches_them(&visitor.get("/trust").await));
    served.school.clock.advance(TimeDelta::days(10));
    assert!(!reaches_them(&visitor.get("/trust").await), "at once");
    let (input, page) = tick(&mut visitor).await;
    assert!(
        input.contains("disabled") && !input.contains("checked"),
        "{input}"
    );
    assert!(page.contains("Nothing allows data to go to its country now."));
    // Somebody new is not asked, and a yes that is sent all the same is none.
    let mut fresh = served.stranger();
    let asked = fresh.get("/trust").await.body;
    assert!(!asked.contains("Reject all"));
    choose(&mut fresh, "accept", "/trust").await;
    let report = domain::visitors::verify(served.school.db.read())
        .await
        .expect("read");
    assert_eq!((report.entries, report.broken), (2, None));
    // A new transfer wakes the first yes, and not the second.
    let tx = served.school.db.write().await.expect("free");
    let now = served.school.now();
    let transfer = NewTransfer {
        mechanism: Mechanism::Idta,
        assessment_ref: "TRA-8".to_owned(),
        valid_until: now + TimeDelta::days(100),
    };
    providers::record_transfer(&tx, "Google Analytics", transfer, now)
        .await
        .expect("written");
    tx.commit().await.expect("kept");
    served.school.clock.advance(TimeDelta::minutes(2));
    assert!(reaches_them(&visitor.get("/trust").await));
    assert!(!reaches_them(&fresh.get("/trust").await));
}

#[tokio::test]
async fn a_third_party_is_used_for_the_one_purpose_that_its_entry_names() {
    let mail = with_entry(ProviderPurpose::Marketing, Some(100)).await;
    let mut visitor = mail.stranger();
    choose(&mut visitor, "accept", "/trust").await;
    assert!(!reaches_them(&visitor.get("/trust").await));
    let (input, page) = tick(&mut visitor).await;
    assert!(input.contains("disabled") && page.contains("for another purpose"));
    let unused = with_entry(ProviderPurpose::Analytics, None).await;
    let (input, _) = tick(&mut unused.stranger()).await;
    assert!(input.contains("disabled"), "only proposed");
}

/// Nothing that the platform sends goes to whoever counts or advertises: no payload names
/// their purpose, and no other part of the program does.
#[test]
fn no_other_activity_cites_the_purpose_of_analytics() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![
        root.join("src"),
        root.join("domain/src"),
        root.join("../app/src"),
    ];
    let mut citing = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path)
                && ["ProviderPurpose::Analytics", "ProviderPurpose::Advertising"]
                    .iter()
                    .any(|word| text.contains(word))
            {
                citing.push(path.file_name().expect("a name").to_owned());
            }
        }
    }
    assert_eq!(citing, ["grounds.rs"]);
}

fn reaches_them(answer: &Answer) -> bool {
    let policy = answer.header("content-security-policy");
    let in_policy = policy.contains(THEIR_HOST) || policy.contains("google-analytics");
    let in_page = answer.body.contains("<script") && answer.body.contains("gtag/js");
    assert_eq!(in_policy, in_page, "policy and page agree");
    in_policy
}

async fn choose(visitor: &mut Persona, answer: &str, back: &str) -> Answer {
    visitor
        .post("/privacy/cookies", &[("answer", answer), ("back", back)])
        .await
}

#[tokio::test]
async fn without_a_third_party_nothing_is_asked_set_or_loaded() {
    let served = Served::new().await;
    let mut visitor = served.stranger();
    let page = visitor.get("/trust").await;
    assert!(!page.body.contains("Reject all") && !reaches_them(&page));
    let about = visitor.get("/privacy/cookies").await;
    assert!(about.body.contains("No third party is set up here"));
    let answer = choose(&mut visitor, "accept", "/trust").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(visitor.cookies.is_empty(), "{:?}", visitor.cookies);
}

#[tokio::test]
async fn only_a_yes_on_a_public_page_loads_a_third_party_and_never_for_anybody_with_a_session() {
    let served = with_analytics().await;
    let mut visitor = served.stranger();
    let first = visitor.get("/trust").await;
    assert!(
        first.body.contains("Reject all") && !reaches_them(&first),
        "no choice"
    );
    assert!(visitor.cookies.is_empty(), "nothing is set before a choice");
    assert_eq!(
        choose(&mut visitor, "reject", "/trust").await.location(),
        "/trust"
    );
    let refused = visitor.get("/trust").await;
    assert!(
        !refused.body.contains("Reject all") && !reaches_them(&refused),
        "reject"
    );
    choose(&mut visitor, "accept", "/trust").await;
    assert!(reaches_them(&visitor.get("/trust").await), "accept");
    for school_page in ["/sign-in", "/contact", "/home"] {
        assert!(
            !reaches_them(&visitor.get(school_page).await),
            "{school_page}"
        );
    }
    let mut gpc = visitor.clone();
    gpc.headers.insert("sec-gpc", HeaderValue::from_static("1"));
    assert!(!reaches_them(&gpc.get("/trust").await), "Sec-GPC");
    let mut student = served.as_("zainab");
    let signed = visitor.cookies["consent_choice"].clone();
    student.cookies.insert("consent_choice".to_owned(), signed);
    for path in ["/trust", "/home", "/privacy"] {
        let page = student.get(path).await;
        assert!(
            !reaches_them(&page) && !page.body.contains("Reject all"),
            "{path}"
        );
    }
    let mut forged = served.stranger();
    let cookie = visitor.cookies["consent_choice"].replace("analytics", "analytics+ads");
    forged.cookies.insert("consent_choice".to_owned(), cookie);
    let page = forged.get("/trust").await;
    assert!(
        !reaches_them(&page) && page.body.contains("Reject all"),
        "forged"
    );
}

#[tokio::test]
async fn the_question_stands_on_the_first_visit_of_any_public_page_and_of_no_other() {
    let served = with_analytics().await;
    let tx = served.school.db.write().await.expect("free");
    domain::policies::begin(&tx, served.school.now())
        .await
        .expect("there are terms");
    tx.commit().await.expect("kept");
    for (path, is_public) in [
        ("/trust", true),
        ("/terms", true),
        ("/privacy", true),
        ("/privacy/cookies", true),
        ("/privacy/retention", true),
        ("/privacy/history", true),
        ("/sign-in", false),
        ("/contact", false),
        ("/accessibility", false),
    ] {
        let page = served.stranger().get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let is_asked = page.body.contains("class=\"question\"");
        assert_eq!(is_asked, is_public, "{path}");
    }
}

#[tokio::test]
async fn no_and_yes_are_alike_and_all_that_is_collected_is_said() {
    let served = with_analytics().await;
    let page = served.stranger().get("/trust").await.body;
    let button = |value: &str| {
        let pattern = format!("<button[^>]*value=\"{value}\"[^>]*>");
        let found = regex::Regex::new(&pattern).expect("a pattern");
        let found = found.find(&page).expect("the button is there");
        let class = regex::Regex::new("class=\"([^\"]*)\"").expect("a pattern");
        let class = class.captures(found.as_str()).expect("it has a look");
        (found.start(), class[1].to_owned())
    };
    let ((no_at, no), (yes_at, yes)) = (button("reject"), button("accept"));
    assert_eq!(no, yes, "of one look");
    assert!(no_at < yes_at, "no comes first");
    assert!(!page.contains(" checked"), "nothing is ticked by itself");
    for what in google_analytics("G-TEST123").collects {
        assert!(page.contains(&what), "{what}");
    }
    assert!(page.contains("We cannot limit what Google Analytics receives"));
}

#[tokio::test]
async fn taking_a_yes_back_holds_with_the_next_answer_and_takes_their_cookies_off() {
    let served = with_analytics().await;
    let mut visitor = served.stranger();
    choose(&mut visitor, "accept", "/trust").await;
    assert!(reaches_them(&visitor.get("/trust").await));
    let back = choose(&mut visitor, "reject", "/privacy/cookies").await;
    let expired: Vec<&str> = back
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .filter(|cookie| cookie.contains("Max-Age=0"))
        .collect();
    for name in ["_ga=", "_gid=", "_ga_TEST123="] {
        let of: Vec<_> = expired
            .iter()
            .filter(|cookie| cookie.starts_with(name))
            .collect();
        assert!(
            of.iter().any(|cookie| !cookie.contains("Domain=")),
            "{name}"
        );
        assert!(
            of.iter()
                .any(|cookie| cookie.contains("Domain=school.test")),
            "{name}"
        );
    }
    assert!(!reaches_them(&visitor.get("/trust").await));
    let report = domain::visitors::verify(served.school.db.read())
        .await
        .expect("read");
    assert_eq!((report.entries, report.broken), (2, None));
}

#[tokio::test]
async fn a_choice_is_asked_again_after_six_months() {
    let served = with_analytics().await;
    let mut visitor = served.stranger();
    choose(&mut visitor, "accept", "/trust").await;
    served.school.clock.advance(chrono::TimeDelta::days(183));
    let page = visitor.get("/trust").await;
    assert!(page.body.contains("Reject all") && !reaches_them(&page));
}

#[test]
fn a_usual_binary_knows_no_host_of_the_pixel() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_classimize")).expect("the binary");
    // Put together here, so that the test itself does not hold it.
    let host = ["connect.face", "book.net"].concat();
    let host = regex::bytes::Regex::new(&regex::escape(&host)).expect("a pattern");
    assert_eq!(host.is_match(&bytes), cfg!(feature = "ads"));
}

#[tokio::test]
async fn a_link_to_another_site_leads_over_a_page_and_stops_students_unless_it_is_open() {
    let served = Served::new().await;
    let set = NewWork::published("Sheet 6").instructions("See [this](https://www.bbc.co.uk/a).");
    let work = served.school.assignment("10Ma1", set).await;
    let page = served
        .as_("zainab")
        .get(&format!("/assignments/{work}"))
        .await;
    assert!(page.body.contains("(www.bbc.co.uk)"), "it is labelled");
    let link = regex::Regex::new("/leaving\\?to=[^\"]*").expect("a pattern");
    let link = link.find(&page.body).expect("the link").as_str().to_owned();
    assert!(!page.body.contains("href=\"https://www.bbc"));
    let before = served.as_("ada").get(&link).await;
    assert_eq!((before.status, before.location()), (StatusCode::OK, ""));
    assert!(before.body.contains("href=\"https://www.bbc.co.uk/a\""));
    assert!(before.body.contains("rel=\"noopener noreferrer nofollow\""));
    let mut zainab = served.as_("zainab");
    let stopped = zainab.get(&link).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN);
    assert!(!stopped.body.contains("href=\"https://www.bbc"));
    let mut desmond = served.as_("desmond");
    let wrong = desmond.post("/school/links", &[("host", "uk")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    desmond
        .post("/school/links", &[("host", "bbc.co.uk")])
        .await;
    assert_eq!(zainab.get(&link).await.status, StatusCode::OK);
    let other_school = served.as_("sid").get(&link).await;
    assert_eq!(other_school.status, StatusCode::FORBIDDEN);
    for nowhere in [
        "javascript:alert(1)",
        "//evil.example",
        "https://a@b.example",
    ] {
        let answer = served
            .as_("ada")
            .get(&format!("/leaving?to={nowhere}"))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn social_networks_are_plain_links_over_a_page_with_their_policy() {
    let ours = "https://www.facebook.com/ourschool";
    let served = Served::for_the_public(PublicPages {
        social: vec![ours.to_owned()],
        ..PublicPages::default()
    })
    .await;
    let mut visitor = served.stranger();
    let contact = visitor.get("/contact").await.body;
    assert!(contact.contains("/leaving?to=https%3A%2F%2Fwww.facebook.com"));
    assert!(!contact.contains("<iframe") && !contact.contains("src=\"https"));
    let before = visitor.get(&format!("/leaving?to={ours}")).await;
    assert_eq!(before.status, StatusCode::OK);
    assert!(
        before
            .body
            .contains("https://www.facebook.com/privacy/policy")
    );
    let other = visitor.get("/leaving?to=https://evil.example/").await;
    assert!(other.location().starts_with("/sign-in"), "no open door");
    let student = served
        .as_("zainab")
        .get(&format!("/leaving?to={ours}"))
        .await;
    assert_eq!(student.status, StatusCode::FORBIDDEN);
}

/// Whether a page loads something by an address that is not ours.
pub(crate) fn loads_from_elsewhere(page: &str) -> bool {
    regex::Regex::new("(?:src|srcset|data-src)=\"(?:https?:)?//|<link[^>]*href=\"(?:https?:)?//|<(?:iframe|object|embed)")
        .expect("a pattern")
        .is_match(page)
}

/// Nothing of the answer comes from anywhere else, and its policy forbids it.
fn require_our_own(answer: &Answer, at: &str) {
    assert!(!loads_from_elsewhere(&answer.body), "{at}");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("http"),
        "{at}: {policy}"
    );
}

/// Pages that are opened in any case, and by whom: a refusal would load nothing anyway.
const OPENED: [(&str, &str); 9] = [
    ("nobody", "/sign-in"),
    ("nobody", "/contact"),
    ("nobody", "/shell"),
    ("zainab", "/assignments/{id}"),
    ("ada", "/marking"),
    ("ada", "/submissions/{id}"),
    ("rosa", "/my-data"),
    ("desmond", "/people/{id}"),
    ("edith", "/school/privacy"),
];

#[tokio::test]
async fn no_page_loads_anything_from_anywhere_else() {
    let served = Served::new().await;
    let ids = northgate::of_every_kind(&served).await;
    let mut opened = BTreeSet::new();
    for who in ["nobody", "ada", "zainab", "rosa", "desmond", "edith"] {
        for page in server::router::page_paths() {
            let mut reader = if who == "nobody" {
                served.stranger()
            } else {
                served.as_(who)
            };
            let answer = reader.get(&northgate::fill(&page, &ids)).await;
            require_our_own(&answer, &format!("{who} at {page}"));
            if answer.status == StatusCode::OK {
                opened.insert((who, page));
            }
        }
    }
    for (who, page) in OPENED {
        assert!(opened.contains(&(who, page.to_owned())), "{who}: {page}");
    }
    let mut desmond = served.as_("desmond");
    let gia = [
        ("given_name", "Gia"),
        ("family_name", "Garden"),
        ("role", "guardian"),
    ];
    desmond.post("/people/new", &gia).await;
    let made = desmond.post("/people/invitations/guardian", &[]).await;
    let link = regex::Regex::new("/invitation/[A-Za-z0-9_-]{20,}").expect("a pattern");
    let link = link.find(&made.body).expect("a link").as_str();
    let tablet = badges::tablet(&served).await;
    for (mut reader, path) in [(served.stranger(), link), (tablet, "/badge")] {
        let page = reader.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        require_our_own(&page, path);
    }
}

#[tokio::test]
async fn the_record_is_split_by_who_decides_and_the_notice_says_it() {
    let served = Served::new().await;
    let mut nobody = served.stranger();
    let all = nobody.get("/privacy/record.csv").await.body.lines().count();
    let controller = nobody.get("/privacy/record-30-1.csv").await.body;
    let processor = nobody.get("/privacy/record-30-2.csv").await.body;
    assert!(!controller.contains("30(2)") && !processor.contains("30(1)"));
    assert_eq!(
        controller.lines().count() + processor.lines().count(),
        all + 1
    );
    let page = nobody.get("/privacy").await.body;
    for activity in domain::notice::activities() {
        assert!(page.contains(activity.responsible.words()));
        assert!(!activity.bases.is_empty(), "{:?}", activity.purpose);
    }
}

#[tokio::test]
async fn whoever_writes_can_ask_about_privacy_on_the_spot() {
    let served = Served::new().await;
    let set = NewWork::published("Sheet 6").points(20);
    let work = served.school.assignment("10Ma1", set).await;
    let answer = served.school.submission(work, "zainab", "x = 4").await;
    let fresh = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    for (who, path) in [
        ("zainab", format!("/assignments/{fresh}")),
        ("ada", format!("/submissions/{answer}")),
        (
            "desmond",
            format!("/people/{}", served.school.person("zainab")),
        ),
    ] {
        let page = served.as_(who).get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("sk about privacy"), "{who} at {path}");
    }
    let asks = served.as_("zainab").get("/my-data").await;
    assert_eq!(asks.status, StatusCode::OK);
}

/// Ways to tell one browser from another without a cookie.
#[test]
fn our_programs_in_the_browser_take_no_fingerprints() {
    const WAYS: [&str; 12] = [
        "getImageData",
        "toDataURL",
        "AudioContext",
        "OfflineAudio",
        "enumerateDevices",
        "hardwareConcurrency",
        "hardware_concurrency",
        "deviceMemory",
        "measureText",
        "getBattery",
        "navigator.plugins",
        "WebGl",
    ];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = ["app", "frontend", "public"]
        .map(|of| root.join(of))
        .to_vec();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                read += 1;
                for way in WAYS {
                    assert!(!text.contains(way), "{} uses {way}", path.display());
                }
            }
        }
    }
    assert!(read > 50, "{read}");
}
