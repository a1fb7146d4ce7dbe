//! The register of providers over HTTP and on the command line.

use http::StatusCode;
use tempfile::TempDir;

use crate::persona::Served;
use crate::process::binary;

async fn told_of_a_provider(served: &Served) {
    use domain::providers::{self, NewProvider};
    let school = &served.school;
    let tx = school.db.write().await.expect("free");
    let new = NewProvider {
        name: "Example Mail".to_owned(),
        purpose: vocab::providers::ProviderPurpose::Mail,
        role: vocab::providers::ProviderRole::Subprocessor,
        kinds: vec!["contact".to_owned()],
        subjects: "staff and guardians".to_owned(),
        country: "GB".to_owned(),
        policy_url: "https://mail.example/privacy".to_owned(),
        contract: Some(("C-1".to_owned(), school.now())),
        clauses: vocab::providers::Clause::ALL.to_vec(),
        sells_data: false,
    };
    providers::propose(&tx, new, school.now())
        .await
        .expect("written down");
    providers::notify(&tx, "Example Mail", school.now())
        .await
        .expect("told");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn everybody_reads_who_gets_what_and_the_lead_objects() {
    let served = Served::new().await;
    let nobody = served.stranger().get("/privacy/providers").await;
    assert_eq!(nobody.status, StatusCode::OK);
    assert!(nobody.body.contains("gives nothing to any other company"));
    told_of_a_provider(&served).await;
    let page = served.stranger().get("/privacy/providers").await.body;
    for words in [
        "Example Mail",
        "Carries mail",
        "How to reach somebody",
        "staff and guardians",
        "https://mail.example/privacy",
        "Announced since",
        "Contract of",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let mut edith = served.as_("edith");
    let own = edith.get("/school/privacy/providers").await.body;
    let form = regex::Regex::new("/school/privacy/providers/[0-9a-f-]{36}/objection")
        .expect("a pattern")
        .find(&own)
        .expect("she can object")
        .as_str()
        .to_owned();
    let empty = edith.post(&form, &[("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = edith.post(&form, &[("reason", "We have our own")]).await;
    assert_eq!(sent.location(), "/school/privacy/providers?done=objected");
    let page = edith.get(sent.location()).await.body;
    assert!(page.contains("We have our own") && page.contains("Nothing of your school goes there"));
    let only = edith
        .post("/school/privacy/uk-only", &[("answer", "on")])
        .await;
    let page = edith.get(only.location()).await.body;
    assert!(page.contains("Edith Pryce decided so"));
    edith.post(&format!("{form}/end"), &[]).await;
    let page = edith.get("/school/privacy/providers").await.body;
    assert!(!page.contains("We have our own"));
}

#[test]
fn an_operator_leads_a_provider_through_the_register_on_the_command_line() {
    let folder = TempDir::new().expect("a folder");
    let run = |arguments: &[&str]| {
        let output = binary(folder.path())
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .output()
            .expect("the binary starts");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let propose = [
        "provider",
        "propose",
        "--name",
        "Example Mail",
        "--purpose",
        "mail",
        "--kinds",
        "contact,credential,activity,history",
        "--policy",
        "https://mail.example/privacy",
        "--contract",
        "C-1",
        "--clauses",
        "instructions,confidentiality,security,subprocessors,rights,assistance,deletion",
    ];
    let (ok, words) = run(&propose);
    assert!(ok, "{words}");
    let (ok, words) = run(&["provider", "activate", "Example Mail"]);
    assert!(!ok && words.contains("audits"), "{words}");
    let mut whole: Vec<&str> = propose.to_vec();
    whole[3] = "Whole Mail";
    let last = whole.len() - 1;
    whole[last] =
        "instructions,confidentiality,security,subprocessors,rights,assistance,deletion,audits";
    assert!(run(&whole).0);
    whole.push("--sells-data");
    whole[3] = "Selling Mail";
    let (ok, words) = run(&whole);
    assert!(!ok && words.contains("sells data"), "{words}");
    let (ok, words) = run(&["provider", "activate", "Whole Mail"]);
    assert!(ok, "there is no school to be told yet: {words}");
    let (ok, words) = run(&["provider", "list"]);
    assert!(
        ok && words.contains("Whole Mail: mail, GB, in use since"),
        "{words}"
    );
}
