//! Consents over HTTP: the choices, their receipts, and what a school asks once.

use http::StatusCode;
use sea_orm::ConnectionTrait as _;

use crate::northgate::first;
use crate::persona::{Persona, Served};

/// Answers a choice about a child, on the page of choices.
async fn say(who: &mut Persona, child: &str, purpose: &str, answer: &str) {
    let form = [("purpose", purpose), ("answer", answer)];
    let said = who.post(&format!("/consents/{child}"), &form).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
}

/// Makes Rosa a second guardian of Mei; answers Mei's id.
async fn with_a_second_guardian(served: &Served) -> String {
    let mei = served.school.person("mei");
    let tied = served
        .as_("desmond")
        .post(&format!("/people/{mei}/guardians"), &[("guardian", "rosa")])
        .await;
    assert_eq!(tied.status, StatusCode::SEE_OTHER, "{}", tied.body);
    mei.to_string()
}

#[tokio::test]
async fn no_page_of_a_consent_names_another_guardian() {
    let served = Served::new().await;
    let mei = with_a_second_guardian(&served).await;
    let (mut petra, mut rosa) = (served.as_("petra"), served.as_("rosa"));
    say(&mut petra, &mei, "photos_in_public", "yes").await;
    let own = petra.get("/settings/privacy").await.body;
    let receipt = format!("/privacy/receipts/{}", first("/privacy/receipts", &own));
    let told = petra.get(&receipt).await.body;
    assert!(told.contains("Petra Griffiths, as a guardian"), "{told}");
    for path in [
        "/settings/privacy".to_owned(),
        receipt.clone(),
        format!("{receipt}/receipt.json"),
        format!("{receipt}/receipt.jsonld"),
    ] {
        let page = rosa.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("Petra"), "{path}: {}", page.body);
        assert!(!page.body.contains("Griffiths"), "{path}");
    }
    let told = rosa.get(&receipt).await.body;
    assert!(told.contains("Another guardian"), "{told}");
}

#[tokio::test]
async fn a_yes_on_paper_after_a_no_asks_whether_the_no_is_over() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let consents = format!("/classrooms/{room}/consents");
    let mut ada = served.as_("ada");
    let trip = [("title", "Trip to the museum"), ("details", "By coach")];
    let asked = ada.post(&consents, &trip).await;
    let page = asked
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    let of_zainab = format!("{page}/answers/{}", served.school.person("zainab"));
    assert!(!ada.get(&page).await.body.contains("lifts_no"));
    let words = "that a guardian of Tomos Griffiths signed?";
    assert!(ada.get(&page).await.body.contains(words));
    let db = served.school.db.read();
    db.execute_unprepared("UPDATE person SET year_group = '12' WHERE given_name = 'Tomos'")
        .await
        .expect("he is sixteen");
    let shown = ada.get(&page).await.body;
    assert!(!shown.contains(words), "he signs himself");
    assert!(shown.contains("What does the paper say that Tomos Griffiths signed?"));
    ada.post(&of_zainab, &[("answer", "no")]).await;
    assert!(ada.get(&page).await.body.contains("name=\"lifts_no\""));
    let refused = ada.post(&of_zainab, &[("answer", "yes")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("A guardian said no on paper"));
    let lifted = ada
        .post(&of_zainab, &[("answer", "yes"), ("lifts_no", "yes")])
        .await;
    assert_eq!(lifted.location(), format!("{page}?done=answered"));
    assert!(!ada.get(&page).await.body.contains("lifts_no"));
}

