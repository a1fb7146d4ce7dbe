//! The pages that the office gets of the data map: where a kind of data is kept, and the
//! draft of the school's assessment of the risks.

use http::StatusCode;

use crate::persona::Served;

const FIELDS: &str = "/school/privacy/fields";
const DRAFT: &str = "/school/privacy/assessment";
const TABLE: &str = "/school/privacy/assessment.csv";

/// Another period than the built-in one, chosen for students' accounts.
async fn keeps_longer(served: &Served) {
    let chosen = [
        ("rule", "student.account"),
        ("length", "31"),
        ("unit", "months"),
        ("reason", "Leavers come back"),
    ];
    let sent = served
        .as_("edith")
        .post("/school/privacy/retention", &chosen)
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}

const CHOSEN: &str = "31 months after leaving the school, chosen by the school";

#[tokio::test]
async fn the_office_alone_finds_where_data_is_kept_and_gets_the_draft_of_its_assessment() {
    let served = Served::new().await;
    let search = format!("{FIELDS}?find=email");
    for address in [FIELDS, &*search, DRAFT, TABLE] {
        for of_the_office in ["edith", "desmond"] {
            let answer = served.as_(of_the_office).get(address).await;
            assert_eq!(answer.status, StatusCode::OK, "{of_the_office}: {address}");
        }
        for other in ["ada", "zainab", "rosa", "olga", "sam", "sid", "gus"] {
            let refused = served.as_(other).get(address).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}: {address}");
        }
        let stranger = served.stranger().get(address).await;
        let is_sent_on = stranger.location().starts_with("/sign-in");
        assert!(
            is_sent_on || stranger.status == StatusCode::UNAUTHORIZED,
            "{address}: {}",
            stranger.status
        );
    }
}

#[tokio::test]
async fn a_kind_of_data_is_told_with_the_schools_own_period_and_no_other_schools() {
    let served = Served::new().await;
    keeps_longer(&served).await;
    let search = format!("{FIELDS}?find=Given+name");
    let found = served.as_("edith").get(&search).await.body;
    for words in [
        "person: given_name",
        "Names and year group",
        "Knowing who belongs to the school and to which class",
        "UK GDPR Article 6(1)(e)",
        CHOSEN,
        "none outside the school",
        "In the copy",
        "It is emptied, and its row stays",
        "Not sealed: whoever holds the database can read it",
        "value=\"Given name\"",
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
    for name in ["Zainab", "Okafor"] {
        assert!(!found.contains(name), "nobody's data is searched");
    }
    let theirs = served.as_("saskia").get(&search).await.body;
    assert!(!theirs.contains(CHOSEN));
    let is_own = theirs.contains("6 months after leaving the school, chosen by the school");
    assert!(is_own, "Southbank chose this one");
}

#[tokio::test]
async fn what_is_kept_nowhere_is_said_to_be_nowhere_and_what_was_typed_stands_there() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let nothing = edith.get(&format!("{FIELDS}?find=birth")).await;
    assert_eq!(nothing.status, StatusCode::OK);
    assert!(nothing.body.contains("Nothing is called so"));
    assert!(nothing.body.contains("such as e-mail, mark or device"));
    let typed = edith.get(&format!("{FIELDS}?find=%3Cb%3Ezz")).await.body;
    assert!(typed.contains("&lt;b&gt;zz") && !typed.contains("<b>zz"));
    let empty = edith.get(&format!("{FIELDS}?find=+")).await.body;
    assert!(!empty.contains("Nothing is called so") && !empty.contains("id=\"kind-1\""));
}

