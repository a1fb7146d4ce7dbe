//! Who runs the server is one record: change it, and every surface says so.

use vocab::legal_entity::LegalEntity;

use crate::persona::Served;

fn entity(name: &str) -> LegalEntity {
    LegalEntity {
        name: name.to_owned(),
        city: "Leeds".to_owned(),
        country: "United Kingdom".to_owned(),
        email: "office@operator.example".to_owned(),
        registration: "ZA000000".to_owned(),
        data_protection_contact: "lead@operator.example".to_owned(),
        ..LegalEntity::default()
    }
}

/// Everything that names who runs the server, one text for each surface.
async fn surfaces(served: &Served) -> Vec<(&'static str, String)> {
    let mut rosa = served.as_("rosa");
    let zainab = served.school.person("zainab");
    let choice = [("purpose", "photos_in_school"), ("answer", "no")];
    rosa.post(&format!("/consents/{zainab}"), &choice).await;
    let choices = rosa.get("/settings/privacy").await.body;
    let receipt = regex::Regex::new("/privacy/receipts/[0-9a-f-]{36}")
        .expect("a pattern")
        .find(&choices)
        .expect("there is a receipt")
        .as_str()
        .to_owned();
    rosa.post(
        "/my-data",
        &[("about", &zainab.to_string()), ("kind", "access")],
    )
    .await;
    let cockpit = served.as_("edith").get("/school/privacy").await.body;
    let request = regex::Regex::new("/school/privacy/requests/[0-9a-f-]{36}")
        .expect("a pattern")
        .find(&cockpit)
        .expect("there is a request")
        .as_str()
        .to_owned();
    let own = served.school.person("rosa");
    let copy = rosa
        .post(
            &format!("/my-data/{own}/copy"),
            &[("password", test_kit::PASSWORD)],
        )
        .await;
    assert_eq!(copy.status, http::StatusCode::OK);
    let mailbox = served.stranger().get("/mailbox").await.body;
    let mail = regex::Regex::new("/mailbox\\?mail=[0-9a-f-]{36}")
        .expect("a pattern")
        .find(&mailbox)
        .expect("there is a mail")
        .as_str()
        .to_owned();
    vec![
        ("footer", served.stranger().get("/sign-in").await.body),
        ("notice", served.stranger().get("/privacy").await.body),
        ("contact", served.stranger().get("/contact").await.body),
        (
            "providers",
            served.stranger().get("/privacy/providers").await.body,
        ),
        ("receipt", rosa.get(&receipt).await.body),
        (
            "receipt as JSON",
            rosa.get(&format!("{receipt}/receipt.json")).await.body,
        ),
        (
            "receipt as JSON-LD",
            rosa.get(&format!("{receipt}/receipt.jsonld")).await.body,
        ),
        ("letter", served.as_("edith").get(&request).await.body),
        ("mail", served.stranger().get(&mail).await.body),
    ]
}

#[tokio::test]
async fn one_record_names_who_runs_the_server_on_every_surface() {
    for name in ["First Operator Ltd", "Second Operator CIC"] {
        let served = Served::configured(None, |config| {
            config.legal_entity = entity(name);
            config.public_url = "http://127.0.0.1:3000".to_owned();
        })
        .await;
        for (surface, text) in surfaces(&served).await {
            assert!(text.contains(name), "{surface} does not say {name}");
        }
    }
}

#[tokio::test]
async fn where_nobody_is_named_no_name_is_made_up() {
    let served = Served::new().await;
    let page = served.stranger().get("/privacy").await.body;
    assert!(page.contains("who has not given a name yet"));
    assert!(!page.contains("Run by"));
}

/// The company of the policy is a customer of this program like any other: its name, its
/// town and its address stand in a configuration file, and nowhere in the program.
#[test]
fn no_name_of_a_company_is_in_the_program() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let forbidden = [
        ["Classimize", " Limited"].concat(),
        ["enquiries", "@"].concat(),
        ["classimize", ".co.uk"].concat(),
    ];
    let mut folders = vec![root.join("app"), root.join("server"), root.join("public")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                read += 1;
                for name in &forbidden {
                    assert!(!text.contains(name), "{name} is in {}", path.display());
                }
            }
        }
    }
    assert!(read > 200, "{read}");
}
