//! What is made of the data map for readers: the record of processing, the retention table
//! and the draft of an assessment, committed so that a change of any is seen; and where a
//! kind of data is kept.

mod switches;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use datamap::{Category, Due, due, registry};
use domain::notice::{self, Assessment, Found, Recipient, Says};
use domain::schools::policy::Action;
use domain::{access, providers, retention};
use serde_json::Value;
use test_kit::{CANARY, School};
use vocab::retention::{PeriodUnit, ValidPeriod};

use crate::access::compare;

/// A company at home and one abroad.
fn receivers() -> Vec<Recipient> {
    let words = |kinds: &[Category]| -> BTreeSet<String> {
        kinds.iter().map(|kind| kind.words().to_owned()).collect()
    };
    vec![
        Recipient {
            name: "Example Host".to_owned(),
            does: "Runs the machines".to_owned(),
            country: "GB".to_owned(),
            allowed_by: None,
            kinds: words(&[Category::Identity, Category::Work]),
        },
        Recipient {
            name: "Example Mail".to_owned(),
            does: "Carries mail".to_owned(),
            country: "IE".to_owned(),
            allowed_by: Some("Adequacy regulations until 1 September 2027".to_owned()),
            kinds: words(&[Category::Contact]),
        },
    ]
}

/// The same with the fields of every object by name: how JSON keeps them depends on the build.
fn by_name(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            let sorted = sorted.into_iter();
            Value::Object(
                sorted
                    .map(|(name, value)| (name.clone(), by_name(value)))
                    .collect(),
            )
        }
        Value::Array(all) => Value::Array(all.iter().map(by_name).collect()),
        other => other.clone(),
    }
}

#[test]
fn the_record_of_processing_changes_only_where_somebody_sees_it() {
    let receivers = receivers();
    compare(
        "record_of_processing.csv",
        &notice::record_csv(None, &receivers),
    );
    let linked = by_name(&notice::record_json_ld(&receivers));
    let linked = serde_json::to_string_pretty(&linked).expect("JSON");
    compare("record_of_processing.jsonld", &format!("{linked}\n"));
}

#[tokio::test]
async fn the_retention_table_changes_only_where_somebody_sees_it() {
    let school = School::new().await;
    let mut told = "How long everything is kept, as it is built in\n".to_owned();
    let lines = retention::told(school.db.read(), None).await;
    for line in lines.expect("the schedule is built in") {
        let bounds = line.bounds.as_deref().unwrap_or("nothing else");
        let _ = write!(told, "\n{}: {}\n", line.code, line.period);
        let _ = writeln!(told, "  whose: {}", line.whose);
        let _ = writeln!(told, "  what: {}", line.what);
        let _ = writeln!(told, "  a school may choose: {bounds}");
    }
    told.push_str("\nFrom when the rows of each table count\n\n");
    let tables = registry();
    for table in &tables {
        let counts = match due(&tables, table).expect("every table says it") {
            Due::WithPerson => "with the person".to_owned(),
            Due::WithParent => "with the row that they hang on".to_owned(),
            Due::After(moments, rules) => {
                let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
                format!("{} after {}", codes.join(", "), moments.join(", else "))
            }
            Due::Otherwise(why) => why.to_owned(),
        };
        let _ = writeln!(told, "{}: {counts}", table.table);
    }
    compare("retention.txt", &told);
}

/// The draft of an assessment as it is now, for somebody of the office.
async fn draft(school: &School, who: &str) -> Assessment {
    let actor = school.actor(who);
    let door = access::school(&actor, Action::HandleRequests).expect("of the office");
    notice::assessment(school.db.read(), &actor, &door, school.now())
        .await
        .expect("the database answers")
}

#[tokio::test]
async fn the_draft_of_an_assessment_changes_only_where_somebody_sees_it() {
    let school = School::new().await;
    crate::providers::carries_mail(&school).await;
    let draft = draft(&school, "edith").await;
    compare("assessment.csv", &draft.csv(&[], str::to_owned));
}

