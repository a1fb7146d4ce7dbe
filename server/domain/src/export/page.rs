//! The copy as a page to read and as JSON with what each column means.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::gather::{Copy, Field, Group};
use crate::notice::{Recipient, periods, who_receives};

/// A heading for a table, in plain words.
fn title(table: &str) -> String {
    match table {
        "person" => "Who you are".to_owned(),
        "person_role" => "What you are in the school".to_owned(),
        "account" => "How you sign in".to_owned(),
        "session" => "Where you signed in".to_owned(),
        "badge" => "Your badge".to_owned(),
        "enrolment" => "Your classes".to_owned(),
        "guardianship" => "Your family".to_owned(),
        "submission" => "Your work".to_owned(),
        "attempt" => "What you handed in".to_owned(),
        "submission_file" => "Your files".to_owned(),
        "mark" => "Marks and feedback".to_owned(),
        "earlier_mark" => "Earlier marks and feedback".to_owned(),
        "outbox_item" => "What you did without a network".to_owned(),
        "event" => "What was done".to_owned(),
        "consent_event" => "Your answers about consent".to_owned(),
        "rights_request" => "What you asked about your data".to_owned(),
        other => sentence(other),
    }
}

fn sentence(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut signs = words.chars();
    signs
        .next()
        .map(|first| first.to_uppercase().chain(signs).collect())
        .unwrap_or_default()
}

fn words(field: &Field) -> &str {
    match field {
        Field::Value(value) => value.as_deref().unwrap_or_default(),
        Field::Word(word) => word,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What stands at the head of a copy.
pub(super) struct Head {
    /// Whose data it is, or that it is somebody's.
    pub(super) title: String,
    /// What else is in it.
    pub(super) explains: &'static str,
    /// How a table is headed.
    pub(super) of_table: fn(&str) -> String,
}

impl Head {
    /// For whom it is about, or who asked for them.
    pub(super) fn of_person(name: &str) -> Self {
        Self {
            title: format!("Data about {name}"),
            explains: "The same stands in data.json for machines; files are in the folder files; one that could not be read is named there as missing. \
                       What each column is kept for, on what basis, for how long and who receives it stands in about.json; receipts of consents are in the folder receipts, each with its signature.",
            of_table: title,
        }
    }

    /// For somebody outside: the name, only where names were approved.
    pub(super) fn for_outside(name: Option<&str>) -> Self {
        Self {
            title: name.map_or_else(
                || "Data about one person".to_owned(),
                |name| format!("Data about {name}"),
            ),
            explains: "It holds the kinds of data that the school approved for you, and no other. The same stands in data.json for machines; files, if any, are in the folder files.",
            of_table: sentence,
        }
    }
}

/// A whole page that needs nothing but itself.
pub(super) fn html(copy: &Copy, head: &Head, made: &str, platform: &str) -> String {
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
         dl{{display:grid;grid-template-columns:14rem 1fr;gap:.25rem 1rem;border-top:1px solid #ccc;padding:.75rem 0;margin:0}}\
         dt{{color:#555}}dd{{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}}</style></head><body>\
         <h1>{title}</h1><p>Made {made}. {explains} {platform}</p>",
        title = escaped(&head.title),
        explains = head.explains,
        platform = escaped(platform),
    );
    for group in &copy.groups {
        let _ = write!(page, "<h2>{}</h2>", escaped(&(head.of_table)(group.table)));
        for row in &group.rows {
            page.push_str("<dl>");
            for ((column, _), field) in group.columns.iter().zip(row) {
                let value = words(field);
                if !value.is_empty() {
                    let _ = write!(
                        page,
                        "<dt>{}</dt><dd>{}</dd>",
                        escaped(&sentence(column)),
                        escaped(value)
                    );
                }
            }
            page.push_str("</dl>");
        }
    }
    page.push_str("</body></html>");
    page
}

/// Tables with their rows; a word in place of a value stands under `"not_shown"`.
pub(super) fn data(copy: &Copy) -> Value {
    let tables = copy
        .groups
        .iter()
        .map(|group| (group.table.to_owned(), rows(group)));
    Value::Object(tables.collect())
}

fn rows(group: &Group) -> Value {
    group
        .rows
        .iter()
        .map(|row| {
            let fields = group.columns.iter().zip(row).map(|((column, _), field)| {
                let value = match field {
                    Field::Value(value) => json!(value),
                    Field::Word(word) => json!({ "not_shown": word }),
                };
                ((*column).to_owned(), value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        })
        .collect()
}

/// What every column of the copy is.
pub(super) fn about(copy: &Copy, recipients: &[Recipient]) -> Value {
    let tables = copy.groups.iter().map(|group| {
        let columns = group.columns.iter().map(|(column, class)| {
            let told = json!({
                "category": format!("{:?}", class.category),
                "purpose": class.purpose.map(|purpose| format!("{purpose:?}")),
                "lawful_basis": class.lawful_basis.map(|basis| format!("{basis:?}")),
                "in_words": {
                    "category": class.category.words(),
                    "purpose": class.purpose.map(datamap::Purpose::words),
                    "lawful_basis": class.lawful_basis.map(datamap::LawfulBasis::words),
                },
                "retention": class.retention.map(|retention| {
                    retention.rules().iter().map(|rule| rule.code).collect::<Vec<_>>()
                }),
                "kept_for": class.retention.map(periods),
                "recipients": who_receives(recipients, &[class.category.words()]),
            });
            ((*column).to_owned(), told)
        });
        (
            group.table.to_owned(),
            Value::Object(columns.collect::<Map<_, _>>()),
        )
    });
    Value::Object(tables.collect())
}

/// A JSON Schema (draft 2020-12) of `data.json`, made from the same tables.
pub(super) fn schema(copy: &Copy, head: &Head) -> Value {
    let value = json!({
        "anyOf": [
            { "type": ["string", "null"] },
            {
                "type": "object",
                "properties": { "not_shown": { "type": "string" } },
                "required": ["not_shown"],
                "additionalProperties": false
            }
        ]
    });
    let tables = copy.groups.iter().map(|group| {
        let columns = group
            .columns
            .iter()
            .map(|(column, _)| ((*column).to_owned(), value.clone()));
        let required: Vec<&str> = group.columns.iter().map(|(column, _)| *column).collect();
        let row = json!({
            "type": "object",
            "properties": Value::Object(columns.collect()),
            "required": required,
            "additionalProperties": false
        });
        let rows = json!({ "type": "array", "title": (head.of_table)(group.table), "items": row });
        (group.table.to_owned(), rows)
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": head.title,
        "type": "object",
        "properties": Value::Object(tables.collect()),
        "additionalProperties": false
    })
}
