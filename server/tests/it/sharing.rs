//! Sharing by consent and statistics over HTTP.

use http::StatusCode;

use crate::persona::{Persona, Served};

/// The office writes a photographer down and asks; answers the address of the proposal.
pub(crate) async fn propose(served: &Served, edith: &mut Persona) -> String {
    let to = [
        ("name", "Bright Lens"),
        ("does", "Takes class photographs"),
        ("country", "gb"),
        ("policy_url", "https://brightlens.example/privacy"),
        ("sells_nothing", "yes"),
    ];
    let added = edith.post("/school/privacy/sharing/recipients", &to).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = edith.get("/school/privacy/sharing").await.body;
    let option =
        regex::Regex::new("<option value=\"([0-9a-f-]{36})\">Bright Lens").expect("a pattern");
    let recipient = option.captures(&page).expect("it can be chosen")[1].to_owned();
    let room = served.school.classroom("10Ma1").to_string();
    let asked = [
        ("recipient", recipient.as_str()),
        ("classroom", &room),
        ("purpose", "Names under the class photograph"),
        ("given_name", "yes"),
        ("until", "2026-12-24"),
    ];
    let asked = edith.post("/school/privacy/sharing", &asked).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    asked
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned()
}

pub(crate) async fn say(who: &mut Persona, about: &str, answer: &str) {
    let page = who.get("/settings/sharing").await.body;
    let request =
        regex::Regex::new("name=\"request\" value=\"([0-9a-f-]{36})\"").expect("a pattern");
    let request = request.captures(&page).expect("it is asked")[1].to_owned();
    let form = [
        ("purpose", "school_request"),
        ("request", request.as_str()),
        ("answer", answer),
    ];
    let sent = who.post(&format!("/settings/sharing/{about}"), &form).await;
    assert_eq!(
        sent.location(),
        "/settings/sharing?done=answered",
        "{}",
        sent.body
    );
}

#[tokio::test]
async fn a_guardian_finds_what_is_asked_in_two_clicks_says_yes_and_takes_it_back() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let page = propose(&served, &mut edith).await;
    let mut rosa = served.as_("rosa");
    let child = served.school.person("zainab").to_string();

    let home = rosa.get("/home").await.body;
    assert!(home.contains("asks whether it may share") && home.contains("href=\"/settings\""));
    assert!(
        rosa.get("/settings")
            .await
            .body
            .contains("href=\"/settings/sharing\"")
    );
    let choices = rosa.get("/settings/sharing").await.body;
    for words in [
        "Bright Lens",
        "Names under the class photograph",
        "Given name",
        "Zainab",
        "24 December 2026",
    ] {
        assert!(choices.contains(words), "{words}");
    }
    assert!(
        !choices.contains("Family name"),
        "nothing that was not asked"
    );
    assert!(
        !choices.contains("aria-pressed=\"true\""),
        "no answer stands there by itself"
    );

    let early = edith.post(&format!("{page}/file"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(
        early
            .body
            .contains("Nobody whose data may be given has said yes")
    );
    say(&mut rosa, &child, "yes").await;
    assert!(
        !rosa
            .get("/home")
            .await
            .body
            .contains("asks whether it may share")
    );
    let answered = rosa.get("/settings/sharing").await.body;
    let receipt = regex::Regex::new("/privacy/receipts/[0-9a-f-]{36}").expect("a pattern");
    let receipt = receipt.find(&answered).expect("she gets one").as_str();
    let receipt = rosa.get(receipt).await.body;
    assert!(
        receipt.contains("Holds until") && receipt.contains("24 December 2026"),
        "{receipt}"
    );
    let shown = edith.get(&page).await.body;
    assert!(shown.contains("1 person says yes") && shown.contains("Zainab"));
    let file = edith.post(&format!("{page}/file"), &[]).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.body);
    assert_eq!(file.body, "\"Given name\"\r\n\"Zainab\"\r\n");
    let log = edith.get("/school/privacy/disclosures").await.body;
    assert!(log.contains("Bright Lens") && log.contains("The person agreed"));
    assert!(
        rosa.get("/settings/sharing")
            .await
            .body
            .contains("Given to them")
    );

    say(&mut rosa, &child, "no").await;
    let late = edith.post(&format!("{page}/file"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "undone at once");
}

#[tokio::test]
async fn a_yes_that_a_restriction_stops_says_so_to_the_office_and_to_the_guardian() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let page = propose(&served, &mut edith).await;
    let child = served.school.person("zainab").to_string();
    let restrict = [("about", child.as_str()), ("answer", "restrict")];
    let mut zainab = served.as_("zainab");
    let restricted = zainab.post("/my-data/restriction", &restrict).await;
    assert_eq!(restricted.status, StatusCode::SEE_OTHER);
    let mut rosa = served.as_("rosa");
    say(&mut rosa, &child, "yes").await;
    let words = "Restricted, not given now";
    let choices = rosa.get("/settings/sharing").await;
    assert!(choices.body.contains(words) && choices.body.contains("while the data is restricted"));
    let shown = edith.get(&page).await.body;
    assert!(shown.contains(words) && shown.contains("Nothing may be given now"));
    assert!(!shown.contains("Nobody has said yes"));
    let mut petra = served.as_("petra");
    let tomos = served.school.person("tomos").to_string();
    say(&mut petra, &tomos, "yes").await;
    let shown = edith.get(&page).await.body;
    assert!(shown.contains("2 people say yes, 1 of them restricted or gone"));
    let file = edith.post(&format!("{page}/file"), &[]).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.body);
    let shown = edith.get(&page).await.body;
    assert!(shown.contains("about 1 person") && !shown.contains("1 people"));
    let end = [("about", child.as_str()), ("answer", "end")];
    zainab.post("/my-data/restriction", &end).await;
    for who in [edith.get(&page).await, rosa.get("/settings/sharing").await] {
        assert!(!who.body.contains(words), "{}", who.body);
    }
}