#[tokio::test]
async fn the_draft_names_its_measures_with_promises_and_tests_and_leaves_the_rest_to_the_school() {
    let served = Served::new().await;
    keeps_longer(&served).await;
    let mut edith = served.as_("edith");
    let page = edith.get(DRAFT).await.body;
    let table = edith.get(TABLE).await;
    assert!(table.header("content-type").starts_with("text/csv"));
    let promises = app::notices::promises_by_id();
    for text in [&page, &table.body] {
        for words in [
            "This is a draft. It does not replace your judgement.",
            "Northgate",
            "24 November 2026",
            "Teaching: set work, answers, marks and feedback",
            "Badges for young students",
            "No other system is declared.",
            "Somebody gets hold of the database, of a backup or of a disk",
            "Who leads this assessment",
            "Remaining risks accepted by, on",
            CHOSEN,
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for id in domain::notice::promises_named() {
            assert!(text.contains(id), "{id}");
        }
    }
    for id in domain::notice::promises_named() {
        for test in &promises[id].tests {
            assert!(table.body.contains(test.as_str()), "{id}: {test}");
        }
    }
    assert!(page.contains("For your school to write"));
    let theirs = served.as_("saskia").get(DRAFT).await.body;
    assert!(theirs.contains("Southbank") && !theirs.contains("Northgate"));
    assert!(!theirs.contains(CHOSEN));
}

/// The number that stands on the page of a draft.
fn number_on(page: &str) -> String {
    let number = regex::Regex::new("<code>([0-9a-f]{12})</code>").expect("a pattern");
    number.captures(page).expect("it stands there")[1].to_owned()
}

#[tokio::test]
async fn the_number_on_an_older_assessment_tells_whether_anything_has_changed() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let page = edith.get(DRAFT).await.body;
    let number = number_on(&page);
    assert!(edith.get(TABLE).await.body.contains(&number));
    let compare = format!("{DRAFT}?was={number}");
    let same = edith.get(&compare).await.body;
    assert!(same.contains("Nothing has changed") && !same.contains("Something has changed"));
    keeps_longer(&served).await;
    let other = edith.get(&compare).await.body;
    assert!(other.contains("Something has changed"));
    assert!(!page.contains("has changed"), "nobody asked");
}

/// A school on a server that somebody of this name runs.
async fn run_by(name: &str) -> Served {
    Served::configured(None, |config| {
        name.clone_into(&mut config.legal_entity.name);
    })
    .await
}

#[tokio::test]
async fn the_number_of_a_draft_is_another_where_somebody_else_runs_the_platform() {
    let first = run_by("First Operator Ltd").await;
    let page = first.as_("edith").get(DRAFT).await.body;
    let compare = format!("{DRAFT}?was={}", number_on(&page));
    let again = run_by("First Operator Ltd").await;
    let same = again.as_("edith").get(&compare).await.body;
    assert!(same.contains("First Operator Ltd") && same.contains("Nothing has changed"));
    let second = run_by("Second Operator CIC").await;
    let other = second.as_("edith").get(&compare).await.body;
    assert!(other.contains("Second Operator CIC") && other.contains("Something has changed"));
}

#[tokio::test]
async fn what_is_no_number_of_a_draft_is_said_to_be_mistyped_and_nothing_else() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let number = number_on(&edith.get(DRAFT).await.body);
    let short = &number[1..];
    let (long, foreign) = (format!("{number}0"), format!("{short}g"));
    for typed in ["abc", short, &*long, &*foreign] {
        let told = edith.get(&format!("{DRAFT}?was={typed}")).await.body;
        assert!(told.contains("That is no number of a draft"), "{typed}");
        assert!(!told.contains("has changed"), "{typed}");
        assert!(told.contains(&format!("value=\"{typed}\"")), "{typed}");
    }
    for typed in [number.to_uppercase(), format!("+{number}+")] {
        let told = edith.get(&format!("{DRAFT}?was={typed}")).await.body;
        assert!(told.contains("Nothing has changed"), "{typed}");
    }
    let other = edith.get(&format!("{DRAFT}?was=000000000000")).await.body;
    assert!(other.contains("Something has changed") && !other.contains("no number of a draft"));
}
