-- A school that keeps accounts a little longer, a hold, and the erasure of a leaver.
INSERT INTO retention_choice (id, school_id, rule, length, unit, reason, chosen_by, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e001}, {uuid:00000000-0000-7000-8000-000000000001}, 'student.account', 18, 'months', 'Resits are in the second autumn', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:05:00Z});
INSERT INTO retention_run (id, school_id, rule, is_dry, due, held, deleted, failed, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e101}, {uuid:00000000-0000-7000-8000-000000000001}, 'student.account', TRUE, 1, 0, 0, 0, {time:2026-11-12T17:06:00Z});
INSERT INTO legal_hold (id, school_id, matter, authority, person_id, opened_by, opened_at, approved_by, approved_at, review_at, released_by, released_at, release_reason) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e201}, {uuid:00000000-0000-7000-8000-000000000001}, 'A claim about a trip', 'County Court, H00YX123', {uuid:00000000-0000-7000-8000-000000000102}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:05:00Z}, NULL, NULL, {time:2027-02-01T00:00:00Z}, NULL, NULL, NULL);
INSERT INTO erasure_job (id, school_id, person_id, request_id, rule, state, plan_hash, traces, cooling_off_until, attempts, last_error, asked_by, created_at, failed_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e301}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000104}, NULL, 'student.account', 'complete', 'abc', '', NULL, 0, NULL, NULL, {time:2026-11-13T02:00:00Z}, NULL, {time:2026-11-13T02:00:01Z});
INSERT INTO erasure_step (job_id, n, school_id, target, action, expected, actual, status, note, done_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e301}, 1, {uuid:00000000-0000-7000-8000-000000000001}, 'person_role', 'delete_rows', 1, 1, 'done', '', {time:2026-11-13T02:00:00Z});
INSERT INTO erasure_certificate (id, school_id, job_id, number, rule, plan_hash, lookup, summary, backups_gone_at, issued_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e401}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000e301}, 'KX4-72M-9TQ', 'student.account', 'abc', 'def', '{}', {time:2026-12-18T02:00:01Z}, {time:2026-11-13T02:00:01Z});
