//! What a browser needs to install the platform.

use http::StatusCode;
use test_kit::PASSWORD;

use crate::persona::{Persona, Served};

async fn manifest(browser: &mut Persona) -> serde_json::Value {
    let answer = browser.get("/manifest.webmanifest").await;
    assert_eq!(answer.status, StatusCode::OK);
    let kind = answer.header("content-type");
    assert!(kind.starts_with("application/manifest+json"), "{kind}");
    let kept = answer.header("cache-control");
    assert!(
        kept.contains("private") || kept.contains("no-store"),
        "{kept}"
    );
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn the_app_has_the_name_of_the_school_that_the_device_belongs_to_and_nobodys() {
    let served = Served::new().await;
    let mut browser = served.stranger();
    assert_eq!(manifest(&mut browser).await["name"], "Classimize");
    browser
        .cookies
        .insert("school".to_owned(), "NORTH".to_owned());
    let of_a_stranger = manifest(&mut browser).await;
    assert_eq!(of_a_stranger["name"], "Northgate");
    assert_eq!(of_a_stranger["short_name"], "Northgate");
    let mut zainab = served.as_("zainab");
    zainab
        .cookies
        .insert("school".to_owned(), "NORTH".to_owned());
    assert_eq!(manifest(&mut zainab).await, of_a_stranger);
    browser
        .cookies
        .insert("school".to_owned(), "NOWHERE".to_owned());
    assert_eq!(manifest(&mut browser).await["name"], "Classimize");
}

#[tokio::test]
async fn every_page_names_the_manifest_and_its_icons_are_there() {
    let served = Served::new().await;
    for (mut reader, page) in [
        (served.stranger(), "/sign-in"),
        (served.as_("ada"), "/home"),
    ] {
        let body = reader.get(page).await.body;
        assert!(body.contains("href=\"/manifest.webmanifest\""), "{page}");
    }
    let manifest = manifest(&mut served.stranger()).await;
    let icons = manifest["icons"].as_array().expect("icons");
    for purpose in ["maskable", "monochrome"] {
        assert!(icons.iter().any(|icon| icon["purpose"] == purpose));
    }
    for icon in icons {
        let source = icon["src"].as_str().expect("an address");
        let file = format!("{}/../public{source}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap_or_else(|_| panic!("{file} is not there"));
        let size = u32::from_be_bytes(bytes[16..20].try_into().expect("a width"));
        assert_eq!(icon["sizes"], format!("{size}x{size}"));
    }
}

#[tokio::test]
async fn the_statement_about_accessibility_is_there_for_everybody_and_linked_at_the_door() {
    let served = Served::new().await;
    for mut reader in [served.stranger(), served.as_("zainab")] {
        let page = reader.get("/accessibility").await;
        assert_eq!(page.status, http::StatusCode::OK);
        for words in [
            "level AA",
            "How it is tested",
            "What we know is missing",
            "Links within a sentence are as high as their line",
            "no other text is read aloud",
            "Without a network nothing is read aloud",
            "Without a network the letters that somebody chose may be missing",
        ] {
            assert!(page.body.contains(words), "{words}");
        }
    }
    let door = served.stranger().get("/sign-in").await;
    assert!(door.body.contains("href=\"/accessibility\""));
    assert!(door.body.contains("href=\"/settings/reading\""));
}

#[tokio::test]
async fn screenshots_are_there_wide_and_narrow_and_as_large_as_the_manifest_says() {
    let served = Served::new().await;
    let manifest = manifest(&mut served.stranger()).await;
    let shots = manifest["screenshots"].as_array().expect("screenshots");
    let forms: Vec<_> = shots
        .iter()
        .map(|shot| shot["form_factor"].clone())
        .collect();
    assert_eq!(forms, ["wide", "narrow"]);
    for shot in shots {
        let source = shot["src"].as_str().expect("an address");
        let file = format!("{}/../public{source}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap_or_else(|_| panic!("{file} is not there"));
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("a side"));
        assert_eq!(shot["sizes"], format!("{}x{}", side(16), side(20)));
        assert!(bytes.len() < 100 * 1024, "{file}: {} bytes", bytes.len());
    }
}

#[tokio::test]
async fn every_shortcut_of_the_manifest_leads_to_a_page_that_is_there() {
    let served = Served::new().await;
    for who in ["zainab", "ada", "rosa"] {
        let manifest = manifest(&mut served.as_(who)).await;
        for shortcut in manifest["shortcuts"].as_array().expect("shortcuts") {
            let url = shortcut["url"].as_str().expect("an address");
            let answer = served.as_(who).get(url).await;
            assert_eq!(answer.status, StatusCode::OK, "{url} for {who}");
        }
    }
}

#[tokio::test]
async fn a_teacher_has_a_shortcut_to_their_marking_and_nobody_else_has() {
    let served = Served::new().await;
    for (mut reader, marks) in [
        (served.as_("ada"), true),
        (served.as_("zainab"), false),
        (served.as_("rosa"), false),
        (served.stranger(), false),
    ] {
        let shortcuts = manifest(&mut reader).await["shortcuts"].to_string();
        assert_eq!(shortcuts.contains("\"/marking\""), marks, "{shortcuts}");
        assert_eq!(shortcuts.contains("\"/badge\""), !marks, "{shortcuts}");
    }
}

#[tokio::test]
async fn a_teacher_at_a_device_that_a_class_shares_has_the_shortcut_to_badges() {
    let served = Served::new().await;
    for (profile, marks) in [("shared", false), ("personal", true)] {
        let mut tablet = served.stranger();
        sign_in(&mut tablet, "desmond").await;
        let device = [("label", "Tablet 1"), ("profile", profile)];
        let enrolled = tablet.post("/school/devices", &device).await;
        assert_eq!(enrolled.location(), "/badge?done=enrolled");
        sign_in(&mut tablet, "ada").await;
        let shortcuts = manifest(&mut tablet).await["shortcuts"].to_string();
        assert_eq!(shortcuts.contains("\"/marking\""), marks, "{profile}");
        assert_eq!(shortcuts.contains("\"/badge\""), !marks, "{profile}");
    }
}

async fn sign_in(browser: &mut Persona, who: &str) {
    let fields = [
        ("school", "north"),
        ("username", who),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/home", "{who}");
}