#[tokio::test]
async fn a_teacher_writes_paper_answers_in_and_leaves_the_ending_to_the_office() {
    let served = Served::new().await;
    propose(&served, &mut served.as_("edith")).await;
    let page = served.as_("rosa").get("/settings/sharing").await.body;
    let request =
        regex::Regex::new("name=\"request\" value=\"([0-9a-f-]{36})\"").expect("a pattern");
    let request = request.captures(&page).expect("it is asked")[1].to_owned();
    let room = served.school.classroom("10Ma1");
    let page = format!("/classrooms/{room}/consents/{request}");
    let mut ada = served.as_("ada");
    let shown = ada.get(&page).await.body;
    assert!(shown.contains("/answers/") && shown.contains("The office asks this"));
    for act in ["close", "remind"] {
        let address = format!("{page}/{act}");
        assert!(!shown.contains(&address), "{act} is not offered");
        let refused = ada.post(&address, &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{act}");
        assert!(refused.body.contains("Sharing by consent"), "{act}");
    }
    let student = served.school.person("zainab");
    let form = [("purpose", "school_request"), ("answer", "yes")];
    let written = ada.post(&format!("{page}/answers/{student}"), &form).await;
    assert_eq!(written.location(), format!("{page}?done=answered"));
}

#[tokio::test]
async fn the_mistakes_of_a_proposal_are_shown_at_once_and_what_was_typed_is_kept() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    propose(&served, &mut edith).await;
    let wrong = edith
        .post("/school/privacy/sharing", &[("purpose", "kept words")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["recipient", "classroom", "given_name", "until"] {
        assert!(
            wrong.body.contains(&format!("href=\"#{field}\"")),
            "{field}"
        );
    }
    assert!(wrong.body.contains("kept words"));
    for day in ["0001-01-01", "9999-12-31", "+262142-12-31"] {
        let wrong = edith
            .post("/school/privacy/sharing", &[("until", day)])
            .await;
        assert!(wrong.body.contains("href=\"#until\""), "{day}");
    }
    let sells = edith
        .post(
            "/school/privacy/sharing/recipients",
            &[("name", "Data Mart")],
        )
        .await;
    assert_eq!(sells.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sells.body.contains("Nobody who sells data gets any"));
}

#[tokio::test]
async fn a_guardian_answers_for_their_own_child_and_for_nobody_elses() {
    let served = Served::new().await;
    propose(&served, &mut served.as_("edith")).await;
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/settings/sharing").await.body;
    let request =
        regex::Regex::new("name=\"request\" value=\"([0-9a-f-]{36})\"").expect("a pattern");
    let request = request.captures(&page).expect("it is asked")[1].to_owned();
    let other = served.school.person("tomos");
    let form = [
        ("purpose", "school_request"),
        ("request", request.as_str()),
        ("answer", "yes"),
    ];
    let refused = rosa
        .post(&format!("/settings/sharing/{other}"), &form)
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_school_takes_part_in_statistics_when_its_lead_says_so_and_not_before() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let page = edith.get("/school/privacy/statistics").await.body;
    assert!(page.contains("does not take part") && page.contains("Nothing was released"));
    let wrong = edith.post("/school/privacy/statistics", &[]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    for (answer, words) in [
        ("agree", "Your school takes part"),
        ("leave", "does not take part"),
    ] {
        let sent = edith
            .post("/school/privacy/statistics", &[("answer", answer)])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        assert!(
            edith
                .get("/school/privacy/statistics")
                .await
                .body
                .contains(words)
        );
    }
}
