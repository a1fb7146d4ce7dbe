//! Reading what is about somebody: for each table of the data map the rows that lead to
//! them, and of each row what its columns' classes let out.

use datamap::{Category, Class, OnExport, Protect, Purpose, TableMap, registry};
use sea_orm::sea_query::{Alias, Cond, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr};
use vocab::ids::{PersonId, SchoolId};

use crate::db::Keyed;
use crate::keys::Place;
use crate::ways::{self, Way, as_text, column};

/// What somebody reads in place of a value.
const HIDDEN: &str = "kept, and not shown: it guards the account";
const OF_OTHERS: &str = "kept, and not shown: it is about others too";
/// Whom a row is about, where others stand in it too.
const SUBJECT: &str = "subject_id";
const YOU: &str = "you";
const THEY: &str = "the person themselves";
const SOMEBODY: &str = "somebody of the school";

/// Everything about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Table by table; those without rows are left out.
    pub groups: Vec<Group>,
}

impl Copy {
    /// Leaves out what is told to whom a row is about, and to nobody else.
    pub(super) fn hide_what_is_for_the_subject(&mut self) {
        for group in &mut self.groups {
            for row in &mut group.rows {
                for ((_, class), field) in group.columns.iter().zip(row) {
                    if class.on_export == OnExport::ForTheSubject {
                        *field = Field::Word(OF_OTHERS);
                    }
                }
            }
        }
    }

    /// Leaves what may go to somebody outside: columns of these kinds, kept for teaching and
    /// for running the school. What is kept to show what was done tells of others too. A date
    /// alone would tell that there is something, so a table goes that is nothing else.
    pub(super) fn keep_for_outside(&mut self, kinds: &[Category]) {
        let stays = |class: &Class| {
            class.purpose.is_some_and(is_for_outside)
                && (class.category == Category::Link || kinds.contains(&class.category))
        };
        let tells = |class: &Class| !matches!(class.category, Category::Link | Category::Activity);
        self.groups.retain(|group| {
            let classes = || group.columns.iter().map(|(_, class)| class);
            let has_more = classes().any(tells);
            classes()
                .filter(|class| stays(class))
                .any(|class| class.category != Category::Link && (tells(class) || !has_more))
        });
        for group in &mut self.groups {
            let stays: Vec<bool> = group
                .columns
                .iter()
                .map(|(_, class)| stays(class))
                .collect();
            let mut of_column = stays.iter();
            group.columns.retain(|_| of_column.next() == Some(&true));
            for row in &mut group.rows {
                let mut of_field = stays.iter();
                row.retain(|_| of_field.next() == Some(&true));
                for field in row {
                    if *field == Field::Word(YOU) {
                        *field = Field::Word(THEY);
                    }
                }
            }
        }
    }
}

const fn is_for_outside(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Teaching | Purpose::RunningTheSchool | Purpose::SigningIn => true,
        Purpose::Security | Purpose::Accountability | Purpose::PublicPages => false,
    }
}

/// The rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The table's name.
    pub table: &'static str,
    /// The columns, with what is said of each.
    pub columns: Vec<(&'static str, Class)>,
    /// One for each row, in the order of the columns.
    pub rows: Vec<Vec<Field>>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// As it is kept; empty where nothing is.
    Value(Option<String>),
    /// A word in its place.
    Word(&'static str),
}

/// Every table that a copy about somebody can have, with the columns that are told and
/// without rows: a copy leaves out the tables in which there is nothing about its person.
pub fn outline() -> Copy {
    let tables = registry();
    let somebody = PersonId(uuid::Uuid::nil());
    let groups = tables
        .iter()
        .filter(|table| ways::leads_to(&tables, table, somebody, Way::Names).is_some())
        .map(|table| Group {
            table: table.table,
            columns: told(table),
            rows: Vec::new(),
        })
        .filter(|group| !group.columns.is_empty())
        .collect();
    Copy { groups }
}

/// The columns of a table that are told.
fn told(table: &TableMap) -> Vec<(&'static str, Class)> {
    table
        .columns
        .iter()
        .copied()
        .filter(|(_, class)| class.on_export != OnExport::Nothing)
        .collect()
}

/// Reads everything about a person of the school. Whoever hands it on has asked
/// [`door`](super::door).
pub async fn gather(db: &impl Keyed, school: SchoolId, person: PersonId) -> Result<Copy, DbErr> {
    let tables = registry();
    let mut groups = Vec::new();
    for table in &tables {
        let Some(which) = ways::leads_to(&tables, table, person, Way::Names) else {
            continue;
        };
        let columns = told(table);
        if columns.is_empty() {
            continue;
        }
        let rows = rows(db, (table.table, &columns), (school, person), which).await?;
        if !rows.is_empty() {
            groups.push(Group {
                table: table.table,
                columns,
                rows,
            });
        }
    }
    Ok(Copy { groups })
}

async fn rows(
    db: &impl Keyed,
    (table, columns): (&'static str, &[(&'static str, Class)]),
    (school, person): (SchoolId, PersonId),
    which: Cond,
) -> Result<Vec<Vec<Field>>, DbErr> {
    let backend = db.get_database_backend();
    let mut select = Query::select();
    select.from(Alias::new(table)).cond_where(which);
    let is_of_school = registry()
        .iter()
        .any(|map| map.table == table && map.class("school_id").is_some());
    if is_of_school {
        select.and_where(column("school_id").eq(school.0));
    }
    for (at, (name, _)) in columns.iter().enumerate() {
        select.expr_as(as_text(backend, name), format!("c{at}"));
    }
    if columns.iter().any(|(_, class)| is_sealed(*class)) {
        select.expr_as(column("id"), "row_id");
    }
    let mut rows = read(db, &select, columns, person).await?;
    open(db, (school, table), columns, &mut rows).await?;
    Ok(rows.into_iter().map(|(_, fields)| fields).collect())
}

