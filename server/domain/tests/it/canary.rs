//! The canary: a unique token in every personal text that the data map names, for two
//! people of every role. A copy of the one holds all of theirs and nothing of the other;
//! after the erasure of the one the whole database and the store are read, and only what
//! the erasure itself recorded as kept is there; what was logged meanwhile names neither. A
//! new column is in this test as soon as
//! it is classified: whoever forgets it in the copy or in the erasure sees it here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use datamap::{Class, Kind, OnErasure, OnExport, SubjectPath, TableMap, registry};
use domain::consent::Signer;
use domain::erasure::{self, Ask, Means};
use domain::export;
use domain::files::Store;
use entity::erasure_step;
use futures::TryStreamExt;
use regex::Regex;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement};
use test_kit::School;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;
use vocab::erasure::{ErasureState, StepStatus};
use vocab::ids::PersonId;

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

/// Rows of the table that name the person, by the ways of the data map.
fn names(tables: &[TableMap], table: &TableMap, person: Uuid) -> Option<Cond> {
    match table.subject {
        SubjectPath::Itself => Some(Cond::all().add(column("id").eq(person))),
        SubjectPath::People(columns) => Some(Cond::all().add(column(columns[0]).eq(person))),
        SubjectPath::Through {
            column: name,
            table: next,
        } => {
            let next = tables.iter().find(|table| table.table == next)?;
            let ids = Query::select()
                .column(Alias::new("id"))
                .from(Alias::new(next.table))
                .cond_where(names(tables, next, person)?)
                .to_owned();
            Some(Cond::all().add(column(name).in_subquery(ids)))
        }
        SubjectPath::Nobody(_) => None,
    }
}

struct Canary<'a> {
    school: &'a School,
    tables: Vec<TableMap>,
    checks: BTreeMap<String, String>,
    references: BTreeMap<(String, String), String>,
    number: i64,
}

impl<'a> Canary<'a> {
    async fn new(school: &'a School) -> Self {
        let references = school.database.references().await;
        Self {
            school,
            tables: registry(),
            checks: first_words(school).await,
            references: references
                .into_iter()
                .map(|to| ((to.table, to.column), to.target))
                .collect(),
            number: 1_000,
        }
    }

    fn db(&self) -> &sea_orm::DatabaseConnection {
        self.school.db.pool()
    }

    /// Puts a token into every personal text of every table for somebody.
    async fn plant(&mut self, who: &str) {
        self.make_what_belongs_to_no_school(who).await;
        for table in self.tables.clone() {
            let Some(which) = names(&self.tables, &table, self.school.person(who).0) else {
                continue;
            };
            let texts = texts(&table);
            if texts.is_empty() {
                continue;
            }
            if self.count(&table, which.clone()).await == 0 {
                self.insert(&table, who).await;
            }
            if !self.stands(&table, &texts, &which, who).await
                && !self.write_tokens(&table, &texts, which.clone(), who).await
            {
                // A row that is only added to: one more, with the tokens in it.
                self.insert(&table, who).await;
            }
            assert!(
                self.stands(&table, &texts, &which, who).await,
                "no canary of {who} stands in every text of {}",
                table.table
            );
        }
    }

