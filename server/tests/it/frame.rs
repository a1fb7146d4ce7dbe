//! The frame around the pages: what the navigation and the list of all pages lead to, the
//! way back from deeper pages, the choice of a child, and who finds the gallery of parts.

use http::StatusCode;
use server::router::page_paths;

use crate::northgate::{fill, of_northgate};
use crate::persona::Served;

/// One of each role; Sid is of a primary school.
const EVERYBODY: [&str; 7] = ["zainab", "ada", "petra", "desmond", "edith", "olga", "sid"];

/// The part of a page between two marks.
fn part<'a>(body: &'a str, begins: &str, ends: &str) -> &'a str {
    let (_, after) = body.split_once(begins).expect("the part begins");
    after.split_once(ends).expect("the part ends").0
}

/// The addresses that links of a part lead to, and their words without what is hidden.
fn links(part: &str) -> Vec<(String, String)> {
    let link =
        regex::Regex::new("(?s)<a [^>]*?href=\"([^\"]+)\"[^>]*>(.*?)</a>").expect("a pattern");
    let tag = regex::Regex::new("(?s)<svg.*?</svg>|<[^>]*>").expect("a pattern");
    link.captures_iter(part)
        .map(|found| {
            let words = tag.replace_all(&found[2], "").trim().to_owned();
            (found[1].to_owned(), words)
        })
        .collect()
}

fn bar(body: &str) -> Vec<(String, String)> {
    links(part(body, "class=\"bar\"", "</nav>"))
}

#[tokio::test]
async fn every_page_that_is_named_to_somebody_opens_for_them() {
    let served = Served::new().await;
    for name in EVERYBODY {
        let mut reader = served.as_(name);
        let list = reader.get("/more").await;
        assert_eq!(list.status, StatusCode::OK, "{name}");
        let navigation = bar(&list.body);
        let named = links(part(&list.body, "<main", "</main>"));
        assert!(named.len() > navigation.len(), "{name} finds more there");
        for (href, words) in navigation.iter().chain(&named) {
            let answer = reader.get(href).await;
            assert_eq!(answer.status, StatusCode::OK, "{name} at {href}, {words}");
        }
        let mut once: Vec<_> = named.iter().map(|(href, _)| href).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), named.len(), "{name} finds each page once");
    }
}

#[tokio::test]
async fn a_page_is_found_by_its_words_among_those_that_are_ones_own() {
    let served = Served::new().await;
    let found = |body: &str| links(part(body, "<main", "</main>"));
    let mut desmond = served.as_("desmond");
    let page = desmond.get("/more?q=TIME+zone").await.body;
    let pages: Vec<_> = found(&page).into_iter().map(|(href, _)| href).collect();
    assert_eq!(pages, ["/school/details"]);
    let form = part(&page, "role=\"search\"", "</form>");
    assert!(form.contains("value=\"TIME zone\""), "{form}");
    assert!(page.contains("1 page found"));
    // Nobody finds what does not answer them.
    let mut ada = served.as_("ada");
    let nothing = ada.get("/more?q=time+zone").await;
    assert_eq!(nothing.status, StatusCode::OK);
    assert!(nothing.body.contains("No page is called so"));
    assert_eq!(found(&nothing.body)[0].0, "/more");
    let all = ada.get("/more").await.body;
    let blank = ada.get("/more?q=+").await.body;
    assert_eq!(found(&all), found(&blank));
    let odd = ada.get("/more?q=%3Cb%3E").await.body;
    assert!(!odd.contains("<b>"));
}

#[tokio::test]
async fn each_role_has_its_own_four_in_the_bar_and_more_beside_them() {
    let served = Served::new().await;
    let expected = [
        ("zainab", &["Today", "Work", "Classes", "My data"][..]),
        ("sid", &["To do", "Work", "Classes", "My data"]),
        ("ada", &["Today", "Marking", "Classes", "Account"]),
        ("petra", &["Home", "Classes", "Privacy", "My data"]),
        ("desmond", &["Home", "People", "Classes", "Import"]),
        (
            "edith",
            &["Requests", "Records", "Log of access", "Retention"],
        ),
        ("olga", &["Home", "Account"]),
    ];
    for (name, first) in expected {
        let body = served.as_(name).get("/home").await.body;
        let found = bar(&body);
        let words: Vec<_> = found.iter().map(|(_, words)| words.as_str()).collect();
        assert!(words.starts_with(first), "{name}: {words:?}");
        assert_eq!(found.last().map(|(href, _)| href.as_str()), Some("/more"));
        let wide = body.matches("<li class=\"wide\">").count();
        assert_eq!(wide, found.len().saturating_sub(5), "{name}");
    }
}

