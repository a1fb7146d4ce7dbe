//! The plan of an erasure, made from the data map and written down before anything is
//! done: which steps, in which order, and how many rows each of them is about.

use datamap::{KeepReason, Kind, OnErasure, SubjectPath, TableMap, registry};
use entity::key_destroyed;
use sea_orm::sea_query::{Cond, ExprTrait, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vocab::erasure::StepAction;
use vocab::ids::{PersonId, SchoolId};

use super::packages;
use crate::secrets::hex;
use crate::ways::{Way, column, count, file_keys, leads_to, of_school, with_files_of_many};

/// The job's own table: its traces go with the certificate, after the search.
const OWN: &str = "erasure_job";
/// What takes something away, in the order in which it is done.
const IN_ORDER: [StepAction; 4] = [
    StepAction::EmptyCopies,
    StepAction::DeleteFiles,
    StepAction::DeleteRows,
    StepAction::Clear,
];

/// What an erasure does to one table, whoever it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The table.
    pub table: &'static str,
    /// What is done to its rows that are about the person, in this order.
    pub steps: Vec<StepAction>,
    /// The columns that stay, each with its reason.
    pub kept: Vec<(&'static str, KeepReason)>,
}

/// What an erasure can do, table by table in the order of the plan. The plan of somebody's
/// erasure has those of these steps that find a row of theirs, and the end of their key.
pub fn outline() -> Vec<Outline> {
    let tables = registry();
    let somebody = Whose {
        school: SchoolId(Uuid::nil()),
        person: PersonId(Uuid::nil()),
    };
    tables
        .iter()
        .rev()
        .map(|table| {
            let is_reached = leads_to(&tables, table, somebody.person, Way::Names).is_some();
            let has = |action: &StepAction| which(&tables, table, somebody, *action).is_some();
            Outline {
                table: table.table,
                steps: IN_ORDER.into_iter().filter(has).collect(),
                kept: if is_reached { kept(table) } else { Vec::new() },
            }
        })
        .collect()
}

/// One step to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) action: StepAction,
    /// A table, or a table and a column for what stays.
    pub(super) target: String,
    pub(super) expected: u64,
    /// Why it stays, or is put off.
    pub(super) note: &'static str,
}

impl Planned {
    /// True where nothing is done, or not before a hold has ended.
    pub(super) fn is_exempt(&self) -> bool {
        self.action == StepAction::Keep || !self.note.is_empty()
    }
}

/// Whose erasure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub(super) school: SchoolId,
    pub(super) person: PersonId,
}

/// Every step, in the order in which they are done: copies first, while the rows still
/// say whose they are; files before their rows, so that no key is forgotten; children
/// before parents; the person last.
pub(super) async fn plan(
    db: &impl ConnectionTrait,
    tables: &[TableMap],
    whose: Whose,
) -> Result<Vec<Planned>, DbErr> {
    let mut steps = Vec::new();
    for action in IN_ORDER {
        for table in tables.iter().rev() {
            let Some(which) = which(tables, table, whose, action) else {
                continue;
            };
            let expected = match action {
                StepAction::DeleteFiles => file_keys(db, table, which).await?.len() as u64,
                _ => count(db, table, which).await?,
            };
            if expected == 0 {
                continue;
            }
            let is_put_off = action == StepAction::DeleteFiles
                && packages::have_to_stay(db, table, whose.school).await?;
            steps.push(Planned {
                action,
                target: table.table.to_owned(),
                expected,
                note: if is_put_off { packages::PUT_OFF } else { "" },
            });
        }
    }
    // Once everything it protects is gone: from here on no copy anywhere can be read. It
    // cannot be undone, so nothing that can fail follows it in the plan.
    let is_gone = key_destroyed::Entity::find()
        .filter(key_destroyed::Column::PersonId.eq(whose.person))
        .count(db)
        .await?
        > 0;
    if !is_gone {
        steps.push(Planned {
            action: StepAction::DestroyKey,
            target: "the key".to_owned(),
            expected: 1,
            note: "",
        });
    }
    steps.extend(what_stays(db, tables, whose).await?);
    Ok(steps)
}

