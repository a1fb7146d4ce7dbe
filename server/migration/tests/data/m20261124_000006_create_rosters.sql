-- An import that went in and one that was refused.
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000001001}, {uuid:00000000-0000-7000-8000-000000000001}, 'autumn.zip', 'sample-checksum-3', 'harbour/rosters/1001', 'applied', '{"problems": []}', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-09-01T07:50:00Z}, {time:2026-09-01T08:05:00Z}, NULL),
    ({uuid:00000000-0000-7000-8000-000000001002}, {uuid:00000000-0000-7000-8000-000000000001}, 'holiday photos.zip', 'sample-checksum-4', NULL, 'refused', '{"problems": [{"file": "users.csv", "code": "absent"}]}', NULL, {time:2026-09-03T07:50:00Z}, NULL, NULL);

INSERT INTO roster_change (id, school_id, import_id, kind, subject_id, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-000000001101}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000001001}, 'people', {uuid:00000000-0000-7000-8000-000000000102}, NULL, '{"given_name": "Siân"}'),
    ({uuid:00000000-0000-7000-8000-000000001102}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000001001}, 'enrolments', {uuid:00000000-0000-7000-8000-000000000903}, '{"ended_at": null}', '{"ended_at": "2026-09-10T11:00:00Z"}');
