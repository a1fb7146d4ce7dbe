//! Doing one step: it does exactly what the plan says, or it is undone.

use datamap::{OnErasure, TableMap};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DbErr};
use vocab::erasure::StepAction;

use super::Error;
use super::plan::{Whose, copies, which};
use crate::clock::Time;
use crate::db::Write;
use crate::files::Store;
use crate::keys;
use crate::ways::{file_keys, with_files_of_many};
use entity::erasure_step;

/// Does a step in its transaction; answers how many rows or files it was about. Files
/// have left the store before.
pub(super) async fn perform(
    tx: &Write,
    tables: &[TableMap],
    whose: Whose,
    step: &erasure_step::Model,
    now: Time,
) -> Result<i32, Error> {
    if step.action == StepAction::DestroyKey {
        keys::destroy(tx, whose.person, "erasure", now).await?;
        return Ok(1);
    }
    let found = tables
        .iter()
        .find(|table| table.table == step.target)
        .and_then(|table| Some((table, which(tables, table, whose, step.action)?)));
    let Some((table, rows)) = found else {
        return Err(differs(step, 0));
    };
    let name = Alias::new(table.table);
    let done = match step.action {
        StepAction::DeleteRows => {
            let delete = Query::delete().from_table(name).cond_where(rows).to_owned();
            tx.execute(&delete).await?.rows_affected()
        }
        StepAction::DeleteFiles => {
            let keys = file_keys(&**tx, table, rows.clone()).await?.len() as u64;
            if let Some(key) = table.file_key()
                && with_files_of_many(table).is_some()
            {
                empty(tx, table, &[key], rows).await?;
            }
            keys
        }
        StepAction::Clear => {
            let columns: Vec<_> = table.erased_by(OnErasure::Clear).collect();
            empty(tx, table, &columns, rows).await?
        }
        StepAction::EmptyCopies => empty(tx, table, &copies(table), rows).await?,
        StepAction::TakeOut | StepAction::DestroyKey | StepAction::Keep | StepAction::Search => {
            return Err(differs(step, 0));
        }
    };
    let done = i32::try_from(done).unwrap_or(i32::MAX);
    if done == step.expected {
        Ok(done)
    } else {
        Err(differs(step, done))
    }
}

fn differs(step: &erasure_step::Model, actual: i32) -> Error {
    Error::Differs {
        target: format!("{}, {}", step.action.label(), step.target),
        expected: step.expected,
        actual,
    }
}

/// Empties columns: nothing where nothing is allowed, else no words.
pub(super) async fn empty(
    tx: &Write,
    table: &TableMap,
    columns: &[&'static str],
    rows: sea_orm::sea_query::Cond,
) -> Result<u64, DbErr> {
    let mut update = Query::update();
    update.table(Alias::new(table.table)).cond_where(rows);
    for name in columns {
        let is_nullable = table.shape(name).is_some_and(|shape| shape.is_nullable);
        let nothing = if is_nullable {
            Expr::cust("NULL")
        } else {
            Expr::val("")
        };
        update.value(Alias::new(*name), nothing);
    }
    Ok(tx.execute(&update).await?.rows_affected())
}

/// Lets the files of a step leave the store. One that is gone already is no mistake, and
/// afterwards each is looked for: only "not there" counts as gone.
pub(crate) async fn delete_files(store: &Store, keys: &[String]) -> Result<(), Error> {
    for key in keys {
        store.delete(key).await?;
        if store.holds(key).await? {
            return Err(Error::Rests("the store of files".to_owned()));
        }
    }
    Ok(())
}

/// The keys of the files that a step is about.
pub(super) async fn keys_of(
    db: &impl ConnectionTrait,
    tables: &[TableMap],
    whose: Whose,
    step: &erasure_step::Model,
) -> Result<Vec<String>, DbErr> {
    let found = tables
        .iter()
        .find(|table| table.table == step.target)
        .and_then(|table| Some((table, which(tables, table, whose, StepAction::DeleteFiles)?)));
    match found {
        Some((table, rows)) => file_keys(db, table, rows).await,
        None => Ok(Vec::new()),
    }
}