    /// Whether every text of somebody's rows holds its token.
    async fn stands(
        &self,
        table: &TableMap,
        texts: &[&'static str],
        which: &Cond,
        who: &str,
    ) -> bool {
        for name in texts.iter().filter(|name| !self.is_a_word(table, name)) {
            let token = planted(who, table, name);
            let like = Expr::cust(format!("CAST(\"{name}\" AS TEXT)")).like(format!("%{token}%"));
            let there = Cond::all().add(which.clone()).add(like);
            if self.count(table, there).await == 0 {
                return false;
            }
        }
        true
    }

    /// Rows of the operator's own tables, which rows about people point to.
    async fn make_what_belongs_to_no_school(&mut self, who: &str) {
        let pointed_to: BTreeSet<String> = self.references.values().cloned().collect();
        for table in self.tables.clone() {
            let is_the_operators = matches!(table.subject, SubjectPath::Nobody(_))
                && table.class("school_id").is_none()
                && table.table != "school"
                && pointed_to.contains(table.table);
            if is_the_operators && self.count(&table, Cond::all()).await == 0 {
                self.insert(&table, who).await;
            }
        }
    }

    fn is_a_word(&self, table: &TableMap, name: &str) -> bool {
        let column = format!("{}.{name}", table.table);
        self.checks.contains_key(&column) || WORDS.contains(&&*column)
    }

    async fn count(&self, table: &TableMap, which: Cond) -> i64 {
        let select = Query::select()
            .expr_as(Expr::cust("COUNT(*)"), "n")
            .from(Alias::new(table.table))
            .cond_where(which)
            .to_owned();
        let row = self
            .db()
            .query_one(&select)
            .await
            .expect("the database answers");
        row.expect("a count is a row")
            .try_get("", "n")
            .expect("a number")
    }

    /// False where the database takes no change to such a row.
    async fn write_tokens(
        &self,
        table: &TableMap,
        texts: &[&'static str],
        which: Cond,
        who: &str,
    ) -> bool {
        let mut update = Query::update();
        update.table(Alias::new(table.table)).cond_where(which);
        let mut changes = false;
        for name in texts.iter().filter(|name| !self.is_a_word(table, name)) {
            update.value(
                Alias::new(*name),
                value(table, name, &planted(who, table, name)),
            );
            changes = true;
        }
        !changes || self.db().execute(&update).await.is_ok()
    }

    /// One row of any table about somebody, made from the schema alone.
    async fn insert(&mut self, table: &TableMap, who: &str) {
        let person = self.school.person(who).0;
        let mut insert = Query::insert();
        insert.into_table(Alias::new(table.table));
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for (at, (name, class)) in table.columns.iter().enumerate() {
            let shape = table.shapes[at];
            let target = self
                .references
                .get(&(table.table.to_owned(), (*name).to_owned()))
                .cloned();
            self.number += 1;
            let value: Expr = match (shape.kind, target.as_deref()) {
                (Kind::Id, Some("person")) => Expr::val(person),
                (Kind::Id, Some("school")) => Expr::val(self.school.id.0),
                (Kind::Id, Some(target)) => {
                    let mut row = self.row_of(target, person).await;
                    if row.is_none() && !shape.is_nullable {
                        // A row without anybody's words, which another leads over.
                        let parent = self.tables.iter().find(|table| table.table == target);
                        let parent = parent.expect("a table of the map").clone();
                        Box::pin(self.insert(&parent, who)).await;
                        row = self.row_of(target, person).await;
                    }
                    assert!(
                        row.is_some() || shape.is_nullable,
                        "{}.{name}: no row of {target}",
                        table.table
                    );
                    row.map_or_else(|| Expr::cust("NULL"), Expr::val)
                }
                (Kind::Id, None) if Some(*name) == table.any_row => Expr::val(person),
                (Kind::Id, None) if !shape.is_nullable => Expr::val(domain::secrets::new_id()),
                (Kind::Id, None) => Expr::cust("NULL"),
                (Kind::Text | Kind::Json, _) => {
                    match self.checks.get(&format!("{}.{name}", table.table)) {
                        Some(word) => Expr::val(word.clone()),
                        None if is_planted(*class) && !self.is_a_word(table, name) => {
                            value(table, name, &planted(who, table, name))
                        }
                        None => value(table, name, &format!("plain{}", self.number)),
                    }
                }
                (Kind::Time, _) => Expr::val(self.school.now()),
                (Kind::Number, _) => Expr::val(self.number),
                (Kind::Truth, _) => Expr::val(false),
            };
            columns.push(Alias::new(*name));
            values.push(value);
        }
        insert.columns(columns).values_panic(values);
        self.db()
            .execute(&insert)
            .await
            .unwrap_or_else(|error| panic!("a row of {} cannot be made: {error}", table.table));
    }

    /// A row that another may point to: one of the person's, else any of the school.
    async fn row_of(&self, target: &str, person: Uuid) -> Option<Uuid> {
        let table = self.tables.iter().find(|table| table.table == target)?;
        let of_school = table.class("school_id").map_or_else(Cond::all, |_| {
            Cond::all().add(column("school_id").eq(self.school.id.0))
        });
        for which in names(&self.tables, table, person)
            .into_iter()
            .chain([of_school])
        {
            let select = Query::select()
                .column(Alias::new("id"))
                .from(Alias::new(table.table))
                .cond_where(which)
                .limit(1)
                .to_owned();
            let row = self
                .db()
                .query_one(&select)
                .await
                .expect("the database answers");
            if let Some(row) = row {
                return row.try_get("", "id").ok();
            }
        }
        None
    }

    /// Every place in the database where a token of somebody stands.
    async fn found(&self, who: &str) -> BTreeSet<String> {
        let mark = format!("zq{who}zq");
        let mut found = BTreeSet::new();
        for (table, columns) in self.school.database.schema().await {
            for name in columns {
                let sql = format!(
                    "SELECT COUNT(*) FROM \"{table}\" WHERE CAST(\"{name}\" AS TEXT) LIKE '%{mark}%'"
                );
                let count = Statement::from_string(self.school.database.backend(), sql);
                let row = self
                    .db()
                    .query_one_raw(count)
                    .await
                    .expect("every table can be read");
                let n: i64 = row.expect("a count").try_get_by_index(0).expect("a number");
                if n > 0 {
                    found.insert(format!("{table}.{name}"));
                }
            }
        }
        found
    }
}

/// Where no token stands: a word of the program itself, and a package that names many
/// people and goes as a whole with any of them.
const WORDS: [&str; 2] = ["event.kind", "roster_import.object_key"];

fn token(who: &str, table: &str, name: &str) -> String {
    format!("zq{who}zq-{table}-{name}")
}

/// What is planted: the column's own token; in a record about several people the address
/// by which it names the person.
fn planted(who: &str, table: &TableMap, name: &str) -> String {
    let way = table.class(name).map(|class| class.on_erasure);
    if way == Some(OnErasure::Redact) {
        token(who, "person", "email")
    } else {
        token(who, table.table, name)
    }
}

/// A token, as the column takes it.
fn value(table: &TableMap, name: &str, token: &str) -> Expr {
    match table.shape(name).map(|shape| shape.kind) {
        Some(Kind::Json) => Expr::val(serde_json::json!({ "words": token })),
        _ => Expr::val(token.to_owned()),
    }
}

fn is_planted(class: Class) -> bool {
    class.is_personal()
}

fn texts(table: &TableMap) -> Vec<&'static str> {
    table
        .columns
        .iter()
        .filter(|(_, class)| is_planted(*class))
        .map(|(name, _)| *name)
        .filter(|name| {
            let kind = table.shape(name).map(|shape| shape.kind);
            matches!(kind, Some(Kind::Text | Kind::Json))
        })
        .collect()
}

/// Columns that take only certain words, with the first of them, read from the database.
async fn first_words(school: &School) -> BTreeMap<String, String> {
    let backend = school.database.backend();
    let sql = if backend == DbBackend::Postgres {
        "SELECT table_class.relname::text, pg_get_constraintdef(checks.oid)::text FROM pg_constraint AS checks \
         JOIN pg_class AS table_class ON table_class.oid = checks.conrelid WHERE checks.contype = 'c'"
    } else {
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    };
    let rows = school
        .db
        .read()
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .expect("the database describes itself");
    let in_words = Regex::new(r#"CHECK \(+"?([a-z_]+)"? (?:IN \(|= ANY \(+ARRAY\[)'([^']*)'"#)
        .expect("a pattern");
    let mut words = BTreeMap::new();
    for row in rows {
        let table: String = row.try_get_by_index(0).expect("a name");
        let text: String = row.try_get_by_index(1).unwrap_or_default();
        for found in in_words.captures_iter(&text) {
            words.insert(format!("{table}.{}", &found[1]), found[2].to_owned());
        }
    }
    assert!(
        words.contains_key("mark.id") || words.contains_key("person_role.role"),
        "{words:?}"
    );
    words
}

async fn keep_file(store: &Store, who: &str) {
    // The key of every row about somebody, as `plant` wrote it or made it.
    let key = format!("submissions/zq{who}zq");
    store
        .put_bytes(&key, Bytes::from(format!("zq{who}zq in a file")))
        .await
        .expect("kept");
}

async fn files_of(store: &Store, who: &str) -> usize {
    let mark = format!("zq{who}zq");
    let keys: Vec<String> = store
        .older_than(domain::Time::MAX_UTC)
        .try_collect()
        .await
        .expect("the store is read");
    let mut count = 0;
    for key in keys {
        let bytes = store.get_bytes(&key).await.expect("it is there");
        if key.contains(&mark) || String::from_utf8_lossy(&bytes).contains(&mark) {
            count += 1;
        }
    }
    count
}

/// Points the file of the person's hand-in at a file that is in the store.
async fn name_the_file(school: &School, who: &str) {
    use entity::{submission, submission_file};
    let own = submission::Entity::find()
        .filter(submission::Column::StudentId.eq(school.person(who)))
        .all(school.db.read())
        .await
        .expect("read");
    let ids = own.into_iter().map(|row| row.id);
    submission_file::Entity::update_many()
        .col_expr(
            submission_file::Column::ObjectKey,
            Expr::val(format!("submissions/zq{who}zq")),
        )
        .filter(submission_file::Column::SubmissionId.is_in(ids))
        .exec(school.db.read())
        .await
        .expect("named");
}

async fn copy_of(school: &School, who: &str) -> String {
    let person = school.person(who);
    let copy = export::gather(school.db.read(), school.id, person)
        .await
        .expect("gathered");
    format!("{copy:?}")
}

/// The tokens that the data map marks for a copy.
fn marked_for_export(canary: &Canary<'_>, who: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for table in &canary.tables {
        if names(&canary.tables, table, Uuid::nil()).is_none() {
            continue;
        }
        for name in texts(table) {
            let class = table.class(name).expect("it is classified");
            if class.on_export == OnExport::Include && !canary.is_a_word(table, name) {
                tokens.push(token(who, table.table, name));
            }
        }
    }
    tokens
}

async fn erase(
    school: &School,
    store: &Store,
    who: &str,
) -> (vocab::ids::ErasureJobId, ErasureState) {
    let tx = school.db.write().await.expect("free");
    let ask = Ask {
        request: None,
        rule: Some("student.account"),
        by: None,
        cooling_off_until: None,
    };
    let id = erasure::start(&tx, (school.id, school.person(who)), ask, school.now())
        .await
        .expect("it begins");
    tx.commit().await.expect("kept");
    let signer = Signer::new([7; 32]);
    let means = Means {
        db: &school.db,
        store,
        signer: &signer,
    };
    let ended = erasure::run(means, &[id], school.now())
        .await
        .expect("it runs");
    (id, ended[0].1)
}

async fn trouble(school: &School, person: PersonId) -> Option<String> {
    use entity::erasure_job;
    erasure_job::Entity::find()
        .filter(erasure_job::Column::PersonId.eq(person))
        .all(school.db.read())
        .await
        .expect("read")
        .into_iter()
        .find_map(|job| job.last_error)
}

/// What is logged on this thread, from now until it is dropped.
struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    _heard: DefaultGuard,
}