/// The answers of a draft to a question in the entry with this title.
fn answers<'a>(draft: &'a Assessment, title: &str, what: &str) -> Vec<&'a str> {
    let entries = draft.parts.iter().flat_map(|part| &part.entries);
    let lines = entries
        .filter(|entry| entry.title == title)
        .flat_map(|entry| &entry.lines);
    lines
        .filter(|line| line.what == what)
        .filter_map(|line| match &line.says {
            Says::Words(words) => Some(words.as_str()),
            Says::Promised(..) | Says::School => None,
        })
        .collect()
}

#[tokio::test]
async fn a_company_is_named_with_the_kinds_of_data_that_it_may_be_given_and_no_others() {
    let school = School::new().await;
    crate::providers::carries_mail(&school).await;
    let draft = draft(&school, "edith").await;
    let teaching = "Teaching: set work, answers, marks and feedback";
    let receives = |title: &str| answers(&draft, title, "Who receives it");
    assert_eq!(
        receives(teaching),
        ["Example Mail: Carries mail (GB), may be given: When somebody did something"]
    );
    assert_eq!(
        receives("Letting people sign in"),
        [
            "Example Mail: Carries mail (GB), may be given: Username and the fingerprint of a password; When somebody did something"
        ]
    );
    let kinds = answers(&draft, teaching, "Kinds of data");
    assert!(kinds[0].contains(Category::Assessment.words()), "{kinds:?}");

    let record = notice::record_csv(None, &receivers());
    let line = record.lines().find(|line| line.contains(teaching));
    let told =
        "\"Example Host: Runs the machines (GB), may be given: What students write and hand in\"";
    assert!(line.is_some_and(|line| line.contains(told)), "{record}");
}

#[tokio::test]
async fn every_personal_column_stands_in_the_draft_of_an_assessment_with_its_kind_and_basis() {
    let school = School::new().await;
    let draft = draft(&school, "edith").await;
    let processed = draft.parts.iter().find(|part| part.id == "processed");
    let entries = &processed.expect("the part is there").entries;
    for table in registry() {
        for (column, class) in &table.columns {
            let (Some(purpose), Some(basis)) = (class.purpose, class.lawful_basis) else {
                continue;
            };
            let of = format!("{}.{column}", table.table);
            let entry = entries.iter().find(|entry| entry.title == purpose.words());
            let lines = &entry.unwrap_or_else(|| panic!("{of}: no such use")).lines;
            let says = |what: &str, words: &str| {
                lines.iter().any(|line| {
                    line.what == what
                        && matches!(&line.says, Says::Words(said) if said.contains(words))
                })
            };
            assert!(says("Kinds of data", class.category.words()), "{of}");
            assert!(says("What allows it", basis.words()), "{of}");
        }
    }
}

