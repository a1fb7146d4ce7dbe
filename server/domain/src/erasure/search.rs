//! Looking for rests: every text of the school is read once and searched for what was
//! erased, for many people at a time. Where a record is about several people, what is
//! found is taken out; everywhere else nothing may be found.

use std::collections::{BTreeMap, HashMap};

use datamap::{Category, Kind, OnErasure, TableMap};
use futures::{StreamExt, pin_mut};
use regex::Regex;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    StreamTrait,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

use super::plan::Whose;
use crate::db::{Db, Keyed as _, Write};
use crate::keys::{self, FIRST_WORDS_OF_SEALED, Opened, Place};
use crate::people::{contact, display_name};
use crate::ways::{as_text, column, of_school};
use entity::{account, person};

/// Stands in place of what was taken out.
pub(super) const TAKEN_OUT: &str = "(erased)";
/// A job keeps what it searches for in its own row until it is complete.
const OWN: &str = "erasure_job";
/// Shorter words stand in too many places that are about nobody.
const LEAST_CHARS: usize = 5;

/// What is searched for after somebody was erased. Only what is theirs alone: an address
/// or a name that somebody else of the school has as well is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Traces {
    /// The name, for the certificate's keyed hash.
    pub(super) name: String,
    /// Found anywhere within a text.
    pub(super) within: Vec<String>,
    /// Found only as a whole value of a record.
    pub(super) whole: Vec<String>,
    /// Found within texts that are copies.
    pub(super) in_copies: Vec<String>,
}

/// What is theirs alone.
pub(super) async fn traces(tx: &Write, whose: Whose) -> Result<Traces, DbErr> {
    let Some(row) = person::Entity::find_by_id(whose.person).one(&**tx).await? else {
        return Ok(Traces::default());
    };
    let mut traces = Traces {
        name: display_name(&row.given_name, &row.family_name),
        ..Traces::default()
    };
    let is_long = |text: &String| text.chars().count() >= LEAST_CHARS;
    let others = || {
        person::Entity::find()
            .filter(person::Column::SchoolId.eq(whose.school))
            .filter(person::Column::Id.ne(whose.person))
    };
    let email = contact::address_of(&**tx, whose.person).await?;
    if let Some(email) = email.filter(is_long) {
        let kept: Vec<(PersonId, String)> = others()
            .filter(person::Column::Email.is_not_null())
            .select_only()
            .columns([person::Column::Id, person::Column::Email])
            .into_tuple()
            .all(&**tx)
            .await?;
        let texts = kept.iter().map(|(_, text)| text.as_str());
        let ring = tx.keys().to_open(texts).await?;
        let is_shared = kept.iter().any(|(id, text)| {
            contact::open(&ring, whose.school, *id, text).as_deref() == Some(email.as_str())
        });
        if !is_shared {
            traces.within.push(email);
        }
    }
    traces.within.extend(row.sourced_id.filter(is_long));
    let namesakes = others()
        .filter(person::Column::SortName.eq(&*row.sort_name))
        .count(&**tx);
    if namesakes.await? == 0 {
        let names = [traces.name.clone(), row.sort_name];
        traces.in_copies.extend(names.into_iter().filter(is_long));
    }
    let accounts = account::Entity::find()
        .filter(account::Column::PersonId.eq(whose.person))
        .all(&**tx)
        .await?;
    traces
        .whole
        .extend(accounts.into_iter().map(|account| account.username));
    Ok(traces)
}

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

/// How many texts were read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    pub(super) columns: u32,
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

impl Patterns {
    pub(super) fn new(people: &[Traces]) -> Self {
        let mut of = HashMap::new();
        for (at, traces) in people.iter().enumerate() {
            for text in &traces.within {
                of.insert(text.clone(), (at, How::Within));
            }
            for text in &traces.in_copies {
                of.insert(text.clone(), (at, How::Copies));
            }
            for text in &traces.whole {
                of.insert(format!("\"{text}\""), (at, How::Copies));
            }
        }
        // The longest first: of two that begin alike the whole one is found.
        let mut texts: Vec<&String> = of.keys().collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let words: Vec<String> = texts.into_iter().map(|text| regex::escape(text)).collect();
        let any = (!words.is_empty())
            .then(|| Regex::new(&words.join("|")).ok())
            .flatten();
        Self { of, any }
    }

    fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, How)> + 'a {
        self.any
            .iter()
            .flat_map(move |any| any.find_iter(text))
            .filter_map(|found| self.of.get(found.as_str()).copied())
    }

    fn take_out(&self, text: &str) -> String {
        match &self.any {
            Some(any) => any.replace_all(text, TAKEN_OUT).into_owned(),
            None => text.to_owned(),
        }
    }

    fn take_out_of(&self, value: &mut Value) {
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
                let text = if text.contains(FIRST_WORDS_OF_SEALED) {
                    let id: Uuid = row.try_get("", "row")?;
                    opened(db, (school, table.table, name, id), text).await?
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

/// A text as it was written, or with its private fields as they were written; what was
/// sealed with a key that is gone says nothing any more.
async fn opened(
    db: &Db,
    (school, table, column, row): (SchoolId, &str, &str, Uuid),
    text: String,
) -> Result<String, DbErr> {
    let place = Place {
        school,
        table,
        column,
        row,
    };
    if keys::is_sealed(&text) {
        let ring = db.keys().to_open([text.as_str()]).await?;
        return Ok(ring.open(&place, &text).text().unwrap_or_default());
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
        return Ok(text);
    };
    let ring = db.keys().to_open(keys::private_texts(Some(&value))).await?;
    keys::open_fields(&ring, &place, &mut value, Opened::text);
    Ok(value.to_string())
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
        let is_json = table
            .shape(name)
            .is_some_and(|shape| shape.kind == Kind::Json);
        if is_json && let Ok(mut value) = serde_json::from_str::<Value>(&text) {
            let place = Place {
                school,
                table: table.table,
                column: name,
                row: id,
            };
            let sealed = keys::private_texts(Some(&value)).map(str::to_owned);
            let sealed: Vec<String> = sealed.collect();
            let ring = tx.keys().to_open(sealed.iter().map(String::as_str)).await?;
            let owner = sealed.iter().find_map(|text| keys::owner_of(text));
            // With a key that is gone nothing can be read, and nothing has to be taken out.
            let owner = owner.filter(|owner| !ring.is_destroyed(*owner));
            if owner.is_some() {
                keys::open_fields(&ring, &place, &mut value, Opened::text);
            }
            patterns.take_out_of(&mut value);
            if let Some(owner) = owner {
                keys::seal_fields(&ring, owner, &place, &mut value)?;
            }
            update.value(Alias::new(*name), Expr::val(value));
        } else if let Some(owner) = keys::owner_of(&text) {
            let place = Place {
                school,
                table: table.table,
                column: name,
                row: id,
            };
            let ring = tx.keys().to_open([text.as_str()]).await?;
            if let Some(plain) = ring.open(&place, &text).text() {
                let sealed = ring.seal(owner, &place, &patterns.take_out(&plain))?;
                update.value(Alias::new(*name), sealed);
            }
        } else if !is_json {
            update.value(Alias::new(*name), patterns.take_out(&text));
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
        }]);
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
    fn nothing_to_search_for_finds_nothing() {
        let patterns = Patterns::new(&[Traces::default()]);
        assert_eq!(patterns.hits("anything").count(), 0);
    }
}
