//! Reading what is sealed, to search it, and rewriting it: each text, and each private
//! field of a record, is sealed again with the key that it had.

use std::cell::Cell;

use sea_orm::DbErr;
use serde_json::Value;

use super::search::Patterns;
use crate::db::Keyed;
use crate::keys::{self, Opened, Place, text};

/// A text as it was written, or with its private fields as they were written. What was
/// sealed with a key that is gone says nothing any more. None where it cannot be read: that
/// is no "nothing", because nobody knows what stands in it.
pub(super) async fn opened(
    db: &impl Keyed,
    place: &Place<'_>,
    text: String,
) -> Result<Option<String>, DbErr> {
    if keys::is_sealed(&text) {
        return Ok(said(text::open(db, place, &text).await?));
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
        return Ok(Some(text));
    };
    if let Some(whole) = value.as_str().filter(|whole| keys::is_sealed(whole)) {
        return Ok(said(text::open(db, place, whole).await?));
    }
    let ring = db.keys().to_open(keys::private_texts(Some(&value))).await?;
    let is_read = Cell::new(true);
    keys::open_fields(&ring, place, &mut value, |opened| {
        let said = said(opened);
        is_read.set(is_read.get() && said.is_some());
        said
    });
    Ok(is_read.get().then(|| value.to_string()))
}

/// What a text says: nothing where its key is gone, none where it cannot be read.
pub(super) fn said(opened: Opened) -> Option<String> {
    match opened {
        Opened::Text(text) => Some(text),
        Opened::Deleted => Some(String::new()),
        Opened::Unreadable => None,
    }
}

/// A text without what is searched for. What does not open stays as it is: with a key that
/// is gone nobody reads it, and what cannot be read fails the search.
pub(super) async fn taken_out(
    db: &impl Keyed,
    place: &Place<'_>,
    text: &str,
    patterns: &Patterns,
) -> Result<String, DbErr> {
    rewritten(db, place, text, patterns, Patterns::take_out).await
}

async fn rewritten(
    db: &impl Keyed,
    place: &Place<'_>,
    text: &str,
    patterns: &Patterns,
    take_out: fn(&Patterns, &str) -> String,
) -> Result<String, DbErr> {
    let Some(owner) = keys::owner_of(text) else {
        return Ok(take_out(patterns, text));
    };
    let ring = db.keys().to_open([text]).await?;
    match ring.open(place, text) {
        Opened::Text(plain) => Ok(ring.seal(owner, place, &take_out(patterns, &plain))?),
        Opened::Deleted | Opened::Unreadable => Ok(text.to_owned()),
    }
}

/// The same of a record in JSON, sealed as a whole or in its private fields.
pub(super) async fn taken_out_of(
    db: &impl Keyed,
    place: &Place<'_>,
    mut value: Value,
    patterns: &Patterns,
) -> Result<Value, DbErr> {
    if let Some(whole) = value.as_str().filter(|whole| keys::is_sealed(whole)) {
        let take_out = Patterns::take_out_of_json;
        let text = rewritten(db, place, whole, patterns, take_out).await?;
        return Ok(Value::String(text));
    }
    // What is sealed is no text to search in.
    let sealed = keys::take_sealed_fields(&mut value);
    patterns.take_out_of(&mut value);
    for (name, text) in sealed {
        let column = format!("{}.{name}", place.column);
        let place = Place {
            column: &column,
            ..*place
        };
        value[name] = Value::String(taken_out(db, &place, &text, patterns).await?);
    }
    Ok(value)
}