/// Sealed as a whole, and shown.
fn is_sealed(class: Class) -> bool {
    let as_a_whole = [
        Some(Protect::WithTheSubjectsKey),
        Some(Protect::WithTheSchoolsKey),
    ];
    as_a_whole.contains(&class.protect) && class.on_export == OnExport::Include
}

/// Opens what is sealed, with the keys of everybody in these rows.
async fn open(
    db: &impl Keyed,
    (school, table): (SchoolId, &'static str),
    columns: &[(&'static str, Class)],
    rows: &mut [(Option<uuid::Uuid>, Vec<Field>)],
) -> Result<(), DbErr> {
    let texts = rows.iter().flat_map(|(_, fields)| fields.iter());
    let ring = db
        .keys()
        .to_open(texts.filter_map(|field| match field {
            Field::Value(value) => value.as_deref(),
            Field::Word(_) => None,
        }))
        .await?;
    for (id, fields) in rows {
        let Some(row) = *id else { continue };
        for ((column, class), field) in columns.iter().zip(fields) {
            if let Field::Value(Some(text)) = field
                && is_sealed(*class)
            {
                let place = Place {
                    school,
                    table,
                    column,
                    row,
                };
                *text = ring.open(&place, text).words();
            }
        }
    }
    Ok(())
}

async fn read(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
    columns: &[(&'static str, Class)],
    person: PersonId,
) -> Result<Vec<(Option<uuid::Uuid>, Vec<Field>)>, DbErr> {
    let has_id = columns.iter().any(|(_, class)| is_sealed(*class));
    db.query_all(select)
        .await?
        .into_iter()
        .map(|row| {
            let id = if has_id {
                Some(row.try_get("", "row_id")?)
            } else {
                None
            };
            let value = |at: usize| row.try_get::<Option<String>>("", &format!("c{at}"));
            let subject = columns.iter().position(|(name, _)| *name == SUBJECT);
            let is_about_them = match subject {
                Some(at) => value(at)?.is_some_and(|id| is(&id, person)),
                None => false,
            };
            let fields = columns
                .iter()
                .enumerate()
                .map(|(at, (_, class))| Ok(field(*class, value(at)?, person, is_about_them)))
                .collect::<Result<_, DbErr>>()?;
            Ok((id, fields))
        })
        .collect()
}

fn is(id: &str, person: PersonId) -> bool {
    uuid::Uuid::parse_str(id).is_ok_and(|id| id == person.0)
}

fn field(class: Class, value: Option<String>, person: PersonId, is_about_them: bool) -> Field {
    let Some(value) = value else {
        return Field::Value(None);
    };
    match class.on_export {
        OnExport::Withhold => Field::Word(HIDDEN),
        OnExport::WithoutOthers => Field::Word(OF_OTHERS),
        OnExport::AsRole => Field::Word(if is(&value, person) { YOU } else { SOMEBODY }),
        OnExport::ForTheSubject if !is_about_them => Field::Word(OF_OTHERS),
        OnExport::Include | OnExport::ForTheSubject | OnExport::Nothing => {
            let id = (value.len() == 32)
                .then(|| uuid::Uuid::parse_str(&value).ok())
                .flatten();
            Field::Value(Some(id.map_or(value, |id| id.to_string())))
        }
    }
}
