//! What every answer carries, and what no other site may do.

use std::collections::HashSet;

use http::{HeaderValue, StatusCode};

use crate::northgate::{fill, of_northgate};
use crate::persona::Served;

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let served = Served::new().await;
    for path in [
        "/sign-in",
        "/home",
        "/nowhere",
        "/classrooms",
        "/outbox",
        "/files/x",
        "/robots.txt",
    ] {
        let answer = served.as_("ada").get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.header("referrer-policy").is_empty(), "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn the_nonce_of_the_policy_is_new_each_time_and_that_of_the_pages_scripts() {
    let served = Served::new().await;
    let nonce = |policy: &str| {
        policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .map(str::to_owned)
    };
    let first = served.stranger().get("/sign-in").await;
    let second = served.stranger().get("/sign-in").await;
    let (first, second) = (
        nonce(first.header("content-security-policy")),
        nonce(second.header("content-security-policy")),
    );
    assert!(first.is_some() && first != second);
}

#[tokio::test]
async fn the_page_for_no_network_alone_shows_pictures_that_its_script_has_opened() {
    let served = Served::new().await;
    for path in [
        "/shell",
        "/sign-in",
        "/home",
        "/share",
        "/nowhere",
        "/robots.txt",
    ] {
        let answer = served.as_("zainab").get(path).await;
        let policy = answer.header("content-security-policy");
        let opened: Vec<_> = policy
            .split("; ")
            .filter(|directive| directive.contains("blob:"))
            .collect();
        let allowed = match path {
            "/shell" => vec!["img-src 'self' data: blob:"],
            _ => Vec::new(),
        };
        assert!(policy.contains("img-src 'self' data:"), "{path}: {policy}");
        assert_eq!(opened, allowed, "{path}");
    }
}

#[tokio::test]
async fn no_page_carries_a_style_that_its_policy_refuses() {
    let served = Served::new().await;
    for path in ["/home", "/classrooms", "/settings", "/marking"] {
        let page = served.as_("ada").get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            !page.body.contains(" style=\"") && !page.body.contains("<style"),
            "{path}"
        );
        assert!(!page.body.contains(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn a_request_that_another_site_made_changes_nothing() {
    let served = Served::new().await;
    let cases: [(&str, &str); 3] = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ];
    for (name, value) in cases {
        let mut ada = served.as_("ada");
        ada.headers.insert(name, HeaderValue::from_static(value));
        let posts = server::router::post_paths();
        for path in server::router::form_paths().into_iter().chain(posts) {
            // Mail programs post this one from elsewhere; its own test holds it.
            if path == "/unsubscribe/{token}" {
                continue;
            }
            let answer = ada.post(&path.replace("{id}", "x"), &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from {value}");
        }
        for path in server_functions() {
            assert_eq!(
                ada.post(&path, &[]).await.status,
                StatusCode::FORBIDDEN,
                "{path} from {value}"
            );
        }
    }
}

#[tokio::test]
async fn an_older_browser_that_names_our_own_origin_is_let_through() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    ada.headers
        .insert("origin", HeaderValue::from_static("http://school.test"));
    assert_eq!(
        ada.post("/theme", &[("theme", "dark"), ("back", "/home")])
            .await
            .location(),
        "/home"
    );
    assert!(!ada.cookies.contains_key("theme"), "it is kept for her");
    assert!(ada.get("/home").await.body.contains("data-theme=\"dark\""));
}

fn server_functions() -> Vec<String> {
    leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect()
}

#[tokio::test]
async fn no_page_asks_another_host_for_anything() {
    let served = Served::new().await;
    let elsewhere =
        regex::Regex::new("(?:src|href|action|srcset)=\"(?:https?:)?//").expect("a pattern");
    let ids = of_northgate(&served).await;
    let mut shown = HashSet::new();
    let pages = server::router::page_paths();
    for reader in ["ada", "zainab", "rosa", "desmond", "edith", "olga"] {
        for path in &pages {
            let page = served.as_(reader).get(&fill(path, &ids)).await;
            if page.status == StatusCode::OK {
                shown.insert(path);
            }
            assert!(
                page.header("content-security-policy")
                    .starts_with("default-src 'self';"),
                "{path}"
            );
            assert!(!elsewhere.is_match(&page.body), "{reader} at {path}");
        }
    }
    // A few are shown to none of them, such as the first start's and those of one use.
    assert!(
        shown.len() * 5 > pages.len() * 4,
        "{} of {}",
        shown.len(),
        pages.len()
    );
}
