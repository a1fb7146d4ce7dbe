//! Rows that have a time of their own, whoever they are about: which are due, and letting
//! them go with everything that hangs on them.

use datamap::{Due, Retention, RetentionRule, SubjectPath, TableMap};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

use super::Error;
use crate::clock::Time;
use crate::db::Write;
use crate::erasure::{Means, delete_files};
use crate::secrets::new_id;
use crate::ways::{Way, column, count, file_keys, ids_of, leads_to_any, of_school};
use entity::letting_go;

/// Rows that go in one transaction, so that nobody waits long.
const AT_A_TIME: u64 = 200;

/// The rows of a table that go by one rule.
pub(super) struct Swept<'a> {
    pub(super) table: &'a TableMap,
    pub(super) rule: RetentionRule,
    /// The first that is there is when a row's time begins.
    moments: Vec<&'static str>,
    /// The rows that go by another rule: a column, and its word in them.
    others: Vec<(&'static str, &'static str)>,
}

/// The tables whose rows have a time of their own, with their rules: what hangs on others
/// before what it hangs on.
pub(super) fn swept(tables: &[TableMap]) -> Vec<Swept<'_>> {
    tables
        .iter()
        .rev()
        .filter_map(|table| match datamap::due(tables, table) {
            Ok(Due::After(moments, rules)) => Some((table, moments, rules)),
            _ => None,
        })
        .flat_map(|(table, moments, rules)| {
            let words: Vec<_> = rules.iter().filter_map(|rule| rule.only).collect();
            rules.into_iter().map(move |rule| Swept {
                table,
                rule,
                moments: moments.clone(),
                others: words
                    .iter()
                    .copied()
                    .filter(|_| rule.only.is_none())
                    .collect(),
            })
        })
        .collect()
}

/// The rows of a table and rule that are older than `before`. What hangs on them by a rule
/// of its own keeps them: a piece of work stays as long as its mark.
pub(super) fn due_rows(
    tables: &[TableMap],
    swept: &Swept<'_>,
    school: SchoolId,
    before: Time,
) -> Cond {
    let table = swept.table;
    let first = match &*swept.moments {
        [one] => column(one),
        several => Expr::cust(format!("COALESCE({})", several.join(", "))),
    };
    let mut due = Cond::all().add(first.lt(before));
    if let Some((name, word)) = swept.rule.only {
        due = due.add(column(name).eq(word));
    }
    for (name, word) in &swept.others {
        due = due.add(column(name).ne(*word));
    }
    for child in children(tables, table) {
        if matches!(datamap::due(tables, child), Ok(Due::After(..)))
            && let SubjectPath::Through { column: name, .. } = child.subject
        {
            let parents = Query::select()
                .expr(column(name))
                .from(Alias::new(child.table))
                .take();
            due = due.add(column("id").not_in_subquery(parents));
        }
    }
    of_school(table, school, due)
}

/// The rows that name people who are held; none where nobody is.
pub(super) fn of_people(
    tables: &[TableMap],
    table: &TableMap,
    people: &[PersonId],
) -> Option<Cond> {
    if people.is_empty() {
        return None;
    }
    leads_to_any(tables, table, people, Way::Names)
}

/// The rows of the table that tell about students who said yes to keeping their work;
/// none where the rule is not about work.
pub(super) fn kept_work(
    tables: &[TableMap],
    (table, rule): (&TableMap, &RetentionRule),
    people: &[PersonId],
) -> Option<Cond> {
    let is_work = [Retention::StudentWork, Retention::Marks]
        .iter()
        .flat_map(|retention| retention.rules())
        .any(|of_work| of_work.code == rule.code);
    if people.is_empty() || !is_work {
        return None;
    }
    leads_to_any(tables, table, people, Way::TellsAbout)
}

/// The rows of a condition without those of another. By their ids: a column that is empty
/// would make the rest of a row unknown to the database, and keep it for ever.
pub(super) fn without(table: &TableMap, which: Cond, others: Option<Cond>) -> Cond {
    match others {
        Some(others) => Cond::all()
            .add(which)
            .add(column("id").not_in_subquery(ids_of(table, others))),
        None => which,
    }
}

fn children<'a>(tables: &'a [TableMap], table: &'a TableMap) -> impl Iterator<Item = &'a TableMap> {
    tables.iter().filter(move |child| {
        matches!(child.subject, SubjectPath::Through { table: parent, .. } if parent == table.table)
    })
}

/// Lets rows go, a few at a time: their files first, then what hangs on them, then they
/// themselves. Answers how many went.
pub(super) async fn delete(
    Means { db, store, .. }: Means<'_>,
    tables: &[TableMap],
    (school, table): (SchoolId, &TableMap),
    which: &Cond,
) -> Result<u64, Error> {
    let mut gone = 0;
    loop {
        let mut few = ids_of(table, which.clone());
        few.limit(AT_A_TIME);
        let ids: Vec<Uuid> = db
            .read()
            .query_all(&few)
            .await?
            .into_iter()
            .map(|row| row.try_get("", "id"))
            .collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(gone);
        }
        let these = Cond::all().add(column("id").is_in(ids.iter().copied()));
        let doomed = with_children(tables, table, &these);
        for (table, rows) in &doomed {
            let keys = file_keys(db.read(), table, rows.clone()).await?;
            delete_files(store, &keys).await?;
        }
        let tx = db.write().await?;
        let mark = mark_as_going(&tx, school).await?;
        for (table, rows) in doomed {
            let delete = Query::delete()
                .from_table(Alias::new(table.table))
                .cond_where(rows)
                .to_owned();
            tx.execute(&delete).await?;
        }
        letting_go::Entity::delete_by_id(mark).exec(&*tx).await?;
        tx.commit().await?;
        gone += ids.len() as u64;
    }
}

/// Lets rows of a school go that are only ever added, until the mark is taken away: in the
/// same transaction, so that they go at no other time. Answers the mark.
async fn mark_as_going(tx: &Write, school: SchoolId) -> Result<Uuid, DbErr> {
    let id = new_id();
    letting_go::ActiveModel {
        id: Set(id),
        school_id: Set(school),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// Rows with everything that hangs on them. What was built later may point to what was
/// built before, and so goes first.
fn with_children<'a>(
    tables: &'a [TableMap],
    table: &'a TableMap,
    rows: &Cond,
) -> Vec<(&'a TableMap, Cond)> {
    let mut doomed = vec![(table, rows.clone())];
    for child in children(tables, table) {
        if let SubjectPath::Through { column: name, .. } = child.subject {
            let of_them = column(name).in_subquery(ids_of(table, rows.clone()));
            doomed.extend(with_children(tables, child, &Cond::all().add(of_them)));
        }
    }
    let built = |of: &TableMap| tables.iter().position(|table| table.table == of.table);
    doomed.sort_by_key(|(table, _)| std::cmp::Reverse(built(table)));
    doomed
}

/// How many rows there are.
pub(super) async fn how_many(
    db: &impl ConnectionTrait,
    table: &TableMap,
    which: Cond,
) -> Result<u64, DbErr> {
    count(db, table, which).await
}
