//! What rosters brought before its source was kept with it.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};

use crate::samples;

const KEEPS_APART: &str = "m20261129_000046_keep_sources_apart";

/// An import of the declared source: it made one person and the classroom, and changed
/// another person whom the school's own roster had made.
const BROUGHT: &str = r#"
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at, system, source_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e101}, {uuid:00000000-0000-7000-8000-000000000001}, 'trust.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-11-28T10:00:00Z}, {time:2026-11-28T10:00:00Z}, NULL, 'Trust directory', {uuid:00000000-0000-7000-8000-00000000fb01});
INSERT INTO roster_change (id, school_id, import_id, kind, subject_id, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e102}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'people', {uuid:00000000-0000-7000-8000-000000000104}, NULL, '{"given_name": "Lewis"}'),
    ({uuid:00000000-0000-7000-8000-00000004e103}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'people', {uuid:00000000-0000-7000-8000-000000000102}, '{"given_name": "Siân"}', '{"given_name": "Bob"}'),
    ({uuid:00000000-0000-7000-8000-00000004e104}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'classrooms', {uuid:00000000-0000-7000-8000-000000000801}, NULL, '{"name": "10Hi2"}');
"#;

#[tokio::test]
async fn what_one_declared_source_alone_brought_is_known_as_its_own() {
    let database = test_kit::empty().await;
    let db = database.db.pool();
    for migration in Migrator::migrations() {
        let name = migration.name();
        if name == KEEPS_APART {
            break;
        }
        Migrator::up(db, Some(1))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        db.execute_unprepared(&samples::read(name, database.backend()))
            .await
            .unwrap_or_else(|error| panic!("sample rows of {name}: {error}"));
    }
    db.execute_unprepared(&samples::render(BROUGHT, database.backend()))
        .await
        .expect("the import can be written");
    Migrator::up(db, Some(1)).await.expect("sources are kept");
    assert_eq!(known(&database, "person").await, ["pupil-311"]);
    assert_eq!(known(&database, "classroom").await, ["class-88"]);
    assert!(known(&database, "enrolment").await.is_empty());
}

/// The ids of a table's rows that are a declared source's.
async fn known(database: &test_kit::TestDatabase, table: &str) -> Vec<String> {
    let select = format!("SELECT sourced_id FROM {table} WHERE source_id IS NOT NULL");
    database
        .db
        .read()
        .query_all_raw(Statement::from_string(database.backend(), select))
        .await
        .expect("the database answers")
        .into_iter()
        .map(|row| row.try_get_by_index(0).expect("an id"))
        .collect()
}
