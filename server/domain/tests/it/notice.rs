//! What is made of the data map for readers outside: the record of processing and the
//! retention table, committed so that a change of either is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use datamap::{Category, Due, due, registry};
use domain::notice::{self, Recipient};
use domain::retention;
use serde_json::Value;
use test_kit::School;

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
