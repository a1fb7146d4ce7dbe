//! The public pages about privacy, held against what they are made of, and what nobody
//! who is signed out may ever see.

use std::collections::BTreeSet;

use domain::notice;
use http::StatusCode;

use crate::persona::Served;

fn plain(body: &str) -> String {
    without_tags(body, " ")
}

/// The words of a page's own part, each piece of text on a line.
fn told(body: &str) -> String {
    let from = body.find("<main").expect("a page has a part of its own");
    let to = body.rfind("</main>").expect("which ends");
    let words = without_tags(&body[from..to], "\n");
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn without_tags(body: &str, between: &str) -> String {
    let tags = regex::Regex::new("(?s)<script.*?</script>|<[^>]*>").expect("a pattern");
    tags.replace_all(body, between)
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The public pages that are made of the data map and its registers, committed so that a
/// change of what people read is seen.
#[tokio::test]
async fn what_the_public_pages_tell_changes_only_where_somebody_sees_it() {
    let served = Served::new().await;
    for (path, snapshot) in [
        ("/privacy", "notice_for_adults.txt"),
        ("/privacy?for=student", "notice_for_students.txt"),
        ("/privacy?for=child", "notice_for_children.txt"),
        ("/privacy/cookies", "cookies.txt"),
        ("/privacy/retention", "retention.txt"),
    ] {
        let page = served.stranger().get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let package = env!("CARGO_MANIFEST_DIR");
        test_kit::compare_with_snapshot(package, snapshot, &told(&page.body));
    }
}

#[tokio::test]
async fn the_notice_names_every_purpose_basis_kind_and_period_of_the_data_map() {
    let served = Served::new().await;
    for reader in ["/privacy", "/privacy?for=student"] {
        let page = served.stranger().get(reader).await;
        assert_eq!(page.status, StatusCode::OK, "{reader}");
        let words = plain(&page.body);
        assert!(
            words.contains(domain::policies::INDEPENDENT_SCHOOLS),
            "{reader}"
        );
        for activity in notice::activities() {
            assert!(words.contains(activity.purpose.words()), "{reader}");
            let told = activity
                .bases
                .iter()
                .chain(&activity.categories)
                .chain(&activity.subjects)
                .copied();
            let periods = activity.periods_in_words.iter().map(String::as_str);
            for expected in told.chain(periods) {
                assert!(words.contains(expected), "{reader}: {expected}");
            }
        }
        for line in notice::retention() {
            let code = format!("({})", line.code);
            assert!(!words.contains(&code), "{reader}: {code} is no word");
        }
    }
    let child = plain(&served.stranger().get("/privacy?for=child").await.body);
    for activity in notice::activities() {
        assert!(child.contains(activity.purpose.words_for_children()));
        for category in activity.categories_for_children {
            assert!(child.contains(category), "{category}");
        }
    }
}

#[tokio::test]
async fn the_schedule_and_the_record_of_processing_hold_every_rule() {
    let served = Served::new().await;
    let page = plain(&served.stranger().get("/privacy/retention").await.body);
    let record = served.stranger().get("/privacy/record.csv").await.body;
    for line in notice::retention() {
        assert!(
            page.contains(line.code) && page.contains(&line.period),
            "{}",
            line.code
        );
        if !line.categories.is_empty() {
            assert!(record.contains(line.code), "{}", line.code);
        }
    }
    let linked = served.stranger().get("/privacy/record.jsonld").await.body;
    let linked: serde_json::Value = serde_json::from_str(&linked).expect("JSON");
    assert_eq!(
        linked["dpv:hasProcess"].as_array().map(Vec::len),
        Some(notice::activities().len())
    );
}

#[tokio::test]
async fn whoever_is_signed_in_reads_the_schedule_as_it_holds_at_their_school() {
    let served = Served::new().await;
    let rule = domain::retention::rules()
        .filter(|rule| rule.bounds().least != rule.period)
        // Southbank chose the first of them already.
        .nth(1)
        .expect("a school may choose");
    let built_in = rule.period.words();
    let least = rule.bounds().least.words();
    let (length, unit) = least.split_once(' ').expect("a number of days or months");
    let chosen = [
        ("rule", rule.code),
        ("length", length),
        (
            "unit",
            if unit.starts_with("day") {
                "days"
            } else {
                "months"
            },
        ),
        ("reason", "Shorter is enough"),
    ];
    let sent = served
        .as_("edith")
        .post("/school/privacy/retention", &chosen)
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", plain(&sent.body));
    let row = |body: &str| {
        let code = format!("<code>{}</code>", rule.code);
        let end = body.find(&code).expect("the rule");
        let start = body[..end].rfind("<tr").expect("its row");
        plain(&body[start..end])
    };
    let own = row(&served.as_("ada").get("/privacy/retention").await.body);
    assert!(
        own.contains(&least) && own.contains("chosen by the school"),
        "{own}"
    );
    for (of, mut elsewhere) in [("nobody", served.stranger()), ("sid", served.as_("sid"))] {
        let page = row(&elsewhere.get("/privacy/retention").await.body);
        assert!(
            page.contains(&built_in) && !page.contains("chosen by"),
            "{of}: {page}"
        );
    }
}

#[tokio::test]
async fn no_cookie_is_set_that_is_not_in_the_register() {
    let served = Served::new().await;
    let known: BTreeSet<&str> = notice::STORAGE.iter().map(|item| item.name).collect();
    let mut set = BTreeSet::new();
    let mut stranger = served.stranger();
    stranger.get("/sign-in").await;
    stranger
        .post("/theme", &[("theme", "dark"), ("back", "/sign-in")])
        .await;
    stranger
        .post(
            "/sign-in",
            &[
                ("school", "NORTH"),
                ("username", "zainab"),
                ("password", test_kit::PASSWORD),
            ],
        )
        .await;
    for path in [
        "/home",
        "/settings",
        "/my-data",
        "/settings/privacy",
        "/contact",
    ] {
        stranger.get(path).await;
    }
    set.extend(stranger.cookies.keys().cloned());
    assert!(set.len() >= 4, "all of them were met: {set:?}");
    for cookie in &set {
        assert!(known.contains(cookie.as_str()), "{cookie}");
    }
    let page = served.stranger().get("/privacy/cookies").await.body;
    for name in known {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn our_scripts_keep_nothing_in_the_browsers_storage_that_is_not_in_the_register() {
    let known: String = notice::STORAGE.iter().map(|item| item.name).collect();
    let folder = format!("{}/../public/js", env!("CARGO_MANIFEST_DIR"));
    let set = regex::Regex::new(
        r"(?:local|session)Storage\s*\.(?:setItem\(\s*'([^']+)'|([a-z_]+) (?:\?\?)?= )",
    )
    .expect("a pattern");
    let all =
        regex::Regex::new(r"(?:local|session)Storage\s*(?:\.setItem\(|\[|\.[a-z_]+ (?:\?\?)?= )")
            .expect("a pattern");
    let mut met = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the scripts are there") {
        let script = std::fs::read_to_string(entry.expect("readable").path()).expect("readable");
        let names: Vec<String> = set
            .captures_iter(&script)
            .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()))
            .collect();
        assert_eq!(
            names.len(),
            all.find_iter(&script).count(),
            "a name that cannot be read"
        );
        met.extend(names);
    }
    assert!(met.len() >= 3, "{met:?}");
    for name in met {
        assert!(known.contains(&name), "{name} is not in the register");
    }
}

#[tokio::test]
async fn nobody_who_is_signed_out_is_told_a_name_by_any_address() {
    let served = Served::new().await;
    let school = &served.school;
    let part = regex::Regex::new(r"\{[a-z_]+\}|:[a-z_]+").expect("a pattern");
    let mut tried = 0;
    for who in school.everybody() {
        let id = school.person(who).to_string();
        for page in leptos_axum::generate_route_list(app::routes::App) {
            for key in [who, id.as_str()] {
                let path = part.replace_all(page.path(), key).into_owned();
                let answer = served.stranger().get(&path).await;
                tried += 1;
                for name in [
                    "Okafor",
                    "Achterberg",
                    "Griffiths",
                    "Lockyer",
                    "zqsouthcanary",
                ] {
                    assert!(!answer.body.contains(name), "{path} tells {name}");
                }
                assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[tokio::test]
async fn programs_find_what_they_know_by_heart() {
    let served = Served::new().await;
    let change = served.stranger().get("/.well-known/change-password").await;
    assert_eq!(change.location(), "/settings#password-part");
    let gpc = served.stranger().get("/.well-known/gpc.json").await;
    assert!(gpc.body.contains("\"gpc\":true"));
    let trust = served.stranger().get("/trust").await;
    assert!(trust.body.contains("P-001"));
    assert!(trust.body.contains("section 13 of the policy"));
    assert!(trust.body.contains("tests were not run for this build"));
}

#[tokio::test]
async fn a_message_by_the_contact_page_gets_a_reference_and_reaches_the_lead() {
    let served = Served::new().await;
    let mut visitor = served.stranger();
    let wrong = visitor
        .post("/contact", &[("school", "NORTH"), ("text", "unmistakable")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("unmistakable") && wrong.body.contains("href=\"#name\""));
    let fields = [
        ("school", "north"),
        ("name", "Ines Former"),
        ("contact", "ines@mail.example"),
        ("topic", "erasure"),
        ("text", "I was at your school until 2019"),
    ];
    let sent = visitor.post("/contact", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = visitor.get(sent.location()).await;
    assert!(page.body.contains("Your message has arrived"));
    let cockpit = served.as_("edith").get("/school/privacy").await;
    assert!(cockpit.body.contains("Ines Former"));
    let robot = visitor
        .post(
            "/contact",
            &[&fields[..], &[("website", "http://spam.example")]].concat(),
        )
        .await;
    assert_eq!(robot.status, StatusCode::UNPROCESSABLE_ENTITY);
}