#[tokio::test]
async fn a_child_has_a_no_before_anybody_answered_and_takes_it_back_by_a_form() {
    let served = Served::new().await;
    let choices = "/settings/privacy";
    let id = served.school.person("mei").to_string();
    let photos = format!("/classrooms/{}/photos", served.school.classroom("8Sc1"));
    let (mut mei, mut petra) = (served.as_("mei"), served.as_("petra"));
    let mut cleo = served.as_("cleo");
    // Mei is in year 8: her guardian answers, and she is heard with a no.
    let page = mei.get(choices).await.body;
    assert!(page.contains("You can always say no yourself."));
    assert!(page.contains(r#"name="answer" value="no""#));
    assert!(!page.contains(r#"name="answer" value="yes""#));
    assert!(!page.contains("Take my no back"));
    say(&mut petra, &id, "photos_in_public", "yes").await;
    say(&mut mei, &id, "photos_in_public", "no").await;
    assert_eq!(yeses(&mut cleo, &photos, "Mei Cheung").await, Some(0));
    let page = mei.get(choices).await.body;
    assert!(page.contains("Take my no back"));
    assert!(page.contains("it is as if you had not answered"));
    let form = [("purpose", "photos_in_public"), ("answer", "take_back")];
    let address = format!("/consents/{id}");
    let not_hers = petra.post(&address, &form).await;
    assert_eq!(not_hers.status, StatusCode::CONFLICT);
    assert!(not_hers.body.contains("there is nothing to take back"));
    let outsider = served.as_("rosa").post(&address, &form).await;
    assert_eq!(outsider.status, StatusCode::NOT_FOUND);
    say(&mut mei, &id, "photos_in_public", "take_back").await;
    assert_eq!(yeses(&mut cleo, &photos, "Mei Cheung").await, Some(1));
    let page = mei.get(choices).await.body;
    assert!(page.contains("You took a no back") && !page.contains("Take my no back"));
}

/// How often a student's row of the page says yes; none where they are not on it.
async fn yeses(reader: &mut Persona, path: &str, name: &str) -> Option<usize> {
    let page = reader.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    let (_, row) = page.body.split_once(name)?;
    let row = row.split("</tr>").next()?;
    Some(row.matches("Yes").count())
}

#[tokio::test]
async fn a_photo_consent_that_is_taken_back_is_gone_from_the_classrooms_list_at_once() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let path = format!("/classrooms/{room}/photos");
    let id = served.school.person("zainab").to_string();
    let (mut ada, mut zainab) = (served.as_("ada"), served.as_("zainab"));
    let people = ada.get(&format!("/classrooms/{room}/people")).await.body;
    assert!(people.contains(&path), "it is found from the people");
    assert_eq!(yeses(&mut ada, &path, "Zainab Okafor").await, Some(0));
    for purpose in ["photos_in_school", "photos_in_public"] {
        say(&mut zainab, &id, purpose, "yes").await;
    }
    assert_eq!(yeses(&mut ada, &path, "Zainab Okafor").await, Some(2));
    say(&mut zainab, &id, "photos_in_school", "no").await;
    assert_eq!(yeses(&mut ada, &path, "Zainab Okafor").await, Some(1));
    say(&mut served.as_("rosa"), &id, "photos_in_public", "no").await;
    assert_eq!(yeses(&mut ada, &path, "Zainab Okafor").await, Some(0));
    let restricted = [("username", "zainab"), ("ground", "asked")];
    let mut edith = served.as_("edith");
    edith
        .post("/school/privacy/restrictions", &restricted)
        .await;
    assert_eq!(yeses(&mut ada, &path, "Zainab Okafor").await, None);
    assert_eq!(yeses(&mut edith, &path, "Tomos Griffiths").await, Some(0));
}

#[tokio::test]
async fn the_list_of_photos_has_the_words_of_the_consents_and_says_so_where_nobody_is_left() {
    let served = Served::new().await;
    let path = format!("/classrooms/{}/photos", served.school.classroom("8Sc1"));
    let mut cleo = served.as_("cleo");
    let page = cleo.get(&path).await.body;
    for words in [
        "Photos inside the school",
        "Photos in public",
        "Only who has a Yes here may be photographed",
        "Mei Cheung",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let restricted = [("username", "mei"), ("ground", "asked")];
    let mut edith = served.as_("edith");
    edith
        .post("/school/privacy/restrictions", &restricted)
        .await;
    let page = cleo.get(&path).await.body;
    assert!(page.contains("Nobody may be photographed"), "{page}");
    assert!(!page.contains("No students yet") && !page.contains("Mei Cheung"));
}

#[tokio::test]
async fn who_may_be_photographed_is_shown_to_nobody_outside_and_costs_the_same_for_any_class() {
    let served = Served::new().await;
    let path = |room: &str| format!("/classrooms/{}/photos", served.school.classroom(room));
    let signed_out = served.stranger().get(&path("10Ma1")).await;
    assert!(!signed_out.body.contains("Zainab"));
    assert_ne!(signed_out.status, StatusCode::OK);
    for (reader, status) in [
        ("cleo", StatusCode::NOT_FOUND),
        ("sam", StatusCode::NOT_FOUND),
        ("saskia", StatusCode::NOT_FOUND),
        ("olga", StatusCode::NOT_FOUND),
        ("zainab", StatusCode::FORBIDDEN),
        ("rosa", StatusCode::FORBIDDEN),
    ] {
        let refused = served.as_(reader).get(&path("10Ma1")).await;
        assert_eq!(refused.status, status, "{reader}");
        assert!(!refused.body.contains("Tomos"), "{reader}");
    }
    let mut desmond = served.as_("desmond");
    let mut taken = Vec::new();
    for room in ["10Ma1", "8Sc1"] {
        desmond.get(&path(room)).await;
        taken.push(desmond.get(&path(room)).await.statements());
    }
    assert_eq!(taken[0], taken[1], "three students, and one");
}

#[tokio::test]
async fn the_lead_keeps_a_signed_statement_of_the_record_and_compares_it_later() {
    let served = Served::new().await;
    let page = "/school/privacy/record.txt";
    let mut edith = served.as_("edith");
    let early = edith.get(page).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    let early = edith.get("/school/privacy").await.body;
    assert!(early.contains("Nothing is signed yet") && !early.contains(page));
    let mei = served.school.person("mei").to_string();
    say(&mut served.as_("petra"), &mei, "photos_in_public", "yes").await;
    let tx = served.school.db.write().await.expect("free");
    let signer = domain::consent::Signer::new([7; 32]);
    let now = served.school.now();
    domain::consent::sign_checkpoint(&tx, served.school.id, &signer, now)
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
    assert!(edith.get("/school/privacy").await.body.contains(page));
    let statement = edith.get(page).await;
    assert_eq!(statement.status, StatusCode::OK);
    assert_eq!(
        statement.header("content-disposition"),
        "attachment; filename=\"record.txt\""
    );
    for other in ["ada", "petra"] {
        let refused = served.as_(other).get(page).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
    }
    let form = edith.get("/school/privacy").await.body;
    assert!(form.contains("method=\"post\" action=\"/school/privacy#record\""));
    let mail = format!("{}\n{}", "Received: ".repeat(7_000), statement.body);
    for kept in [statement.body.as_str(), mail.as_str()] {
        let same = edith.post("/school/privacy", &[("kept", kept)]).await;
        assert_eq!(same.status, StatusCode::OK);
        assert!(same.body.contains("The record still holds what was signed"));
    }
    let changed = statement.body.replace("entries 1", "entries 2");
    let changed = edith
        .post("/school/privacy", &[("kept", changed.as_str())])
        .await;
    assert!(changed.body.contains("no statement of this server"));
}

#[tokio::test]
async fn the_lead_checks_the_record_and_is_told_at_which_entry_it_is_broken() {
    let served = Served::new().await;
    let mei = served.school.person("mei").to_string();
    for answer in ["yes", "no", "yes"] {
        say(&mut served.as_("petra"), &mei, "photos_in_public", answer).await;
    }
    let (page, check) = ("/school/privacy", "/school/privacy?check=on");
    let mut edith = served.as_("edith");
    let unasked = edith.get(page).await.body;
    assert!(unasked.contains("href=\"/school/privacy?check=on#record\""));
    assert!(!unasked.contains("The record holds"));
    let whole = edith.get(check).await.body;
    assert!(whole.contains("The record holds"), "{whole}");
    assert!(whole.contains("3 entries are as they were written"));
    let db = served.school.db.read();
    // Whoever has the database's file takes its guard away first.
    let unguarded = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => "ALTER TABLE consent_event DISABLE TRIGGER USER",
        _ => "DROP TRIGGER keep_consent_event_as_it_is",
    };
    let changed =
        "UPDATE consent_event SET kind = 'refused' WHERE seq = 2 AND entry_hash != 'south'";
    for statement in [unguarded, changed] {
        db.execute_unprepared(statement).await.expect("changed");
    }
    let broken = edith.get(check).await;
    assert_eq!(broken.status, StatusCode::OK, "the page stays open");
    let told = broken.body;
    assert!(told.contains("The record is broken at entry 2"), "{told}");
    assert!(told.contains("Reason: it was changed after it was written."));
    assert!(told.contains("call whoever runs this server"));
    assert!(!told.contains("The record holds"));
    for other in ["ada", "petra"] {
        let refused = served.as_(other).get(check).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn the_signature_beside_a_receipt_is_of_the_bytes_that_are_served() {
    let served = Served::new().await;
    let mei = served.school.person("mei").to_string();
    let mut petra = served.as_("petra");
    say(&mut petra, &mei, "photos_in_public", "yes").await;
    let own = petra.get("/settings/privacy").await.body;
    let receipt = format!("/privacy/receipts/{}", first("/privacy/receipts", &own));
    let document = petra.get(&format!("{receipt}/receipt.jsonld")).await;
    assert_eq!(document.header("content-type"), "application/ld+json");
    let signature = petra.get(&format!("{receipt}/receipt.jws")).await;
    assert_eq!(signature.header("content-type"), "application/jose");
    let signer = domain::consent::Signer::new([7; 32]);
    assert_eq!(
        signature.body,
        domain::consent::detached(&signer, &document.body)
    );
    let json = petra.get(&format!("{receipt}/receipt.json")).await.body;
    assert!(
        json.contains(&signer.public_key()),
        "with the key beside it"
    );
}

#[tokio::test]
async fn a_no_after_a_yes_stands_as_a_no_and_never_as_a_no_that_was_taken_back() {
    let served = Served::new().await;
    let id = served.school.person("mei").to_string();
    let mut petra = served.as_("petra");
    say(&mut petra, &id, "photos_in_public", "yes").await;
    say(&mut petra, &id, "photos_in_public", "no").await;
    let page = petra.get("/settings/privacy").await.body;
    assert!(page.contains("Take my no back"));
    assert!(!page.contains("Taken back"), "{page}");
    let receipt = format!("/privacy/receipts/{}", first("/privacy/receipts", &page));
    let told = petra.get(&receipt).await.body;
    assert!(told.contains("No: the yes is taken back"), "{told}");
}

#[tokio::test]
async fn who_asked_sees_a_yes_that_ended_where_the_guardian_who_took_it_back_reads_no() {
    let served = Served::new().await;
    let room = served.school.classroom("10Ma1");
    let trip = [("title", "Trip to the museum"), ("details", "By coach")];
    let mut ada = served.as_("ada");
    let asked = ada
        .post(&format!("/classrooms/{room}/consents"), &trip)
        .await;
    let page = asked
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    let request = page.rsplit('/').next().expect("an id").to_owned();
    let child = served.school.person("zainab");
    let mut rosa = served.as_("rosa");
    for answer in ["yes", "no"] {
        let form = [
            ("purpose", "school_request"),
            ("request", request.as_str()),
            ("answer", answer),
        ];
        let said = rosa.post(&format!("/consents/{child}"), &form).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    }
    let answers = ada.get(&page).await.body;
    assert_eq!(answers.matches("Yes, taken back").count(), 1, "{answers}");
    let own = rosa.get("/settings/privacy").await.body;
    assert!(own.contains("Trip to the museum"));
    assert!(!own.contains("taken back"), "{own}");
}

#[tokio::test]
async fn a_guardian_reads_what_their_no_does_where_the_student_says_yes_themselves() {
    let served = Served::new().await;
    // Zainab is in year 10.
    let page = served.as_("rosa").get("/settings/privacy").await.body;
    assert!(page.contains("They are old enough to answer this themselves."));
    let what_it_does = "While your no holds, nothing is done, even if they say yes.";
    assert_eq!(page.matches(what_it_does).count(), 3, "{page}");
    assert!(page.contains("Keep work after leaving school"));
    let own = served.as_("zainab").get("/settings/privacy").await.body;
    assert!(!own.contains(what_it_does));
}

#[tokio::test]
async fn a_young_child_reads_what_goes_on_in_their_own_words_and_no_law() {
    let served = Served::new().await;
    let young = served.as_("sid").get("/settings/privacy").await.body;
    let older = served.as_("zainab").get("/settings/privacy").await.body;
    let law = "UK GDPR Article";
    assert!(older.contains(law) && !young.contains(law), "{young}");
    let words = "So that you get your work and your teacher can help you.";
    assert!(young.contains(words) && !older.contains(words), "{young}");
}
