//! Looking for rests: every text of the school is read once and searched for what was
//! erased, for many people at a time. Where a record is about several people, what is
//! found is taken out; everywhere else nothing may be found.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use datamap::{Category, Kind, OnErasure, TableMap};
use futures::{StreamExt, pin_mut};
use regex::Regex;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr, StreamTrait};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::SchoolId;

use super::Error;
use super::sealed;
use super::traces::Traces;
use crate::db::{Db, Write};
use crate::keys::{FIRST_WORDS_OF_SEALED, Place};
use crate::ways::{as_text, column, of_school};

/// Stands in place of what was taken out.
pub(super) const TAKEN_OUT: &str = "(erased)";
/// A job keeps what it searches for in its own row until it is complete.
const OWN: &str = "erasure_job";

/// What was found of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Rows of records about several people: table and id.
    pub(super) to_take_out: Vec<(&'static str, Uuid)>,
    /// Columns in which nothing may be, and something is.
    pub(super) rests: BTreeMap<String, u32>,
    /// In what others wrote, which stays theirs.
    pub(super) mentions: u32,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) columns: u32,
    /// Columns with something that is sealed and cannot be read.
    pub(super) unreadable: BTreeSet<String>,
}

/// Everything that is searched for, for several people of one school.
pub(super) struct Patterns {
    of: HashMap<String, (usize, How)>,
    any: Option<Regex>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Within,
    Copies,
}

/// The pattern of a text that no longer word holds: "smith jo" is not in "smith john".
fn not_within_a_word(text: &str) -> String {
    let edge = |c: Option<char>| c.filter(|c| c.is_alphanumeric()).map_or("", |_| r"\b");
    let (first, last) = (text.chars().next(), text.chars().next_back());
    format!("{}{}{}", edge(first), regex::escape(text), edge(last))
}

impl Patterns {
    /// What was noted of these people. It is an error where it cannot be searched for: that is
    /// no "nothing was found".
    pub(super) fn new(people: &[Traces]) -> Result<Self, Error> {
        let mut of = HashMap::new();
        let mut alone = HashSet::new();
        for (at, traces) in people.iter().enumerate() {
            for text in &traces.within {
                of.insert(text.clone(), (at, How::Within));
            }
            for text in &traces.in_copies {
                of.insert(text.clone(), (at, How::Copies));
            }
            for text in &traces.in_copies_alone {
                if of.insert(text.clone(), (at, How::Copies)).is_none() {
                    alone.insert(text.as_str());
                }
            }
            for text in &traces.whole {
                of.insert(format!("\"{text}\""), (at, How::Copies));
                // In quotes within a sentence, as a record in JSON writes it.
                of.insert(format!("\\\"{text}\\\""), (at, How::Copies));
            }
        }
        // The longest first: of two that begin alike the whole one is found.
        let mut texts: Vec<&String> = of.keys().collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let words: Vec<String> = texts
            .into_iter()
            .map(|text| {
                if alone.contains(text.as_str()) {
                    not_within_a_word(text)
                } else {
                    regex::escape(text)
                }
            })
            .collect();
        let any = (!words.is_empty())
            .then(|| Regex::new(&words.join("|")))
            .transpose()?;
        Ok(Self { of, any })
    }

    fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, How)> + 'a {
        self.any
            .iter()
            .flat_map(move |any| any.find_iter(text))
            .filter_map(|found| self.of.get(found.as_str()).copied())
    }

    pub(super) fn take_out(&self, text: &str) -> String {
        match &self.any {
            Some(any) => any.replace_all(text, TAKEN_OUT).into_owned(),
            None => text.to_owned(),
        }
    }

    /// The same of the text of a record in JSON, which stays one.
    pub(super) fn take_out_of_json(&self, text: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return self.take_out(text);
        };
        self.take_out_of(&mut value);
        value.to_string()
    }

    pub(super) fn take_out_of(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if self.of.contains_key(&format!("\"{text}\"")) {
                    TAKEN_OUT.clone_into(text);
                } else {
                    *text = self.take_out(text);
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.take_out_of(value)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|value| self.take_out_of(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Reads every text of a school once.
pub(super) async fn search(
    db: &Db,
    tables: &[TableMap],
    school: SchoolId,
    patterns: &Patterns,
    people: usize,
) -> Result<(Vec<Found>, Read), DbErr> {
    let mut found = vec![Found::default(); people];
    let mut read = Read::default();
    for table in tables.iter().filter(|table| table.table != OWN) {
        let texts = texts(table);
        if texts.is_empty() {
            continue;
        }
        read.columns += u32::try_from(texts.len()).unwrap_or(0);
        let mut select = Query::select();
        select
            .from(Alias::new(table.table))
            .cond_where(of_school(table, school, Cond::all()));
        if table.class("id").is_some() {
            select.expr_as(column("id"), "row");
        }
        for (at, name) in texts.iter().enumerate() {
            select.expr_as(
                as_text(db.pool().get_database_backend(), name),
                format!("c{at}"),
            );
        }
        let rows = db.pool().stream(&select).await?;
        pin_mut!(rows);
        while let Some(row) = rows.next().await {
            let row = row?;
            for (at, name) in texts.iter().enumerate() {
                let text: Option<String> = row.try_get("", &format!("c{at}"))?;
                let Some(text) = text else { continue };
                // Elsewhere somebody typed it.
                let may_be_sealed = table
                    .class(name)
                    .is_some_and(|class| class.protect.is_some());
                let text = if may_be_sealed && text.contains(FIRST_WORDS_OF_SEALED) {
                    let place = Place {
                        school,
                        table: table.table,
                        column: name,
                        row: row.try_get("", "row")?,
                    };
                    let opened = sealed::opened(db.read(), &place, text).await?;
                    let Some(text) = opened else {
                        read.unreadable.insert(format!("{}.{name}", table.table));
                        continue;
                    };
                    text
                } else {
                    text
                };
                for (person, how) in patterns.hits(&text) {
                    let found = &mut found[person];
                    match meaning(table, name) {
                        Meaning::TakeOut => {
                            let id: Uuid = row.try_get("", "row")?;
                            if found.to_take_out.last() != Some(&(table.table, id)) {
                                found.to_take_out.push((table.table, id));
                            }
                        }
                        _ if how == How::Copies => {}
                        Meaning::Rest => {
                            *found
                                .rests
                                .entry(format!("{}.{name}", table.table))
                                .or_default() += 1;
                        }
                        Meaning::OfOthers => found.mentions += 1,
                    }
                }
            }
        }
    }
    Ok((found, read))
}

enum Meaning {
    /// A record about several people: it is taken out.
    TakeOut,
    /// Nothing of a person may be here at all.
    Rest,
    /// Somebody else wrote it, or has the same.
    OfOthers,
}

/// What it means that something is found in a column. The rows of the person themselves
/// are counted apart, and have to be gone.
fn meaning(table: &TableMap, name: &str) -> Meaning {
    let Some(class) = table.class(name) else {
        return Meaning::Rest;
    };
    match class.on_erasure {
        OnErasure::Redact if table.class("id").is_some() => Meaning::TakeOut,
        // The school's own words, such as what it asked for.
        OnErasure::Nothing if class.category == Category::School => Meaning::OfOthers,
        OnErasure::Nothing => Meaning::Rest,
        _ => Meaning::OfOthers,
    }
}

/// The columns of a table that hold words.
fn texts(table: &TableMap) -> Vec<&'static str> {
    table
        .columns
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| {
            let kind = table.shape(name).map(|shape| shape.kind);
            matches!(kind, Some(Kind::Text | Kind::Json))
        })
        .collect()
}

/// Takes the people out of rows that are about several, a few rows in a transaction.
pub(super) async fn take_out(
    db: &Db,
    (school, tables): (SchoolId, &[TableMap]),
    patterns: &Patterns,
    rows: &[(&'static str, Uuid)],
) -> Result<(), DbErr> {
    const AT_A_TIME: usize = 50;
    for few in rows.chunks(AT_A_TIME) {
        let tx = db.write().await?;
        for (name, id) in few {
            if let Some(table) = tables.iter().find(|table| table.table == *name) {
                rewrite(&tx, (school, table), *id, patterns).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn rewrite(
    tx: &Write,
    (school, table): (SchoolId, &TableMap),
    id: Uuid,
    patterns: &Patterns,
) -> Result<(), DbErr> {
    let columns: Vec<&'static str> = table.erased_by(OnErasure::Redact).collect();
    let mut select = Query::select();
    select
        .from(Alias::new(table.table))
        .cond_where(Cond::all().add(column("id").eq(id)));
    for (at, name) in columns.iter().enumerate() {
        select.expr_as(
            as_text(ConnectionTrait::get_database_backend(&**tx), name),
            format!("c{at}"),
        );
    }
    let Some(row) = tx.query_one(&select).await? else {
        return Ok(());
    };
    let mut update = Query::update();
    update
        .table(Alias::new(table.table))
        .cond_where(Cond::all().add(column("id").eq(id)));
    for (at, name) in columns.iter().enumerate() {
        let text: Option<String> = row.try_get("", &format!("c{at}"))?;
        let Some(text) = text else { continue };
        let place = Place {
            school,
            table: table.table,
            column: name,
            row: id,
        };
        let is_json = table
            .shape(name)
            .is_some_and(|shape| shape.kind == Kind::Json);
        if !is_json {
            let text = sealed::taken_out(&**tx, &place, &text, patterns).await?;
            update.value(Alias::new(*name), text);
        } else if let Ok(value) = serde_json::from_str::<Value>(&text) {
            let value = sealed::taken_out_of(&**tx, &place, value, patterns).await?;
            update.value(Alias::new(*name), Expr::val(value));
        }
    }
    tx.execute(&update).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_goes_out_of_a_record_and_the_rest_of_it_stays() {
        let patterns = Patterns::new(&[Traces {
            name: "Zainab Okafor".to_owned(),
            within: vec!["zainab@school.example".to_owned()],
            whole: vec!["zainab".to_owned()],
            in_copies: vec!["Zainab Okafor".to_owned()],
            ..Traces::default()
        }])
        .expect("it can be searched for");
        let mut value = json!({
            "who": "zainab",
            "note": "Zainab Okafor (zainab@school.example) and Tomos",
            "others": ["tomos", 3],
        });
        patterns.take_out_of(&mut value);
        assert_eq!(
            value,
            json!({ "who": "(erased)", "note": "(erased) ((erased)) and Tomos", "others": ["tomos", 3] })
        );
    }

    #[test]
    fn an_earlier_name_goes_where_it_stands_alone_and_not_out_of_a_longer_one() {
        let patterns = Patterns::new(&[Traces {
            in_copies_alone: ["Jo Smith", "smith jo", "Jo Smith (old)"]
                .map(str::to_owned)
                .to_vec(),
            ..Traces::default()
        }])
        .expect("it can be searched for");
        assert_eq!(
            patterns.take_out("smith john, Jo Smithson; Jo Smith, smith jo. Jo Smith (old)!"),
            "smith john, Jo Smithson; (erased), (erased). (erased)!"
        );
    }

    #[test]
    fn a_username_in_quotes_goes_out_of_a_sentence_of_a_record_that_is_kept_as_text() {
        let patterns = Patterns::new(&[Traces {
            whole: vec!["sian.price2".to_owned()],
            ..Traces::default()
        }])
        .expect("it can be searched for");
        let record = json!({
            "reason": "\"sian.price\" belongs to somebody else; \"sian.price2\" is free.",
            "username": "sian.price2",
        });
        let text = record.to_string();
        assert_eq!(patterns.hits(&text).count(), 2);
        let left = patterns.take_out_of_json(&text);
        assert_eq!(
            serde_json::from_str::<Value>(&left).expect("it is a record still"),
            json!({
                "reason": "\"sian.price\" belongs to somebody else; (erased) is free.",
                "username": "(erased)",
            })
        );
    }

    #[test]
    fn nothing_to_search_for_finds_nothing() {
        let patterns = Patterns::new(&[Traces::default()]).expect("there is nothing");
        assert_eq!(patterns.hits("anything").count(), 0);
    }

    #[test]
    fn what_cannot_be_searched_for_is_an_error_and_not_nothing() {
        let endless = Traces {
            within: vec!["x".repeat(500_000)],
            ..Traces::default()
        };
        let patterns = Patterns::new(&[endless]);
        assert!(matches!(patterns, Err(Error::NoPattern(_))));
    }
}
