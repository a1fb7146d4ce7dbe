//! Sealing what was written before columns were sealed, or past the rules. It finds the
//! columns in the data map and what is still plain in them, and seals it in small
//! transactions: broken off, it goes on where it was.

use datamap::{Kind, Protect, SubjectPath, TableMap, registry};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::SchoolId;

use super::{Error, Owner, Place, seal_plain_fields};
use crate::db::Db;

/// Rows in one transaction.
const AT_ONCE: u64 = 500;
pub(super) const SEALED: &str = "sealed:1:%";

/// Seals every plain value of every column that the data map says is sealed. Answers
/// how many there were.
pub async fn seal_old_rows(db: &Db) -> Result<u64, Error> {
    let tables = registry();
    let mut count = 0;
    for table in &tables {
        for (column, class) in &table.columns {
            count += match class.protect {
                None => 0,
                Some(Protect::PrivateFields) => json(db, table.table, column).await?,
                Some(Protect::WithTheSubjectsKey) => {
                    whole(db, table, column, owner(&tables, table)).await?
                }
                Some(Protect::WithTheSchoolsKey) => {
                    let owner = Some(of(table.table, "school_id"));
                    whole(db, table, column, owner).await?
                }
            };
        }
    }
    Ok(count)
}

pub(super) fn of(table: &'static str, column: &'static str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

/// Whom a row is about: the first person on the way that the data map names. A member of
/// staff who only did something to it is none.
fn owner(tables: &[TableMap], table: &TableMap) -> Option<Expr> {
    match table.subject {
        SubjectPath::Itself => Some(of(table.table, "id")),
        SubjectPath::People(_) => {
            let columns = table.tells_about();
            let columns = columns.iter().map(|column| of(table.table, column));
            // With the school's last, so that there are always two.
            let columns = columns.chain([of(table.table, "school_id")]);
            Some(Func::coalesce(columns).into())
        }
        SubjectPath::Through {
            column,
            table: next,
        } => {
            let next = tables.iter().find(|map| map.table == next)?;
            let select = Query::select()
                .expr(owner(tables, next)?)
                .from(Alias::new(next.table))
                .and_where(of(next.table, "id").eq(of(table.table, column)))
                .take();
            Some(Expr::SubQuery(None, Box::new(select.into())))
        }
        SubjectPath::Nobody(_) => None,
    }
}

async fn whole(
    db: &Db,
    map: &TableMap,
    column: &'static str,
    owner: Option<Expr>,
) -> Result<u64, Error> {
    let table = map.table;
    let is_json = map
        .shape(column)
        .is_some_and(|shape| shape.kind == Kind::Json);
    let value = as_text(db.read().get_database_backend(), table, column);
    let school = || of(table, "school_id");
    let owner = Func::coalesce([owner.unwrap_or_else(school), school()]);
    let mut select = plain(table, &value);
    select
        .expr_as(owner, "owner")
        .and_where(value.clone().ne(""))
        .and_where(value.clone().not_like(SEALED))
        // JSON that is sealed as a whole is a text in JSON.
        .and_where(value.not_like(format!("\"{SEALED}")));
    let (mut count, mut after) = (0, Uuid::nil());
    loop {
        let rows = rows(db.read(), &select, (table, after)).await?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        after = last.id;
        let owners = rows.iter().map(|row| row.owner);
        let ring = db.keys().to_seal(owners).await?;
        let tx = db.write().await?;
        for row in &rows {
            let place = row.place(table, column);
            // Nothing is kept of whom the key is gone.
            let sealed = if ring.is_destroyed(row.owner) {
                String::new()
            } else {
                ring.seal(row.owner, &place, &row.value)?
            };
            let kept = if is_json {
                Expr::value(Value::String(sealed))
            } else {
                Expr::value(sealed)
            };
            count += set(&*tx, (table, column), row, kept).await?;
        }
        tx.commit().await?;
    }
}

/// The private fields of a column with JSON. The two tables with such columns each say
/// in their own way whom a row is about.
async fn json(db: &Db, table: &'static str, column: &'static str) -> Result<u64, Error> {
    let value = as_text(db.read().get_database_backend(), table, column);
    let subject = || of(table, "subject_id");
    let via_mark = Query::select()
        .expr(of("submission", "student_id"))
        .from(Alias::new("mark"))
        .inner_join(
            Alias::new("submission"),
            of("submission", "id").eq(of("mark", "submission_id")),
        )
        .and_where(of("mark", "id").eq(subject()))
        .take();
    let itself = Query::select()
        .expr(of("person", "id"))
        .from(Alias::new("person"))
        .and_where(of("person", "id").eq(subject()))
        .take();
    let owner = Func::coalesce([
        Expr::SubQuery(None, Box::new(itself.into())),
        Expr::SubQuery(None, Box::new(via_mark.into())),
        of(table, "school_id"),
    ]);
    let mut has_plain = Cond::any();
    for name in datamap::PRIVATE_FIELDS {
        for gap in ["", " "] {
            has_plain = has_plain.add(
                Cond::all()
                    .add(value.clone().like(format!("%\"{name}\":{gap}\"_%")))
                    .add(value.clone().not_like(format!("%\"{name}\":{gap}\"\"%")))
                    .add(
                        value
                            .clone()
                            .not_like(format!("%\"{name}\":{gap}\"{SEALED}")),
                    ),
            );
        }
    }
    let mut select = plain(table, &value);
    select.expr_as(owner, "owner").cond_where(has_plain);
    let (mut count, mut after) = (0, Uuid::nil());
    loop {
        let rows = rows(db.read(), &select, (table, after)).await?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        after = last.id;
        let ring = db.keys().to_seal(rows.iter().map(|row| row.owner)).await?;
        let tx = db.write().await?;
        for row in &rows {
            let mut value: Value =
                serde_json::from_str(&row.value).map_err(|error| DbErr::Json(error.to_string()))?;
            if ring.is_destroyed(row.owner) {
                value = Value::Null;
            } else {
                seal_plain_fields(&ring, row.owner, &row.place(table, column), &mut value)?;
            }
            count += set(&*tx, (table, column), row, Expr::value(value)).await?;
        }
        tx.commit().await?;
    }
}

fn plain(table: &'static str, value: &Expr) -> SelectStatement {
    Query::select()
        .expr_as(of(table, "id"), "id")
        .expr_as(of(table, "school_id"), "school_id")
        .expr_as(value.clone(), "value")
        .from(Alias::new(table))
        .limit(AT_ONCE)
        .take()
}

pub(super) fn as_text(backend: DbBackend, table: &'static str, column: &'static str) -> Expr {
    if backend == DbBackend::Postgres {
        Expr::cust(format!("CAST(\"{table}\".\"{column}\" AS TEXT)"))
    } else {
        of(table, column)
    }
}

struct Row {
    id: Uuid,
    school: SchoolId,
    owner: Owner,
    value: String,
}

impl Row {
    fn place(&self, table: &'static str, column: &'static str) -> Place<'static> {
        Place {
            school: self.school,
            table,
            column,
            row: self.id,
        }
    }
}

/// The next rows after that one, in the order of their ids: none is looked at twice.
async fn rows(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
    (table, after): (&'static str, Uuid),
) -> Result<Vec<Row>, DbErr> {
    let next = select
        .clone()
        .and_where(of(table, "id").gt(after))
        .order_by_expr(of(table, "id"), Order::Asc)
        .to_owned();
    db.query_all(&next)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Row {
                id: row.try_get("", "id")?,
                school: SchoolId(row.try_get("", "school_id")?),
                owner: Owner(row.try_get("", "owner")?),
                value: row.try_get("", "value")?,
            })
        })
        .collect()
}

/// Writes a value in place of the one that was read. Where somebody wrote another one since
/// then, theirs stays. Answers how many rows were changed.
async fn set(
    db: &impl ConnectionTrait,
    (table, column): (&'static str, &'static str),
    row: &Row,
    value: Expr,
) -> Result<u64, DbErr> {
    let is = as_text(db.get_database_backend(), table, column);
    let update = Query::update()
        .table(Alias::new(table))
        .value(Alias::new(column), value)
        .and_where(of(table, "id").eq(row.id))
        .and_where(is.eq(row.value.as_str()))
        .to_owned();
    Ok(db.execute(&update).await?.rows_affected())
}