async fn what_stays(
    db: &impl ConnectionTrait,
    tables: &[TableMap],
    whose: Whose,
) -> Result<Vec<Planned>, DbErr> {
    let mut stays = Vec::new();
    for table in tables.iter().rev() {
        let Some(which) = leads_to(tables, table, whose.person, Way::Names) else {
            continue;
        };
        let kept = kept(table);
        if kept.is_empty() {
            continue;
        }
        let expected = count(db, table, of_school(table, whose.school, which)).await?;
        if expected == 0 {
            continue;
        }
        stays.extend(kept.into_iter().map(|(name, reason)| Planned {
            action: StepAction::Keep,
            target: format!("{}.{name}", table.table),
            expected,
            note: reason.words(),
        }));
    }
    Ok(stays)
}

/// The columns of a table that stay, each with its reason.
fn kept(table: &TableMap) -> Vec<(&'static str, KeepReason)> {
    table
        .columns
        .iter()
        .filter_map(|(name, class)| {
            let OnErasure::Keep(reason) = class.on_erasure else {
                return None;
            };
            Some((*name, reason))
        })
        .collect()
}

/// The rows that a step is about; none where the table has nothing to do with it.
pub(super) fn which(
    tables: &[TableMap],
    table: &TableMap,
    whose: Whose,
    action: StepAction,
) -> Option<Cond> {
    let Whose { school, person } = whose;
    let found = match action {
        StepAction::DeleteRows => leads_to(tables, table, person, Way::GoesWith)?,
        StepAction::DeleteFiles => {
            table.file_key()?;
            // A package that names many people cannot be taken apart: it goes as a whole.
            with_files_of_many(table).or_else(|| leads_to(tables, table, person, Way::GoesWith))?
        }
        StepAction::Clear => {
            if table.table == OWN {
                return None;
            }
            let full = table
                .erased_by(OnErasure::Clear)
                .fold(Cond::any(), |any, name| any.add(is_full(table, name)));
            if full.is_empty() {
                return None;
            }
            let about = leads_to(tables, table, person, Way::TellsAbout)?;
            Cond::all().add(about).add(full)
        }
        StepAction::EmptyCopies => {
            let row = table.any_row?;
            let copies = copies(table)
                .into_iter()
                .fold(Cond::any(), |any, name| any.add(column(name).is_not_null()));
            if copies.is_empty() {
                return None;
            }
            let theirs = column(row).in_subquery(their_rows(tables, person)?);
            Cond::all().add(theirs).add(copies)
        }
        StepAction::TakeOut | StepAction::DestroyKey | StepAction::Keep | StepAction::Search => {
            return None;
        }
    };
    Some(of_school(table, school, found))
}

/// The person's own id and those of all rows that go with them.
fn their_rows(tables: &[TableMap], person: PersonId) -> Option<SelectStatement> {
    let mut all = tables
        .iter()
        .filter(|table| table.class("id").is_some())
        .filter_map(|table| {
            let way = match table.subject {
                SubjectPath::Itself => Way::Names,
                _ => Way::GoesWith,
            };
            let which = leads_to(tables, table, person, way)?;
            Some(crate::ways::ids_of(table, which))
        });
    let mut first = all.next()?;
    for next in all {
        first.union(UnionType::All, next);
    }
    Some(first)
}

/// The columns of a table that hold copies of other columns and may be emptied whole.
pub(super) fn copies(table: &TableMap) -> Vec<&'static str> {
    table
        .erased_by(OnErasure::Redact)
        .filter(|name| {
            let shape = table.shape(name);
            shape.is_some_and(|shape| shape.is_nullable && shape.kind == Kind::Json)
        })
        .collect()
}

/// The condition that there is something in a column.
fn is_full(table: &TableMap, name: &'static str) -> Cond {
    let is_nullable = table.shape(name).is_some_and(|shape| shape.is_nullable);
    if is_nullable {
        Cond::all().add(column(name).is_not_null())
    } else {
        Cond::all().add(column(name).ne(""))
    }
}

/// SHA-256 over the steps and over what the data map says, so that a certificate tells
/// which plan it is about.
pub(super) fn hash(tables: &[TableMap], steps: &[Planned]) -> String {
    let mut hash = Sha256::new();
    for table in tables {
        for (name, class) in &table.columns {
            hash.update(format!("{}.{name} {:?}\n", table.table, class.on_erasure));
        }
    }
    for step in steps {
        hash.update(format!(
            "{} {} {}\n",
            step.action, step.target, step.expected
        ));
    }
    hex(&hash.finalize())
}
