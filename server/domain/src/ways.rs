//! From a person to the rows that are theirs, made from the data map: what export,
//! erasure and the sweep have in common.

use datamap::{OnErasure, SubjectPath, TableMap};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use vocab::ids::{PersonId, SchoolId};

/// Which rows are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Every row that names the person.
    Names,
    /// Rows that tell about them, and not only that they did something to it.
    TellsAbout,
    /// Rows that go when the person is erased.
    GoesWith,
}

/// A column or table by its name in the database.
pub(crate) fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

/// The condition that a row of the table is the person's in that way; none where no row is.
pub(crate) fn leads_to(
    tables: &[TableMap],
    table: &TableMap,
    person: PersonId,
    way: Way,
) -> Option<Cond> {
    leads_to_any(tables, table, &[person], way)
}

/// The same for several people: the rows of any of them.
pub(crate) fn leads_to_any(
    tables: &[TableMap],
    table: &TableMap,
    people: &[PersonId],
    way: Way,
) -> Option<Cond> {
    let ids = || people.iter().map(|person| person.0);
    match table.subject {
        SubjectPath::Itself if way == Way::GoesWith => None,
        SubjectPath::Itself => Some(Cond::all().add(column("id").is_in(ids()))),
        SubjectPath::People(all) => {
            let columns = match way {
                Way::Names => all.to_vec(),
                Way::TellsAbout => table.tells_about(),
                Way::GoesWith => table.goes_with(),
            };
            if columns.is_empty() {
                return None;
            }
            let any = columns
                .iter()
                .fold(Cond::any(), |any, name| any.add(column(name).is_in(ids())));
            Some(any)
        }
        SubjectPath::Through {
            column: name,
            table: next,
        } => {
            let goes = table
                .class(name)
                .is_some_and(|class| class.on_erasure == OnErasure::DeleteRow);
            if way == Way::GoesWith && !goes {
                return None;
            }
            let next = tables.iter().find(|table| table.table == next)?;
            let above = ids_of(next, leads_to_any(tables, next, people, way)?);
            let through = Cond::any().add(column(name).in_subquery(above));
            if way != Way::Names {
                return Some(through);
            }
            let themselves = table.also_names.iter();
            Some(themselves.fold(through, |any, name| any.add(column(name).is_in(ids()))))
        }
        SubjectPath::Nobody(_) => None,
    }
}

/// The ids of a table's rows.
pub(crate) fn ids_of(table: &TableMap, which: Cond) -> SelectStatement {
    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table.table))
        .cond_where(which)
        .take()
}

/// Narrows a condition to a school, where the table has one.
pub(crate) fn of_school(table: &TableMap, school: SchoolId, which: Cond) -> Cond {
    let whole = Cond::all().add(which);
    if table.class("school_id").is_some() {
        whole.add(column("school_id").eq(school.0))
    } else {
        whole
    }
}

/// How many rows of a table there are.
pub(crate) async fn count(
    db: &impl ConnectionTrait,
    table: &TableMap,
    which: Cond,
) -> Result<u64, DbErr> {
    let select = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "n")
        .from(Alias::new(table.table))
        .cond_where(which)
        .take();
    let row = db.query_one(&select).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// The keys of files that rows of a table name.
pub(crate) async fn file_keys(
    db: &impl ConnectionTrait,
    table: &TableMap,
    which: Cond,
) -> Result<Vec<String>, DbErr> {
    let Some(key) = table.file_key() else {
        return Ok(Vec::new());
    };
    let select = Query::select()
        .expr_as(column(key), "k")
        .from(Alias::new(table.table))
        .cond_where(Cond::all().add(which).add(column(key).is_not_null()))
        .take();
    db.query_all(&select)
        .await?
        .into_iter()
        .map(|row| row.try_get("", "k"))
        .collect()
}

/// The rows of a table whose file names many people, so that it goes as a whole with any of
/// them; none where a file is about those whom its row leads to.
pub(crate) fn with_files_of_many(table: &TableMap) -> Option<Cond> {
    let key = table.file_key()?;
    let names_many = table.class(key)?.on_erasure == OnErasure::Redact;
    names_many.then(|| Cond::all().add(column(key).is_not_null()))
}

/// Any value as text, the same on both databases; ids with their hyphens.
pub(crate) fn as_text(backend: DbBackend, name: &'static str) -> Expr {
    if backend == DbBackend::Postgres {
        return Expr::cust(format!("CAST(\"{name}\" AS TEXT)"));
    }
    Expr::cust(format!(
        "CASE typeof(\"{name}\") WHEN 'blob' THEN lower(hex(\"{name}\")) ELSE CAST(\"{name}\" AS TEXT) END"
    ))
}
