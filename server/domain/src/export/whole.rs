//! The copy of the whole school, which it takes when it leaves: all its rows of every table
//! of the data map as JSON, what each column means, and every file. It is written to disk
//! piece by piece, so that memory stays small however much there is. What guards accounts
//! is left out, what is sealed is opened, and what cannot be read is named in a file of its
//! own.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use datamap::{Category, Class, Kind, LawfulBasis, OnExport, Purpose, TableMap};
use sea_orm::sea_query::{Alias, Cond, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vocab::ids::{FileId, SchoolId};
use vocab::legal_entity::LegalEntity;
use vocab::looks::{LookKind, LookVia};
use zip::ZipWriter;

use super::archive::{begin, is_missing, whole, why};
use super::value::{from_text, open, sealed_texts};
use super::{Error, Means};
use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Db;
use crate::events::{self, Event};
use crate::files::{Store, shown_name};
use crate::keys::Place;
use crate::looks::Whose;
use crate::moments::day_in;
use crate::notice::periods;
use crate::schools::leaving;
use crate::schools::policy::Action;
use crate::ways::{as_text, column, of_school};

/// Rows that are in memory at once.
const AT_ONCE: u64 = 200;
/// The one table whose rows are schools.
const SCHOOL: &str = "school";
/// Whom an admin asks about a file that is not in the copy.
const ASK_OPERATOR: &str = "Ask whoever runs Classimize about it.";
const LEFT_OUT: &str =
    "left out: it guards an account or a device, or leads to somebody who was erased";
/// How `missing.txt` begins.
const WHAT_IS_MISSING: &str = "What could not be read is not in this copy. Tell whoever runs Classimize before the school is deleted:\nwhat is mended by then is in the next copy.\n\n";

/// A school that may take its copy. Only [`door_of_school`] makes one.
#[derive(Clone, Debug)]
pub struct LeavingSchool(Permitted<()>);

/// The door to a school's copy: for who settles its leaving, once that is confirmed and
/// until everything is deleted. Otherwise it is as if there was none.
pub async fn door_of_school(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<LeavingSchool, AccessError> {
    let permitted = access::school(actor, Action::LeaveThePlatform)?;
    if leaving::has_copy(db, permitted.school(), now).await? {
        return Ok(LeavingSchool(permitted));
    }
    Err(AccessError::NotFound)
}

/// Makes the archive in a file without a name, which goes when it is closed. That it was
/// made is written down, and everybody reads it in "Who looked at my data".
pub async fn archive_of_school(
    Means {
        db,
        store,
        platform,
        ..
    }: Means<'_>,
    actor: &Actor,
    LeavingSchool(permitted): &LeavingSchool,
    now: Time,
) -> Result<File, Error> {
    let (kind, via) = (LookKind::Everything, LookVia::Copy);
    actor.saw_by(Whose::School, kind, actor.office_relation(), via);
    let school = permitted.school();
    let tables: Vec<TableMap> = datamap::registry().into_iter().filter(is_kept).collect();
    let mut copy = Archive::begin(school)?;
    copy.text("README.txt", &readme(actor, platform, now))?;
    copy.text("schema.json", &format!("{:#}\n", schema(&tables)))?;
    for table in &tables {
        copy.table(db, table).await?;
    }
    for table in &tables {
        copy.files((db, store), table).await?;
    }
    let (file, counts) = copy.finish()?;
    let tx = db.write().await?;
    let event = Event {
        school,
        actor: permitted.actor(),
        kind: "school.copied",
        subject: school.0,
        before: None,
        after: Some(json!({
            "tables": tables.len(),
            "rows": counts.rows,
            "files": counts.files,
            "missing": counts.missing,
        })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(file)
}

/// Of the school; what is the platform's own is not the school's to take.
fn is_kept(table: &TableMap) -> bool {
    table.table == SCHOOL || table.class("school_id").is_some()
}

/// A secret of an account or device, or a hash that leads to whoever is gone.
fn is_left_out(class: Class) -> bool {
    class.on_export == OnExport::Withhold || class.category == Category::Credential
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    rows: u64,
    files: u64,
    missing: u64,
}

/// The archive while it is written.
struct Archive {
    school: SchoolId,
    zip: ZipWriter<File>,
    /// A line for all that could not be read.
    missing: File,
    counts: Counts,
}

impl Archive {
    fn begin(school: SchoolId) -> Result<Self, Error> {
        Ok(Self {
            school,
            zip: ZipWriter::new(tempfile::tempfile()?),
            missing: tempfile::tempfile()?,
            counts: Counts::default(),
        })
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        begin(&mut self.zip, name, true)?;
        self.zip.write_all(text.as_bytes())?;
        Ok(())
    }

    /// All rows of a table, in the order of their keys.
    async fn table(&mut self, db: &Db, table: &TableMap) -> Result<(), Error> {
        let rows = Rows::new(db, table, self.school);
        self.text(&format!("tables/{}.json", table.table), "[")?;
        let mut last: Option<Key> = None;
        let mut between = "\n";
        loop {
            let page = rows.behind(db, last.as_deref()).await?;
            for (column, row) in page.unread {
                let line = format!(
                    "tables/{}.json: {column} of the row {row} was changed outside Classimize, or its key cannot be used\n",
                    table.table
                );
                self.is_missing(&line)?;
            }
            for row in page.rows {
                let names = rows.columns.iter().map(|column| column.name.to_owned());
                let row: Map<String, Value> = names.zip(row.values).collect();
                let line = format!("{between}{}", Value::Object(row));
                self.zip.write_all(line.as_bytes())?;
                between = ",\n";
                self.counts.rows += 1;
            }
            last = page.last;
            if last.is_none() {
                break;
            }
        }
        self.zip.write_all(b"\n]\n")?;
        Ok(())
    }

    /// The files that rows of a table name.
    async fn files(&mut self, (db, store): (&Db, &Store), table: &TableMap) -> Result<(), Error> {
        let Some(key) = table.file_key() else {
            return Ok(());
        };
        let mut last = Uuid::nil();
        loop {
            let page = named_files(db, (table, key), self.school, last).await?;
            let Some((id, ..)) = page.last() else {
                return Ok(());
            };
            last = id.0;
            for (id, name, key) in page {
                let name = shown_name(&name);
                self.file((db, store), (id, name.as_str()), &key).await?;
            }
        }
    }

    async fn file(
        &mut self,
        (db, store): (&Db, &Store),
        (id, name): (FileId, &str),
        key: &str,
    ) -> Result<(), Error> {
        match whole(store, db.keys(), key).await? {
            Ok(mut bytes) => {
                begin(&mut self.zip, &format!("files/{id} {name}"), false)?;
                std::io::copy(&mut bytes, &mut self.zip)?;
                self.counts.files += 1;
            }
            // It does not take the rest of the copy with it.
            Err(error) => {
                tracing::error!(%error, "a file of a school's copy is missing or not whole");
                is_missing(&mut self.zip, (id, name), &error, ASK_OPERATOR)?;
                self.is_missing(&format!("files/{id} {name}: {}\n", why(&error)))?;
            }
        }
        Ok(())
    }

    fn is_missing(&mut self, line: &str) -> Result<(), Error> {
        self.counts.missing += 1;
        self.missing.write_all(line.as_bytes())?;
        Ok(())
    }

    fn finish(mut self) -> Result<(File, Counts), Error> {
        if self.counts.missing > 0 {
            self.text("missing.txt", WHAT_IS_MISSING)?;
            self.missing.seek(SeekFrom::Start(0))?;
            std::io::copy(&mut self.missing, &mut self.zip)?;
        }
        let mut file = self.zip.finish().map_err(std::io::Error::other)?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, self.counts))
    }
}

/// A column that is in the copy.
#[derive(Clone, Copy, Debug)]
struct Column {
    name: &'static str,
    kind: Kind,
    class: Class,
}

/// The values of a key, which tells rows apart and puts them in order.
type Key = Vec<sea_orm::Value>;

/// The rows of a table, page by page.
struct Rows<'a> {
    table: &'a TableMap,
    school: SchoolId,
    columns: Vec<Column>,
    select: SelectStatement,
}

struct Row {
    id: Uuid,
    values: Vec<Value>,
}

struct Page {
    rows: Vec<Row>,
    /// What could not be read: the column, and the row's id.
    unread: Vec<(&'static str, Uuid)>,
    /// The key of the last row; none where there is none.
    last: Option<Key>,
}

impl<'a> Rows<'a> {
    fn new(db: &Db, table: &'a TableMap, school: SchoolId) -> Self {
        let columns: Vec<Column> = table
            .columns
            .iter()
            .zip(&table.shapes)
            .filter(|((_, class), _)| !is_left_out(*class))
            .map(|((name, class), shape)| Column {
                name,
                kind: shape.kind,
                class: *class,
            })
            .collect();
        let backend = db.read().get_database_backend();
        let mut select = Query::select();
        select.from(Alias::new(table.table)).limit(AT_ONCE);
        for (at, column) in columns.iter().enumerate() {
            select.expr_as(as_text(backend, column.name), format!("c{at}"));
        }
        for (at, name) in table.key.iter().enumerate() {
            select
                .expr_as(column(name), format!("k{at}"))
                .order_by_expr(column(name), Order::Asc);
        }
        select.cond_where(if table.table == SCHOOL {
            Cond::all().add(column("id").eq(school.0))
        } else {
            of_school(table, school, Cond::all())
        });
        Self {
            table,
            school,
            columns,
            select,
        }
    }

    /// The next rows behind the one with this key, opened.
    async fn behind(&self, db: &Db, last: Option<&[sea_orm::Value]>) -> Result<Page, DbErr> {
        let mut select = self.select.clone();
        if let Some(last) = last {
            select.cond_where(is_behind(&self.table.key, last));
        }
        let found = db.read().query_all(&select).await?;
        let last = found.last().map(|row| self.key(row)).transpose()?;
        let mut rows = found
            .iter()
            .map(|row| self.row(row))
            .collect::<Result<Vec<_>, _>>()?;
        let texts = rows.iter().flat_map(|row| {
            let values = self.columns.iter().zip(&row.values);
            values.flat_map(|(column, value)| sealed_texts(column.class, value))
        });
        let ring = db.keys().to_open(texts).await?;
        let mut unread = Vec::new();
        for row in &mut rows {
            for (column, value) in self.columns.iter().zip(&mut row.values) {
                let place = Place {
                    school: self.school,
                    table: self.table.table,
                    column: column.name,
                    row: row.id,
                };
                if !open(&ring, &place, (column.kind, column.class), value) {
                    unread.push((column.name, row.id));
                }
            }
        }
        Ok(Page { rows, unread, last })
    }

    fn row(&self, row: &QueryResult) -> Result<Row, DbErr> {
        let values = self.columns.iter().enumerate().map(|(at, column)| {
            let text: Option<String> = row.try_get("", &format!("c{at}"))?;
            Ok(text.map_or(Value::Null, |text| from_text(column.kind, text)))
        });
        Ok(Row {
            // A key begins with an id, and what is sealed is bound to it.
            id: row.try_get("", "k0")?,
            values: values.collect::<Result<_, DbErr>>()?,
        })
    }

    fn key(&self, row: &QueryResult) -> Result<Key, DbErr> {
        let values = self.table.key.iter().enumerate().map(|(at, name)| {
            let at = format!("k{at}");
            let shape = self.table.shape(name);
            if shape.is_some_and(|shape| shape.kind == Kind::Number) {
                row.try_get::<i32>("", &at).map(sea_orm::Value::from)
            } else {
                row.try_get::<Uuid>("", &at).map(sea_orm::Value::from)
            }
        });
        values.collect()
    }
}

/// The condition that a row comes behind the one with this key.
fn is_behind(key: &[&'static str], last: &[sea_orm::Value]) -> Cond {
    let mut same = Cond::all();
    let mut any = Cond::any();
    for (name, value) in key.iter().zip(last) {
        let behind = column(name).gt(value.clone());
        any = any.add(same.clone().add(behind));
        same = same.add(column(name).eq(value.clone()));
    }
    any
}

/// The next files that rows of a table name: id, name and key in the store.
async fn named_files(
    db: &Db,
    (table, key): (&TableMap, &'static str),
    school: SchoolId,
    last: Uuid,
) -> Result<Vec<(FileId, String, String)>, DbErr> {
    let name = ["name", "file_name"]
        .into_iter()
        .find(|name| table.class(name).is_some())
        .unwrap_or(key);
    let with_a_file = Cond::all().add(column(key).is_not_null());
    let select = Query::select()
        .expr_as(column("id"), "id")
        .expr_as(column(name), "name")
        .expr_as(column(key), "key")
        .from(Alias::new(table.table))
        .cond_where(of_school(table, school, with_a_file))
        .and_where(column("id").gt(last))
        .order_by_expr(column("id"), Order::Asc)
        .limit(AT_ONCE)
        .take();
    db.read()
        .query_all(&select)
        .await?
        .into_iter()
        .map(|row| {
            Ok((
                FileId(row.try_get("", "id")?),
                row.try_get("", "name")?,
                row.try_get("", "key")?,
            ))
        })
        .collect()
}

/// What every column of every table is, and which are left out.
fn schema(tables: &[TableMap]) -> Value {
    let told = tables.iter().map(|table| {
        let columns = table.columns.iter().zip(&table.shapes);
        let columns: Map<String, Value> = columns
            .map(|((name, class), shape)| ((*name).to_owned(), meaning(*class, shape.kind)))
            .collect();
        let file = format!("tables/{}.json", table.table);
        let told = json!({ "file": file, "key": table.key, "columns": columns });
        (table.table.to_owned(), told)
    });
    Value::Object(told.collect())
}

fn meaning(class: Class, kind: Kind) -> Value {
    let value = if is_left_out(class) {
        LEFT_OUT
    } else {
        match kind {
            Kind::Id => "an id",
            Kind::Text => "text",
            Kind::Json => "JSON",
            Kind::Time => "a time in UTC (ISO 8601)",
            Kind::Number => "a whole number",
            Kind::Truth => "true or false",
        }
    };
    json!({
        "value": value,
        "category": class.category.words(),
        "purpose": class.purpose.map(Purpose::words),
        "lawful_basis": class.lawful_basis.map(LawfulBasis::words),
        "kept_for": class.retention.map(periods),
    })
}

fn readme(actor: &Actor, platform: &LegalEntity, now: Time) -> String {
    format!(
        "The copy of {school}, made on {day}\n\
         \n\
         This is everything that Classimize keeps about your school and everybody in it. Whoever gets hold of\n\
         it can read all of it, also what was written to the data protection lead or reported in confidence.\n\
         Keep it where only those can reach it who must, and delete it when it is not needed any more.\n\
         \n\
         tables/       A file for each table, with one row on each line, as JSON. A column such as classroom_id\n\
         \u{20}             holds the id of a row in classroom.json. Times are in UTC; points are in hundredths, so\n\
         \u{20}             that 1450 is 14.5. Null stands where nothing is kept, and in place of the words of\n\
         \u{20}             somebody who was erased.\n\
         schema.json   What each column holds, what it is kept for and how long.\n\
         files/        Every file that was handed in, set or imported, under its id and its name. A table whose\n\
         \u{20}             name ends in _file says which work it belongs to.\n\
         missing.txt   Only where something could not be read: what, and why.\n\
         \n\
         Passwords, the secrets of devices and badges and links that let somebody in are left out: they are kept as\n\
         fingerprints and work nowhere else. Who restricted the use of their data, or objected to it, stands in\n\
         restriction.json and objection.json, and it holds for this copy as well.\n\
         \n\
         {platform}\n",
        school = actor.school_name,
        day = day_in(now, actor.time_zone),
        platform = platform.sentence(),
    )
}
