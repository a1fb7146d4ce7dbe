//! Whether the key store is the one that belongs to the data: somebody whose words are
//! sealed and who has no key there would be given a new one, and what was sealed before
//! could never be read again.

use std::collections::BTreeSet;

use datamap::{Kind, Protect, registry};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;
use vocab::ids::SchoolId;

use super::destroy::noted;
use super::old_rows::{SEALED, as_text, of};
use super::ring::FIRST_WORDS_OF_SEALED;
use super::{Error, Opened, Owner, Place};
use crate::db::Db;

/// Signs of an id as it stands in a sealed text.
const ID_SIGNS: usize = 32;

/// How many people and schools have something in the data that is sealed. Needs no keys.
pub async fn count_sealed(db: &Db) -> Result<usize, Error> {
    Ok(owners(db).await?.len())
}

/// Refuses a key store that does not have the keys, or a note of their end, of everybody
/// for whom something is sealed in the data: an empty one, one of another installation,
/// or one that is older than the data. Comes before anything is sealed.
pub async fn require_whole(db: &Db) -> Result<(), Error> {
    let mut owners = owners(db).await?;
    for gone in noted(db).await? {
        owners.remove(&gone);
    }
    let count = owners.len();
    let missing = db.keys().without(owners).await?;
    if missing > 0 || (count > 0 && opens_nothing(db).await?) {
        return Err(Error::OtherStore { missing, count });
    }
    Ok(())
}

/// Whose keys the sealed texts name. Fields inside JSON are left out: what is copied there
/// has its owner's key from elsewhere.
async fn owners(db: &Db) -> Result<BTreeSet<Owner>, DbErr> {
    let backend = db.read().get_database_backend();
    let mut owners = BTreeSet::new();
    for (table, column, is_json) in columns() {
        let text = as_text(backend, table, column);
        // JSON that is sealed as a whole is a text in JSON.
        let quote = if is_json { "\"" } else { "" };
        let from = quote.len() + FIRST_WORDS_OF_SEALED.len() + 1;
        let id = format!("SUBSTR(CAST(\"{table}\".\"{column}\" AS TEXT), {from}, {ID_SIGNS})");
        let select = Query::select()
            .distinct()
            .expr_as(Expr::cust(id), "owner")
            .from(Alias::new(table))
            .and_where(text.like(format!("{quote}{SEALED}")))
            .take();
        for row in db.read().query_all(&select).await? {
            let id: String = row.try_get("", "owner")?;
            owners.extend(Uuid::try_parse(&id).ok().map(Owner));
        }
    }
    Ok(owners)
}

/// True where the newest text of every column that has one cannot be read: the store has
/// keys of the same people, and other ones. A single text that was spoilt says nothing.
async fn opens_nothing(db: &Db) -> Result<bool, Error> {
    let mut is_any_unreadable = false;
    for (table, column, is_json) in columns() {
        if is_json {
            continue;
        }
        let select = Query::select()
            .expr_as(of(table, "id"), "id")
            .expr_as(of(table, "school_id"), "school_id")
            .expr_as(of(table, column), "value")
            .from(Alias::new(table))
            .and_where(of(table, column).like(SEALED))
            .order_by_expr(of(table, "id"), Order::Desc)
            .limit(1)
            .take();
        for row in db.read().query_all(&select).await? {
            let place = Place {
                school: SchoolId(row.try_get("", "school_id")?),
                table,
                column,
                row: row.try_get("", "id")?,
            };
            let value: String = row.try_get("", "value")?;
            let ring = db.keys().to_open([value.as_str()]).await?;
            match ring.open(&place, &value) {
                Opened::Text(_) => return Ok(false),
                Opened::Unreadable => is_any_unreadable = true,
                Opened::Deleted => {}
            }
        }
    }
    Ok(is_any_unreadable)
}

/// Every column that is sealed as a whole, and whether it holds JSON.
fn columns() -> Vec<(&'static str, &'static str, bool)> {
    let mut columns = Vec::new();
    for map in registry() {
        for (column, class) in &map.columns {
            if matches!(
                class.protect,
                Some(Protect::WithTheSubjectsKey | Protect::WithTheSchoolsKey)
            ) {
                let is_json = map
                    .shape(column)
                    .is_some_and(|shape| shape.kind == Kind::Json);
                columns.push((map.table, *column, is_json));
            }
        }
    }
    columns
}
