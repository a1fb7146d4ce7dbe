//! Sample rows: plain SQL for both databases, but for ids and times, which each
//! keeps in its own way. They stand in braces: `{uuid:…}` and `{time:…}`.

use std::path::PathBuf;

use migration::{Migrator, MigratorTrait};
use regex::{Captures, Regex};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The migrations that have sample rows, sorted.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the sample rows are there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// A migration's sample rows as `backend` wants them.
pub(crate) fn read(migration: &str, backend: DbBackend) -> String {
    let file = folder().join(format!("{migration}.sql"));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{migration} has no sample rows: {error}"));
    render(&text, backend)
}

/// Rows as `backend` wants them.
pub(crate) fn render(text: &str, backend: DbBackend) -> String {
    let placeholder = Regex::new(r"\{(uuid|time):([^}]*)\}").expect("the pattern is one");
    placeholder
        .replace_all(text, |found: &Captures| {
            let value = &found[2];
            match (&found[1], backend) {
                ("uuid", DbBackend::Sqlite) => format!("X'{}'", value.replace('-', "")),
                ("time", DbBackend::Sqlite) => format!("'{}'", value.replace('Z', "+00:00")),
                _ => format!("'{value}'"),
            }
        })
        .into_owned()
}

/// A school with the sample rows of every earlier migration and with `rows`, after this one.
pub(crate) async fn migrated(migration: &str, rows: &str) -> test_kit::TestDatabase {
    let database = test_kit::empty().await;
    let db = database.db.pool();
    for earlier in Migrator::migrations() {
        let name = earlier.name();
        if name == migration {
            break;
        }
        Migrator::up(db, Some(1))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        db.execute_unprepared(&read(name, database.backend()))
            .await
            .unwrap_or_else(|error| panic!("sample rows of {name}: {error}"));
    }
    db.execute_unprepared(&render(rows, database.backend()))
        .await
        .expect("the rows can be written");
    Migrator::up(db, Some(1)).await.expect("the migration runs");
    database
}

/// What a statement finds in its one column.
pub(crate) async fn texts(database: &test_kit::TestDatabase, select: &str) -> Vec<String> {
    let select = render(select, database.backend());
    database
        .db
        .read()
        .query_all_raw(Statement::from_string(database.backend(), select))
        .await
        .expect("the database answers")
        .into_iter()
        .map(|row| row.try_get_by_index(0).expect("a text"))
        .collect()
}

#[test]
fn ids_and_times_are_written_as_each_database_keeps_them() {
    let text = "({uuid:00000000-0000-7000-8000-00000000002a}, {time:2026-11-24T10:00:00Z})";
    assert_eq!(
        render(text, DbBackend::Sqlite),
        "(X'0000000000007000800000000000002a', '2026-11-24T10:00:00+00:00')"
    );
    assert_eq!(
        render(text, DbBackend::Postgres),
        "('00000000-0000-7000-8000-00000000002a', '2026-11-24T10:00:00Z')"
    );
}
