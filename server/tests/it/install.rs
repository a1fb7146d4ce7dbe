//! What a browser needs to install the platform.

use http::StatusCode;

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
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
    for icon in icons {
        let source = icon["src"].as_str().expect("an address");
        let file = format!("{}/../public{source}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap_or_else(|_| panic!("{file} is not there"));
        let size = u32::from_be_bytes(bytes[16..20].try_into().expect("a width"));
        assert_eq!(icon["sizes"], format!("{size}x{size}"));
    }
}
