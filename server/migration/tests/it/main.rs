//! The migrations, one by one, each followed by its sample rows: so that every later
//! migration meets a school with people and work in it, and not an empty schema.

mod rosters;
mod samples;
mod sources;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};

#[tokio::test]
async fn each_migration_leaves_the_rows_before_it_whole() {
    let database = test_kit::empty().await;
    let db = database.db.pool();
    let mut before: Vec<(String, i64)> = Vec::new();
    for migration in Migrator::migrations() {
        let name = migration.name();
        Migrator::up(db, Some(1))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for (table, rows) in before {
            assert_eq!(count(&database, &table).await, rows, "{table} after {name}");
        }
        let rows = samples::read(name, database.backend());
        db.execute_unprepared(&rows)
            .await
            .unwrap_or_else(|error| panic!("sample rows of {name}: {error}"));
        before = counts(&database).await;
    }
    for (table, rows) in before {
        assert!(rows > 0, "{table} has no sample row");
    }
}

#[tokio::test]
async fn a_migration_that_ran_does_not_run_again() {
    let database = test_kit::fresh().await;
    let schema = database.schema().await;
    Migrator::up(database.db.pool(), None)
        .await
        .expect("nothing is left to do");
    assert_eq!(database.schema().await, schema);
}

#[test]
fn every_file_of_sample_rows_belongs_to_a_migration() {
    let mut migrations: Vec<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    migrations.sort();
    assert_eq!(samples::names(), migrations);
}

async fn counts(database: &test_kit::TestDatabase) -> Vec<(String, i64)> {
    let mut counts = Vec::new();
    for table in database.schema().await.into_keys() {
        let rows = count(database, &table).await;
        counts.push((table, rows));
    }
    counts
}

async fn count(database: &test_kit::TestDatabase, table: &str) -> i64 {
    database
        .db
        .read()
        .query_one_raw(Statement::from_string(
            database.backend(),
            format!("SELECT COUNT(*) FROM {table}"),
        ))
        .await
        .and_then(|row| row.expect("a count is one row").try_get_by_index(0))
        .unwrap_or_else(|error| panic!("{table}: {error}"))
}