#[tokio::test]
async fn what_a_phones_bar_shows_fits_on_one_line() {
    let served = Served::new().await;
    let unseen = regex::Regex::new("<span class=\"hush\">[^<]*</span>").expect("a pattern");
    for name in EVERYBODY {
        let body = served.as_(name).get("/home").await.body;
        let seen = unseen.replace_all(&body, "");
        for (_, label) in bar(&seen).iter().take(4) {
            assert!(label.len() <= 9, "{name}: {label}");
        }
    }
    let body = served.as_("edith").get("/home").await.body;
    let log = bar(&body)
        .into_iter()
        .find(|(_, words)| words == "Log of access");
    assert!(log.is_some(), "its name begins with what is seen of it");
}

#[tokio::test]
async fn students_alone_have_a_word_in_the_header_for_what_waits_on_their_device() {
    let served = Served::new().await;
    for name in EVERYBODY {
        let body = served.as_(name).get("/home").await.body;
        let header = part(&body, "<header", "</header>");
        let is_student = ["zainab", "sid"].contains(&name);
        assert_eq!(header.contains("id=\"sync\""), is_student, "{name}");
        // The script shows it; without one nothing waits on the device.
        assert_eq!(
            header.contains("href=\"/shell\" hidden"),
            is_student,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_ends_something_says_what_it_ends() {
    let served = Served::new().await;
    let school = &served.school;
    let summary = regex::Regex::new("(?s)<summary[^>]*>(.*?)</summary>").expect("a pattern");
    let tag = regex::Regex::new("<[^>]*>").expect("a pattern");
    let mut desmond = served.as_("desmond");
    for (page, expected) in [
        (
            format!("/people/{}", school.person("rosa")),
            &[
                "End role : Guardian",
                "End tie to Zainab Okafor",
                "End their time here : Rosa Okafor",
            ][..],
        ),
        (
            format!("/classrooms/{}/people", school.classroom("10Ma1")),
            &["End place of Zainab Okafor", "End place of Tomos Griffiths"],
        ),
    ] {
        let body = desmond.get(&page).await.body;
        let names: Vec<String> = summary
            .captures_iter(&body)
            .map(|found| tag.replace_all(&found[1], " ").into_owned())
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|name| name.starts_with("End"))
            .collect();
        for name in expected {
            let times = names.iter().filter(|found| found == name).count();
            assert_eq!(times, 1, "{name} among {names:?}");
        }
        assert!(!names.contains(&"End".to_owned()), "{names:?}");
    }
}

#[tokio::test]
async fn the_navigation_says_where_one_is() {
    let served = Served::new().await;
    let current = |body: &str| {
        let navigation = part(body, "class=\"bar\"", "</nav>").to_owned();
        let pattern =
            regex::Regex::new("href=\"([^\"]+)\" aria-current=\"([a-z]+)\"").expect("one");
        pattern
            .captures_iter(&navigation)
            .map(|found| (found[1].to_owned(), found[2].to_owned()))
            .collect::<Vec<_>>()
    };
    let one = |href: &str, how: &str| vec![(href.to_owned(), how.to_owned())];
    let mut desmond = served.as_("desmond");
    for (path, expected) in [
        ("/people", one("/people", "page")),
        ("/people/new", one("/people", "true")),
        ("/people/import", one("/people/import", "page")),
        ("/school/details", one("/more", "true")),
        ("/more", one("/more", "page")),
        ("/no/such/page", Vec::new()),
    ] {
        assert_eq!(current(&desmond.get(path).await.body), expected, "{path}");
    }
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let ada = served.as_("ada").get(&room).await.body;
    assert_eq!(current(&ada), one("/classrooms", "true"));
    let work = served
        .school
        .assignment("10Ma1", test_kit::NewWork::published("Sheet 6"))
        .await;
    let work = format!("/assignments/{work}");
    for (reader, expected) in [
        ("ada", "/classrooms"),
        ("zainab", "/work"),
        ("rosa", "/classrooms"),
    ] {
        let body = served.as_(reader).get(&work).await.body;
        assert_eq!(current(&body), one(expected, "true"), "{reader}");
        let way = part(&body, "class=\"crumbs\"", "</nav>");
        assert!(way.contains(&format!("href=\"{expected}\"")), "{way}");
    }
}

#[tokio::test]
async fn every_page_below_another_says_the_way_back() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    for reader in ["ada", "zainab", "desmond", "edith"] {
        for page in page_paths() {
            // Links that come by mail begin a way of their own.
            let is_a_door = page.ends_with("{token}");
            if page.matches('/').count() < 2 || is_a_door {
                continue;
            }
            let answer = served.as_(reader).get(&fill(&page, &ids)).await;
            let is_an_entry = || bar(&answer.body).iter().any(|(href, _)| *href == page);
            let is_public = !answer.body.contains("class=\"bar\"");
            if answer.status == StatusCode::OK && (is_public || !is_an_entry()) {
                let has_way = answer.body.contains("class=\"crumbs\"");
                assert!(has_way, "{reader} at {page} finds no way back");
            }
        }
    }
}

#[tokio::test]
async fn a_guardian_of_two_looks_at_both_children_or_at_one() {
    let served = Served::new().await;
    let tomos = served.school.person("tomos");
    let mut petra = served.as_("petra");
    let both = petra.get("/home").await.body;
    let heads = |body: &str| {
        let cards = body.matches("<h2 id=\"child-").count();
        (cards, body.contains(&format!("<h2 id=\"child-{tomos}\"")))
    };
    assert_eq!(heads(&both), (2, true));
    let choice = links(part(&both, "aria-label=\"Which child\"", "</nav>"));
    assert_eq!(choice.len(), 3, "{choice:?}");
    let (of_tomos, _) = choice
        .iter()
        .find(|(href, _)| href.ends_with(&tomos.to_string()))
        .expect("there is a tab for each");
    let one = petra.get(of_tomos).await.body;
    assert_eq!(heads(&one), (1, true));
    for (body, shown, href) in [
        (&both, "All children", "/home"),
        (&one, "Tomos Griffiths", of_tomos.as_str()),
    ] {
        let switch = part(body, "<details class=\"switch\"", "</details>");
        let head = part(switch, "<summary", "</summary>");
        assert!(head.contains(shown), "{head}");
        let current = format!("href=\"{href}\" aria-current=\"page\"");
        assert!(switch.contains(&current), "{switch}");
        assert_eq!(switch.matches("aria-current").count(), 1);
    }
    // Somebody else's child is no choice: the page stays whole.
    let zainab = served.school.person("zainab");
    let other = petra.get(&format!("/home?child={zainab}")).await.body;
    assert_eq!(heads(&other), (2, true));
    for page in ["/my-data/who-looked?of=", "/my-data/receipts?of="] {
        let body = petra.get(&format!("{page}{tomos}")).await.body;
        let choice = part(&body, "aria-label=\"About whom\"", "</nav>");
        let chosen = format!("{page}{tomos}\" aria-current=\"page\"");
        assert!(choice.contains(&chosen), "{choice}");
    }
    let only_child = served.as_("rosa").get("/home").await.body;
    assert!(!only_child.contains("Which child"));
}

#[tokio::test]
async fn the_gallery_is_on_a_developers_machine_and_in_demos_alone() {
    let of_a_school = Served::new().await;
    for path in ["/design", "/design/form"] {
        for name in ["desmond", "olga"] {
            let hidden = of_a_school.as_(name).get(path).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{name} at {path}");
        }
        let hidden = of_a_school.stranger().get(path).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "nobody at {path}");
    }
    let at_home = Served::configured(None, |config| {
        "http://127.0.0.1:3000".clone_into(&mut config.public_url);
    });
    let in_a_demo = Served::configured(None, |config| config.gallery = true);
    for served in [at_home.await, in_a_demo.await] {
        for path in ["/design", "/design/form"] {
            let shown = served.stranger().get(path).await;
            assert_eq!(shown.status, StatusCode::OK, "{path}");
            assert!(!shown.body.contains("style="), "{path}");
        }
    }
}