impl Log {
    fn begin() -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(Writer(lines.clone()))
            .finish();
        let heard = tracing::subscriber::set_default(subscriber);
        tracing::info!("the log is heard");
        Self {
            lines,
            _heard: heard,
        }
    }

    fn text(&self) -> String {
        let lines = self.lines.lock().expect("nobody broke it");
        String::from_utf8_lossy(&lines).into_owned()
    }
}

#[derive(Clone)]
struct Writer(Arc<Mutex<Vec<u8>>>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody broke it").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Writer {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn what_is_somebodys_is_copied_whole_and_erased_whole_and_nobody_elses_is_touched() {
    for (one, other) in [
        ("zainab", "tomos"),
        ("rosa", "petra"),
        ("ada", "bruno"),
        ("edith", "desmond"),
    ] {
        let school = School::new().await;
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("it opens");
        school
            .assignment("10Ma1", test_kit::NewWork::published("Sheet 6"))
            .await;
        let mut canary = Canary::new(&school).await;
        for who in [one, other] {
            canary.plant(who).await;
            keep_file(&store, who).await;
            name_the_file(&school, who).await;
        }
        let before = canary.found(other).await;
        let log = Log::begin();
        let copy = copy_of(&school, one).await;
        for token in marked_for_export(&canary, one) {
            assert!(copy.contains(&token), "{token} is not in the copy of {one}");
        }
        assert!(
            !copy.contains(&format!("zq{other}zq")),
            "something of {other} is in the copy of {one}"
        );

        let (job, state) = erase(&school, &store, one).await;
        let why = trouble(&school, school.person(one)).await;
        assert_eq!(state, ErasureState::Complete, "{one}: {why:?}");
        let exempt: BTreeSet<String> = erasure_step::Entity::find()
            .filter(erasure_step::Column::JobId.eq(job))
            .filter(erasure_step::Column::Status.eq(StepStatus::Exempt))
            .all(school.db.read())
            .await
            .expect("read")
            .into_iter()
            .map(|step| step.target)
            .collect();
        let left = canary.found(one).await;
        let unrecorded: Vec<_> = left.difference(&exempt).collect();
        assert!(
            unrecorded.is_empty(),
            "of {one} something is left: {unrecorded:?}"
        );
        assert_eq!(files_of(&store, one).await, 0, "a file of {one} is left");
        assert_eq!(
            canary.found(other).await,
            before,
            "something of {other} is gone"
        );
        assert_eq!(
            files_of(&store, other).await,
            1,
            "the file of {other} is gone"
        );
        let logged = log.text();
        assert!(logged.contains("the log is heard"), "{logged}");
        for who in [one, other] {
            assert!(
                !logged.contains(&format!("zq{who}zq")),
                "something of {who} is in the log: {logged}"
            );
        }
    }
}