#[tokio::test]
async fn the_number_of_a_draft_is_another_as_soon_as_a_company_a_period_or_a_choice_is() {
    let school = School::new().await;
    let number = async || draft(&school, "edith").await.number(&[], str::to_owned);
    let mut numbers = vec![number().await];
    crate::providers::carries_mail(&school).await;
    numbers.push(number().await);

    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let longer = ValidPeriod {
        rule: "student.account".to_owned(),
        length: 24,
        unit: PeriodUnit::Months,
        reason: "Leavers come back".to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    retention::choose(&tx, &lead, longer, school.now())
        .await
        .expect("within the bounds");
    tx.commit().await.expect("kept");
    numbers.push(number().await);

    let tx = school.db.write().await.expect("free");
    providers::begin_uk_only(&tx, &lead, school.now())
        .await
        .expect("wished");
    tx.commit().await.expect("kept");
    numbers.push(number().await);

    let different: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(different.len(), 4, "{numbers:?}");
    let again = draft(&school, "edith").await;
    let unchanged = again.number(&[], str::to_owned);
    assert_eq!(Some(&unchanged), numbers.last(), "nothing has changed");
    assert!(notice::is_number(&unchanged), "{unchanged}");
    let told = again.csv(&[], str::to_owned);
    assert!(told.contains("24 months after leaving the school, chosen by the school"));
    assert!(!told.contains(CANARY), "Southbank's");
    let theirs = draft(&school, "saskia").await.csv(&[], str::to_owned);
    assert!(!theirs.contains("24 months after leaving the school"));
    assert!(theirs.contains("6 months after leaving the school, chosen by the school"));
}

#[tokio::test]
async fn the_number_of_a_draft_is_another_as_soon_as_a_promise_or_a_name_on_it_is() {
    let school = School::new().await;
    let draft = draft(&school, "edith").await;
    let says = |id: &str| format!("{id}: as it was");
    let north = [("School", "Northgate"), ("Run by", "Example Ltd")];
    let number = draft.number(&north, says);
    assert_eq!(number, draft.number(&north, says));
    for id in notice::promises_named() {
        let other = draft.number(&north, |asked| {
            let words = if asked == id {
                "as it is now"
            } else {
                "as it was"
            };
            format!("{asked}: {words}")
        });
        assert_ne!(number, other, "{id}");
    }
    let renamed = [("School", "Southgate"), ("Run by", "Example Ltd")];
    let taken_over = [("School", "Northgate"), ("Run by", "Other Ltd")];
    for around in [renamed, taken_over] {
        assert_ne!(number, draft.number(&around, says), "{around:?}");
    }
}

/// What is called so, as it is built in, with nobody who receives anything.
fn found(find: &str) -> Found {
    notice::search(find, &[], &[])
}

#[test]
fn every_personal_column_is_found_by_its_name() {
    for table in registry() {
        for (column, class) in &table.columns {
            if !class.is_personal() {
                continue;
            }
            let name = format!("{}.{column}", table.table);
            let found = found(&name);
            let is_there = found
                .kinds
                .iter()
                .flat_map(|kind| &kind.places)
                .any(|(known, columns)| *known == table.table && columns.contains(column));
            assert!(is_there, "{name}");
            for kind in found.kinds {
                assert_eq!(kind.facts.len(), 10, "{name}: {:?}", kind.facts);
            }
        }
    }
}

#[test]
fn a_kind_of_data_is_found_by_what_it_is_and_what_it_is_for_and_in_every_store() {
    let places = |find: &str| -> BTreeSet<String> {
        let places = found(find).kinds.into_iter().flat_map(|kind| kind.places);
        places.map(|(table, _)| table.to_owned()).collect()
    };
    assert!(places("E-mail").contains("person"), "as English writes it");
    assert_eq!(found("E-mail"), found("email"), "one letter is no word");
    for find in ["hand-in", "hand-ins", "Hand_in"] {
        assert!(places(find).contains("submission"), "{find}");
    }
    for find in ["sign-in", "sign-ins"] {
        assert_eq!(places(find), places("sign in"), "{find}");
        assert!(places(find).contains("session"), "{find}");
    }
    assert!(places("sign-zebra").is_empty(), "of a word all parts");
    assert!(places("health").contains("access_arrangement"));
    assert!(places("keeping strangers out").contains("security_event"));
    assert!(places("marks feedback").contains("mark"));

    let stores = |find: &str| -> Vec<&str> {
        let found = found(find).elsewhere.into_iter();
        found.map(|store| store.store).collect()
    };
    assert!(stores("photos").contains(&"Files"));
    assert!(stores("invitation link").contains(&"The server's log"));
    assert!(stores("token").contains(&"Mails"));
    assert!(stores("instructions").contains(&"Record of changes"));
    assert!(stores("cookie").contains(&"Browsers"));

    let nobodys = found("provider country").nobodys;
    assert_eq!(nobodys, [("provider", vec!["country"])]);
}

#[test]
fn a_telephone_number_is_found_where_somebody_may_have_left_one() {
    for find in ["telephone", "Telephone numbers", "phone", "mobile"] {
        let kinds = found(find).kinds.into_iter();
        let places: BTreeSet<_> = kinds.flat_map(|kind| kind.places).collect();
        let expected = ["declaration", "rights_request"].map(|table| (table, vec!["contact"]));
        assert_eq!(places, BTreeSet::from(expected), "{find}");
    }
}

#[test]
fn what_is_kept_nowhere_is_found_nowhere_and_nothing_is_found_for_nothing() {
    for find in ["birth", "ip", "", "  ", "_", "-", "--"] {
        assert!(found(find).is_empty(), "{find}: {:?}", found(find));
    }
}