#[tokio::test]
async fn headings_of_every_page_go_down_one_step_at_a_time_also_where_there_is_nothing() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let heading = regex::Regex::new("<h([1-6])[ >]").expect("a pattern");
    for reader in EVERYBODY {
        for page in page_paths() {
            let answer = served.as_(reader).get(&fill(&page, &ids)).await;
            let mut before = 0;
            for found in heading.captures_iter(&answer.body) {
                let level: u32 = found[1].parse().expect("a digit");
                let follows = level <= before + 1;
                assert!(follows, "{reader} at {page}: h{level} after h{before}");
                before = level;
            }
        }
    }
}

/// Of days and times the browser's own check stays: what is typed by half would arrive as nothing.
#[tokio::test]
async fn addresses_are_checked_by_us_and_not_by_a_bubble_of_the_browser() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let mut checked = Vec::new();
    for reader in ["ada", "zainab", "desmond", "edith"] {
        for page in page_paths() {
            let body = served.as_(reader).get(&fill(&page, &ids)).await.body;
            for form in body.split("<form ").skip(1) {
                let (form, _) = form.split_once("</form>").expect("it ends");
                let (tag, fields) = form.split_once('>').expect("it begins");
                let has_address = ["type=\"email\"", "type=\"url\""]
                    .iter()
                    .any(|kind| fields.contains(kind));
                if has_address {
                    assert!(tag.contains("novalidate"), "{reader} at {page}: {tag}");
                    checked.push(page.clone());
                }
            }
        }
    }
    for page in [
        "/people/new",
        "/people/{id}/edit",
        "/school/privacy/sharing",
    ] {
        let is_checked = checked.iter().any(|checked| checked == page);
        assert!(is_checked, "{page} among {checked:?}");
    }
}
