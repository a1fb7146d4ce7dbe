//! The lead's registers over HTTP.

use http::StatusCode;

use crate::northgate::first;
use crate::persona::Served;

/// The form of a disclosure that a court asks for.
pub(crate) const A_COURT_ASKS: [(&str, &str); 7] = [
    ("kind", "legal"),
    ("requester", "The family court"),
    ("authority", "Order 12/26"),
    ("basis", "law"),
    ("categories", "marks"),
    ("username", "zainab"),
    ("data_assessment", "yes"),
];

#[tokio::test]
async fn the_registers_are_the_offices_and_their_forms_work() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let breach = [
        ("kind", "confidentiality"),
        ("what", "A list lay in the printer"),
        ("categories", "names"),
    ];
    let sent = edith.post("/school/privacy/breaches", &breach).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/privacy/breaches").await;
    assert!(page.body.contains("A list lay in the printer") && page.body.contains("In time"));
    let cockpit = edith.get("/school/privacy").await;
    assert!(cockpit.body.contains("A breach is open"));
    let wrong = edith
        .post("/school/privacy/breaches", &[("what", "kept words")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("kept words") && wrong.body.contains("href=\"#kind\""));
    let sent = edith
        .post("/school/privacy/disclosures", &A_COURT_ASKS)
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/privacy/disclosures").await;
    assert!(page.body.contains("Zainab Okafor") && page.body.contains("Waits for two approvals"));
    let reviewed = [("activity", "Teaching"), ("months", "12"), ("note", "fine")];
    let sent = edith.post("/school/privacy/activities", &reviewed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    for page in [
        "breaches",
        "disclosures",
        "activities",
        "who-looked",
        "choices",
    ] {
        let path = format!("/school/privacy/{page}");
        assert_eq!(edith.get(&path).await.status, StatusCode::OK, "{path}");
        let teacher = served.as_("ada").get(&path).await;
        assert_eq!(teacher.status, StatusCode::NOT_FOUND, "{path}");
    }
    let let_in = [("hours", "2"), ("reason", "A roster does not come in")];
    let sent = served.as_("desmond").post("/school/support", &let_in).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = edith.get("/school/support").await;
    assert!(page.body.contains("A roster does not come in"));
    assert!(!page.body.contains("End it now"), "an admin ends it");
}

#[tokio::test]
async fn what_is_delegated_stands_on_one_page_and_is_gone_with_the_next_request_once_it_ends() {
    let served = Served::new().await;
    let child = served.school.person("zainab");
    let page = served.as_("zainab").get("/my-data/who-may").await;
    for who in ["Rosa Okafor", "Ada Achterberg", "Bruno Dhillon"] {
        assert!(page.body.contains(who), "{who}");
    }
    assert!(!page.body.contains("Petra"), "another family");
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/my-data/who-may").await;
    assert!(page.body.contains("Zainab Okafor"));
    let looks = format!("/my-data/who-looked?of={child}");
    for words in [
        "the teachers of their classes, the school office, the data protection lead and",
        "while the school lets them in, whoever runs the platform",
        "finds their guardians and teachers by name",
        looks.as_str(),
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert_eq!(rosa.get(&looks).await.status, StatusCode::OK);
    let end = format!("/my-data/who-may/{child}/end");
    let other = served.as_("petra").post(&end, &[]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let ended = rosa.post(&end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    assert_eq!(rosa.get(&looks).await.status, StatusCode::NOT_FOUND);
    let page = served.as_("zainab").get("/my-data/who-may").await;
    assert!(!page.body.contains("Rosa Okafor"));
}

#[tokio::test]
async fn nobody_else_runs_the_platform_before_everybody_was_told_for_30_days() {
    use domain::transfers::{self, Error};
    use vocab::transfers::TransferDraft;
    let served = Served::new().await;
    let school = &served.school;
    let told = TransferDraft {
        company: "Other Learning Ltd".to_owned(),
        reachable_at: "privacy@other.example".to_owned(),
        policy: "https://other.example/privacy".to_owned(),
        words: "Another company takes over in January.".to_owned(),
        words_for_children: "Somebody else will look after this site.".to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    transfers::draft(&tx, told.clone(), school.now())
        .await
        .expect("drafted");
    let twice = transfers::draft(&tx, told.clone(), school.now()).await;
    assert!(matches!(twice, Err(Error::OneIsOpen)));
    let unannounced = transfers::complete(&tx, school.now()).await;
    assert!(matches!(unannounced, Err(Error::NothingToDo)));
    tx.commit().await.expect("kept");
    let quiet = served.as_("rosa").get("/home").await;
    assert!(
        !quiet.body.contains("takes over"),
        "a draft is nobody's to see"
    );

    let tx = school.db.write().await.expect("free");
    transfers::announce(&tx, school.now())
        .await
        .expect("announced");
    tx.commit().await.expect("kept");
    for who in ["rosa", "ada", "desmond", "edith", "olga"] {
        let page = served.as_(who).get("/settings").await;
        assert!(page.body.contains(&told.words), "{who}");
    }
    let child = served.as_("zainab").get("/home").await;
    assert!(child.body.contains(&told.words_for_children) && !child.body.contains(&told.words));
    let public = served.stranger().get("/privacy/transfer").await;
    assert!(public.body.contains("Other Learning Ltd"));
    let rosa = school.person("rosa").to_string();
    let erase = [
        ("about", rosa.as_str()),
        ("kind", "erasure"),
        ("text", "before it changes hands"),
    ];
    let object = [
        ("about", rosa.as_str()),
        ("purpose", "counting"),
        ("answer", "object"),
    ];
    for (form, fields) in [("/my-data", erase), ("/my-data/objections", object)] {
        let sent = served.as_("rosa").post(form, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{form}");
    }

    for (days, is_over) in [(29, false), (1, true)] {
        school.clock.advance(chrono::TimeDelta::days(days));
        let tx = school.db.write().await.expect("free");
        let done = transfers::complete(&tx, school.now()).await;
        assert_eq!(done.is_ok(), is_over);
        assert_eq!(matches!(done, Err(Error::TooEarly(_))), !is_over);
        tx.commit().await.expect("kept");
    }
    let after = served.stranger().get("/privacy/transfer").await;
    assert!(after.body.contains("No change is planned"));
}

#[tokio::test]
async fn what_was_typed_into_a_step_comes_back_under_the_same_line_and_nowhere_else() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    for what in [
        "A letter went to the wrong house",
        "A tablet was left on a bus",
    ] {
        let form = [
            ("kind", "confidentiality"),
            ("what", what),
            ("categories", "names"),
        ];
        let sent = edith.post("/school/privacy/breaches", &form).await;
        assert!(sent.location().contains("done=saved"), "{}", sent.body);
    }
    let page = edith.get("/school/privacy/breaches").await.body;
    let action = regex::Regex::new("/school/privacy/breaches/[^/\"]+/steps").expect("a pattern");
    let first = action.find(&page).expect("a step").as_str().to_owned();
    let form = [
        ("step", "assess"),
        ("risk", "nonsense"),
        ("words", "typed with care"),
    ];
    let again = edith.post(&first, &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let times = again.body.matches("value=\"typed with care\"").count();
    assert_eq!(times, 1, "under its own line, in its own step");
    let field = again.body.find("typed with care").expect("it is there");
    let form = again.body[..field].rfind("action=").expect("its form");
    assert!(again.body[form..].starts_with(&format!("action=\"{first}\"")));
}

#[tokio::test]
async fn what_is_missing_from_a_step_is_marked_at_its_field_and_led_to_from_the_top() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let (breaches, disclosures) = ("/school/privacy/breaches", "/school/privacy/disclosures");
    let lost = [
        ("kind", "availability"),
        ("what", "A tablet was left on a bus"),
        ("categories", "names"),
    ];
    edith.post(breaches, &lost).await;
    edith.post(disclosures, &A_COURT_ASKS).await;
    for (list, step, fields) in [
        (breaches, "assess", &["risk", "words"][..]),
        (disclosures, "not_told", &["words"][..]),
        (disclosures, "refuse", &["words"][..]),
    ] {
        let id = first(list, &edith.get(list).await.body);
        let form = [("step", step), ("risk", ""), ("words", "")];
        let again = edith.post(&format!("{list}/{id}/steps"), &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{step}");
        assert!(again.body.contains("to put right"), "{step}");
        for field in fields {
            let field = format!("{field}-{step}-{id}");
            for part in [format!("href=\"#{field}\""), format!("id=\"{field}\"")] {
                assert_eq!(again.body.matches(&part).count(), 1, "{part}");
            }
        }
        let marked = again.body.matches("aria-invalid=\"true\"").count();
        assert_eq!(marked, fields.len(), "{step}");
        let words = again.body.find(&format!("id=\"words-{step}-{id}\""));
        let before = &again.body[..words.expect("its field")];
        let fold = &before[before.rfind("<details").expect("its fold")..];
        let (fold, _) = fold.split_once('>').expect("it ends");
        assert!(fold.contains(" open"), "{step}: {fold}");
    }
}

#[tokio::test]
async fn an_approved_disclosure_says_what_comes_before_its_file_and_how_to_see_that_it_was_given() {
    let served = Served::new().await;
    let (mut edith, mut desmond) = (served.as_("edith"), served.as_("desmond"));
    let list = "/school/privacy/disclosures";
    edith.post(list, &A_COURT_ASKS).await;
    let id = first(list, &edith.get(list).await.body);
    let (steps, give) = (format!("{list}/{id}/steps"), format!("{list}/{id}/give"));
    let next = "Before the file can be made, say whether the person was told";
    edith.post(&steps, &[("step", "approve")]).await;
    assert!(!edith.get(list).await.body.contains(next), "one is missing");
    desmond.post(&steps, &[("step", "approve")]).await;
    let approved = edith.get(list).await.body;
    assert!(approved.contains(next) && !approved.contains(&give));
    edith.post(&steps, &[("step", "told")]).await;
    let told = edith.get(list).await;
    assert!(!told.body.contains(next));
    assert!(told.form(&give).contains(&format!("href=\"{list}\"")));
    let file = edith.post(&give, &[]).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.body);
    let given = edith.get(list).await.body;
    assert!(given.contains("SHA-256") && !given.contains(&give));
}

#[tokio::test]
async fn every_step_of_a_breach_stands_in_the_register_with_its_words() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let form = [
        ("kind", "confidentiality"),
        ("what", "A letter went to the wrong house"),
        ("categories", "names"),
    ];
    let sent = edith.post("/school/privacy/breaches", &form).await;
    assert!(sent.location().contains("done=saved"), "{}", sent.body);
    let page = edith.get("/school/privacy/breaches").await.body;
    let action = regex::Regex::new("/school/privacy/breaches/[^/\"]+/steps").expect("a pattern");
    let action = action.find(&page).expect("a step").as_str().to_owned();
    for (step, risk, words) in [
        ("assess", "unlikely", "Nobody opened it"),
        ("assess", "near_miss", "It came back closed"),
        ("close", "", "Addresses are read twice now"),
    ] {
        let form = [("step", step), ("risk", risk), ("words", words)];
        let sent = edith.post(&action, &form).await;
        assert!(sent.location().contains("done=saved"), "{}", sent.body);
    }
    let page = edith.get("/school/privacy/breaches").await.body;
    let (_, history) = page.split_once("What was done").expect("it is told");
    let place = |words: &str| history.find(words).unwrap_or_else(|| panic!("{words}"));
    let places = [
        place("Written down"),
        place("Nobody opened it"),
        place("It came back closed"),
        place("Addresses are read twice now"),
    ];
    assert!(places.is_sorted(), "{places:?}");
    assert!(history.contains("Edith Pryce"));
}

#[tokio::test]
async fn what_was_typed_against_one_provider_stands_at_no_other() {
    let served = Served::new().await;
    let now = served.school.now();
    let tx = served.school.db.write().await.expect("free");
    for name in ["First Mail", "Second Mail"] {
        let new = domain::providers::NewProvider {
            name: name.to_owned(),
            purpose: vocab::providers::ProviderPurpose::Mail,
            role: vocab::providers::ProviderRole::Subprocessor,
            kinds: vec!["contact".to_owned()],
            subjects: "staff".to_owned(),
            country: "GB".to_owned(),
            policy_url: "https://mail.example/privacy".to_owned(),
            contract: None,
            clauses: Vec::new(),
            sells_data: false,
        };
        domain::providers::propose(&tx, new, now)
            .await
            .expect("written");
        domain::providers::notify(&tx, name, now)
            .await
            .expect("told");
    }
    tx.commit().await.expect("kept");
    let mut edith = served.as_("edith");
    let page = edith.get("/school/privacy/providers").await.body;
    let action = regex::Regex::new("/school/privacy/providers/[^/\"]+/objection").expect("one");
    let second = action
        .find_iter(&page)
        .nth(1)
        .expect("a second")
        .as_str()
        .to_owned();
    let again = edith.post(&second, &[("reason", "")]).await;
    assert_eq!(again.status, http::StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.body.matches("aria-invalid=\"true\"").count(), 1);
}

#[tokio::test]
async fn a_guardian_is_asked_before_a_tie_of_their_own_ends() {
    let served = Served::new().await;
    let page = served.as_("rosa").get("/my-data/who-may").await.body;
    let button = page.find("/end\"").expect("the form");
    let before = &page[..button];
    assert!(
        before.rfind("<details").expect("a question") > before.rfind("</details>").unwrap_or(0)
    );
    assert!(page.contains("You cannot undo it"));
}

#[tokio::test]
async fn what_is_due_comes_as_a_calendar_for_the_lead_alone_and_names_nobody() {
    let served = Served::new().await;
    let zainab = served.school.person("zainab").to_string();
    let asked = [("about", zainab.as_str()), ("kind", "access")];
    let sent = served.as_("zainab").post("/my-data", &asked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = "/school/privacy/due.ics";
    let mut edith = served.as_("edith");
    let cockpit = edith.get("/school/privacy").await;
    assert!(cockpit.body.contains(page), "it is linked");
    let calendar = edith.get(page).await;
    assert_eq!(calendar.status, StatusCode::OK);
    assert_eq!(
        calendar.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    assert_eq!(calendar.header("cache-control"), "no-store");
    let unfolded = calendar.body.replace("\r\n ", "");
    assert!(unfolded.starts_with("BEGIN:VCALENDAR\r\n") && unfolded.ends_with("END:VCALENDAR\r\n"));
    assert!(unfolded.contains("DTSTART:20261126T100000Z"), "{unfolded}");
    assert!(
        unfolded.contains("(copy of the data) needs a first answer"),
        "{unfolded}"
    );
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 2, "{unfolded}");
    assert!(!unfolded.contains("Zainab") && !unfolded.contains("Okafor"));
    for other in ["ada", "zainab", "rosa"] {
        let refused = served.as_(other).get(page).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
    }
    let south = served.as_("saskia").get(page).await;
    assert_eq!(south.status, StatusCode::OK);
    let reference = unfolded
        .split("Request ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .expect("it has a reference");
    assert!(!south.body.contains(reference), "of her own school alone");
}
