//! One value of any column as JSON, the same from both databases: ids with hyphens, times
//! in ISO 8601 and UTC, numbers and booleans as such. What is sealed is opened.

use std::cell::Cell;

use chrono::{DateTime, SecondsFormat, Utc};
use datamap::{Class, Kind, Protect};
use serde_json::Value;
use uuid::Uuid;

use crate::keys::{Opened, Place, Ring, is_sealed, open_fields, private_texts};

/// How PostgreSQL writes a time.
const OF_POSTGRES: &str = "%Y-%m-%d %H:%M:%S%.f%#z";

/// A value that was read as text ([`as_text`](crate::ways::as_text)). What is not as its
/// column says is told as it is.
pub(super) fn from_text(kind: Kind, text: String) -> Value {
    let known = match kind {
        Kind::Id => Uuid::parse_str(&text)
            .ok()
            .map(|id| Value::String(id.to_string())),
        Kind::Time => time(&text).map(Value::String),
        Kind::Number => text.parse::<i64>().ok().map(Value::from),
        Kind::Truth => truth(&text).map(Value::Bool),
        Kind::Json => serde_json::from_str(&text).ok(),
        Kind::Text => None,
    };
    known.unwrap_or(Value::String(text))
}

fn time(text: &str) -> Option<String> {
    let at = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, OF_POSTGRES))
        .ok()?;
    let at = at.with_timezone(&Utc);
    Some(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// SQLite has numbers for it.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// The texts in a value that may be sealed, to fetch the keys for them.
pub(super) fn sealed_texts(class: Class, value: &Value) -> Vec<&str> {
    match class.protect {
        None => Vec::new(),
        Some(Protect::PrivateFields) => private_texts(Some(value)).collect(),
        Some(Protect::WithTheSubjectsKey | Protect::WithTheSchoolsKey) => {
            value.as_str().into_iter().collect()
        }
    }
}

/// Opens what is sealed in a value, in place. What was deleted with its key is null, and so
/// is what cannot be read: then the answer is false.
#[must_use]
pub(super) fn open(
    ring: &Ring,
    place: &Place<'_>,
    (kind, class): (Kind, Class),
    value: &mut Value,
) -> bool {
    match class.protect {
        None => true,
        Some(Protect::PrivateFields) => {
            let is_read = Cell::new(true);
            open_fields(ring, place, value, |opened| {
                is_read.set(is_read.get() && opened != Opened::Unreadable);
                opened.text()
            });
            is_read.get()
        }
        Some(Protect::WithTheSubjectsKey | Protect::WithTheSchoolsKey) => {
            let Some(text) = value.as_str().filter(|text| is_sealed(text)) else {
                return true;
            };
            let opened = ring.open(place, text);
            let is_read = opened != Opened::Unreadable;
            *value = match opened.text() {
                None => Value::Null,
                // JSON that is sealed as a whole is a text in JSON.
                Some(text) if kind == Kind::Json => from_text(Kind::Json, text),
                Some(text) => Value::String(text),
            };
            is_read
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, text: &str) -> Value {
        from_text(kind, text.to_owned())
    }

    #[test]
    fn both_databases_tell_the_same_of_a_value() {
        let id = "01890000-0000-7000-8000-000000000001";
        for (kind, of_sqlite, of_postgres, told) in [
            (Kind::Id, "01890000000070008000000000000001", id, json!(id)),
            (
                Kind::Time,
                "2026-11-24T10:00:00+00:00",
                "2026-11-24 10:00:00+00",
                json!("2026-11-24T10:00:00Z"),
            ),
            (
                Kind::Time,
                "2026-11-24T10:00:00.250+00:00",
                "2026-11-24 10:00:00.25+00",
                json!("2026-11-24T10:00:00.250Z"),
            ),
            (Kind::Number, "1450", "1450", json!(1450)),
            (Kind::Truth, "1", "true", json!(true)),
            (Kind::Truth, "0", "false", json!(false)),
            (
                Kind::Json,
                "{\"a\":[1,null]}",
                "{\"a\": [1, null]}",
                json!({ "a": [1, null] }),
            ),
            (Kind::Text, "1", "1", json!("1")),
        ] {
            assert_eq!(read(kind, of_sqlite), told, "{kind:?} of SQLite");
            assert_eq!(read(kind, of_postgres), told, "{kind:?} of PostgreSQL");
        }
    }

    #[test]
    fn what_is_not_as_its_column_says_is_told_as_it_is() {
        for kind in [Kind::Id, Kind::Time, Kind::Number, Kind::Truth, Kind::Json] {
            assert_eq!(read(kind, "{ neither"), json!("{ neither"), "{kind:?}");
        }
    }
}
