//! What rosters had made before it was kept with each row.

use crate::samples::{self, texts};

const KEEPS_WHAT_ROSTERS_GAVE: &str = "m20261129_000051_keep_what_rosters_gave";

/// An import that made a tie, gave roles, took a place on and brought a role back beside one that
/// it gave; and ties, roles and a place that people made, one role with its tie alone.
const GIVEN: &str = r#"
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at, system, source_id) VALUES
    ({uuid:00000000-0000-7000-8000-000000051100}, {uuid:00000000-0000-7000-8000-000000000001}, 'roll.zip', 'x', NULL, 'applied', '{}', NULL, {time:2026-09-01T08:05:00Z}, {time:2026-09-01T08:05:00Z}, NULL, 'Own roll', NULL);
INSERT INTO roster_change (id, school_id, import_id, kind, subject_id, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-000000051101}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000051100}, 'guardianships', {uuid:00000000-0000-7000-8000-000000000301}, NULL, '{"ended_at": null}'),
    ({uuid:00000000-0000-7000-8000-000000051102}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000051100}, 'people', {uuid:00000000-0000-7000-8000-000000000102}, NULL, '{"roles": ["student"]}'),
    ({uuid:00000000-0000-7000-8000-000000051103}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000051100}, 'people', {uuid:00000000-0000-7000-8000-000000000101}, '{"roles": []}', '{"roles": ["school_admin", "teacher"], "roles_back": ["teacher"]}'),
    ({uuid:00000000-0000-7000-8000-000000051104}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000051100}, 'enrolments', {uuid:00000000-0000-7000-8000-000000000902}, '{"sourced_id": null}', '{"sourced_id": "enrolment-2"}');
INSERT INTO event (id, school_id, actor_id, kind, subject_id, at, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-000000051105}, {uuid:00000000-0000-7000-8000-000000000001}, NULL, 'guardianship.added', {uuid:00000000-0000-7000-8000-000000000302}, {time:2026-09-01T08:05:00Z}, NULL, '{}'),
    ({uuid:00000000-0000-7000-8000-000000051106}, {uuid:00000000-0000-7000-8000-000000000001}, NULL, 'person.role_given', {uuid:00000000-0000-7000-8000-000000000103}, {time:2026-09-01T08:05:00Z}, NULL, '{"role": "guardian"}'),
    ({uuid:00000000-0000-7000-8000-000000051107}, {uuid:00000000-0000-7000-8000-000000000001}, NULL, 'enrolment.began', {uuid:00000000-0000-7000-8000-000000000903}, {time:2026-09-01T11:05:00Z}, NULL, '{}'),
    ({uuid:00000000-0000-7000-8000-000000051108}, {uuid:00000000-0000-7000-8000-000000000001}, NULL, 'guardianship.added', {uuid:00000000-0000-7000-8000-000000051109}, {time:2026-09-01T08:05:00Z}, NULL, '{}');
INSERT INTO guardianship (id, school_id, guardian_id, student_id, began_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000051109}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000104}, {uuid:00000000-0000-7000-8000-000000000102}, {time:2026-09-01T08:05:00Z}, NULL);
INSERT INTO person_role (id, school_id, person_id, role, began_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000051110}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'school_admin', {time:2026-09-01T08:05:00Z}, NULL),
    ({uuid:00000000-0000-7000-8000-000000051111}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000104}, 'guardian', {time:2026-09-01T08:05:00Z}, NULL);
"#;

/// By whom the rows of a table are, in the order of their ids.
async fn by_whom(database: &test_kit::TestDatabase, table: &str, which: &str) -> Vec<String> {
    let select = format!(
        "SELECT CASE WHEN by_roster THEN 'roster' WHEN NOT by_roster THEN 'hand' \
         ELSE 'not known' END FROM {table} WHERE {which} ORDER BY id"
    );
    texts(database, &select).await
}

#[tokio::test]
async fn what_is_certain_to_be_by_a_roster_or_by_hand_is_kept_and_nothing_else() {
    let database = samples::migrated(KEEPS_WHAT_ROSTERS_GAVE, GIVEN).await;
    let ties = by_whom(&database, "guardianship", "TRUE").await;
    assert_eq!(ties, ["roster", "hand", "hand"]);
    let places = by_whom(&database, "enrolment", "TRUE").await;
    assert_eq!(places, ["roster", "not known", "hand", "not known"]);
    let open = "ended_at IS NULL AND began_at = {time:2026-09-01T08:05:00Z}";
    let roles = by_whom(&database, "person_role", open).await;
    assert_eq!(roles, ["not known", "roster", "hand", "roster", "hand"]);
}

#[tokio::test]
async fn which_organisations_a_roster_said_are_the_school_is_kept() {
    let database = samples::migrated(KEEPS_WHAT_ROSTERS_GAVE, GIVEN).await;
    let said = "SELECT roster_org_ids ->> 0 FROM school WHERE roster_came_unnamed";
    assert_eq!(texts(&database, said).await, ["org-1"]);
}
