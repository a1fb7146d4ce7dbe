//! The tables and fields that a copy can have, committed so that a change of them is seen,
//! and that every copy keeps to them.

use std::fmt::Write as _;

use domain::export;
use serde_json::Value;
use test_kit::School;

use super::{at_work, copy_of, text};
use crate::access::compare;

#[test]
fn the_tables_and_fields_of_a_copy_change_only_where_somebody_sees_it() {
    let mut told = "What a copy of somebody's data can hold, table by table\n".to_owned();
    for group in export::outline().groups {
        let _ = write!(told, "\n{}\n", group.table);
        for (column, class) in group.columns {
            let kind = class.category.words();
            let _ = writeln!(told, "  {column}: {:?} ({kind})", class.on_export);
        }
    }
    compare("export_schema.txt", &told);
}

#[tokio::test]
async fn the_schema_of_every_copy_is_a_part_of_the_whole_one() {
    let school = School::new().await;
    at_work(&school).await;
    let whole = export::outline();
    for who in ["zainab", "rosa", "ada"] {
        let schema = text(&mut copy_of(&school, who, who).await, "schema.json");
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let tables = schema["properties"].as_object().expect("tables");
        assert!(!tables.is_empty(), "{who}");
        for (table, rows) in tables {
            let group = whole.groups.iter().find(|group| group.table == table);
            let group = group.unwrap_or_else(|| panic!("{table} of {who}"));
            let known: Vec<&str> = group.columns.iter().map(|(column, _)| *column).collect();
            let fields = rows["items"]["required"].as_array().expect("fields");
            let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
            assert_eq!(fields, known, "{table} of {who}");
        }
    }
}
