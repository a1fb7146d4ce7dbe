//! What rosters brought before its source was kept with it.

use crate::samples::{self, texts};

const KEEPS_APART: &str = "m20261129_000046_keep_sources_apart";

/// The sources that the rows below are of, as they stand in SQL.
const TRUST: &str = "{uuid:00000000-0000-7000-8000-00000000fb01}";
const NEW_ROLL: &str = "{uuid:00000000-0000-7000-8000-00000004e201}";

/// Imports of the declared source: they made one person and the classroom, took on another
/// person who had been typed in and whom a third system had brought before, and changed one
/// whom the school's own roster had made.
const BROUGHT: &str = r#"
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at, system, source_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e100}, {uuid:00000000-0000-7000-8000-000000000001}, 'library.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-11-27T10:00:00Z}, {time:2026-11-27T10:00:00Z}, NULL, 'Library', {uuid:00000000-0000-7000-8000-00000004e1ff}),
    ({uuid:00000000-0000-7000-8000-00000004e101}, {uuid:00000000-0000-7000-8000-000000000001}, 'trust.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-11-28T10:00:00Z}, {time:2026-11-28T10:00:00Z}, NULL, 'Trust directory', {uuid:00000000-0000-7000-8000-00000000fb01});
INSERT INTO roster_change (id, school_id, import_id, kind, subject_id, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e105}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'people', {uuid:00000000-0000-7000-8000-000000000101}, '{"given_name": "Nadia", "sourced_id": null}', '{"given_name": "Nadia", "sourced_id": "staff-17"}'),
    ({uuid:00000000-0000-7000-8000-00000004e106}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e100}, 'people', {uuid:00000000-0000-7000-8000-000000000101}, NULL, '{"given_name": "Nadia", "sourced_id": "lib-5"}'),
    ({uuid:00000000-0000-7000-8000-00000004e102}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'people', {uuid:00000000-0000-7000-8000-000000000104}, NULL, '{"given_name": "Lewis"}'),
    ({uuid:00000000-0000-7000-8000-00000004e103}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'people', {uuid:00000000-0000-7000-8000-000000000102}, '{"given_name": "Siân", "sourced_id": "pupil-204"}', '{"given_name": "Bob", "sourced_id": "pupil-204"}'),
    ({uuid:00000000-0000-7000-8000-00000004e104}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e101}, 'classrooms', {uuid:00000000-0000-7000-8000-000000000801}, NULL, '{"name": "10Hi2"}');
"#;

/// Two approved sources: one whose only import came after the last of the school's own system,
/// and changed a person whom that had made, and one that also came before it.
const CHANGED_SYSTEM: &str = r#"
INSERT INTO data_source (id, school_id, is_own, system, what, because, assessment, declared_by, declared_at, approved_by, approved_at, ended_by, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e201}, {uuid:00000000-0000-7000-8000-000000000001}, FALSE, 'New roll', 'Names and classes', 'The school changes its system', 'DPIA 13', NULL, {time:2026-09-10T10:00:00Z}, NULL, {time:2026-09-11T10:00:00Z}, NULL, NULL),
    ({uuid:00000000-0000-7000-8000-00000004e202}, {uuid:00000000-0000-7000-8000-000000000001}, FALSE, 'Library', 'Names', 'The library lends to them', 'DPIA 14', NULL, {time:2026-08-01T10:00:00Z}, NULL, {time:2026-08-02T10:00:00Z}, NULL, NULL);
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at, system, source_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e203}, {uuid:00000000-0000-7000-8000-000000000001}, 'new.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-09-12T10:00:00Z}, {time:2026-09-12T10:00:00Z}, NULL, 'New roll', {uuid:00000000-0000-7000-8000-00000004e201}),
    ({uuid:00000000-0000-7000-8000-00000004e204}, {uuid:00000000-0000-7000-8000-000000000001}, 'library.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-08-03T10:00:00Z}, {time:2026-08-03T10:00:00Z}, NULL, 'Library', {uuid:00000000-0000-7000-8000-00000004e202}),
    ({uuid:00000000-0000-7000-8000-00000004e205}, {uuid:00000000-0000-7000-8000-000000000001}, 'library.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-09-13T10:00:00Z}, {time:2026-09-13T10:00:00Z}, NULL, 'Library', {uuid:00000000-0000-7000-8000-00000004e202});
INSERT INTO roster_change (id, school_id, import_id, kind, subject_id, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e206}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e203}, 'people', {uuid:00000000-0000-7000-8000-000000000102}, '{"given_name": "Siân", "sourced_id": "pupil-204"}', '{"given_name": "Siân", "sourced_id": "pupil-204", "year_group": "10"}');
"#;

#[tokio::test]
async fn what_one_declared_source_alone_brought_is_known_as_its_own() {
    let database = samples::migrated(KEEPS_APART, BROUGHT).await;
    let of_trust = ["pupil-311", "staff-17"];
    assert_eq!(known(&database, "person", TRUST).await, of_trust);
    assert_eq!(known(&database, "classroom", TRUST).await, ["class-88"]);
    for (table, rows) in [("person", 2), ("classroom", 1), ("enrolment", 0)] {
        let select = format!("SELECT sourced_id FROM {table} WHERE source_id IS NOT NULL");
        assert_eq!(texts(&database, &select).await.len(), rows, "{table}");
    }
    assert!(rosters(&database).await.is_empty());
}

#[tokio::test]
async fn a_school_that_had_changed_its_system_goes_on_with_the_new_one_and_its_people() {
    let database = samples::migrated(KEEPS_APART, CHANGED_SYSTEM).await;
    assert_eq!(rosters(&database).await, ["New roll"]);
    assert_eq!(known(&database, "person", NEW_ROLL).await, ["pupil-204"]);
    assert!(known(&database, "classroom", NEW_ROLL).await.is_empty());
}

/// The ids of a table's rows that are a declared source's.
async fn known(database: &test_kit::TestDatabase, table: &str, source: &str) -> Vec<String> {
    let select =
        format!("SELECT sourced_id FROM {table} WHERE source_id = {source} ORDER BY sourced_id");
    texts(database, &select).await
}

/// The systems that are the roster of their schools.
async fn rosters(database: &test_kit::TestDatabase) -> Vec<String> {
    texts(
        database,
        "SELECT system FROM data_source WHERE replaces_roster ORDER BY system",
    )
    .await
}
