-- A shared tablet, two badges that somebody got by tapping twice, and the school's hours.
INSERT INTO device (id, school_id, label, profile, token_hash, enrolled_by, created_at, last_seen_at, expires_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f101}, {uuid:00000000-0000-7000-8000-000000000001}, 'Tablet 1', 'shared', 'f1', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, NULL, {time:2027-08-31T22:59:59Z}, NULL);
INSERT INTO badge (id, school_id, person_id, code_hash, picture_round, issued_by, created_at, expires_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f201}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'f2', 0, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, {time:2027-08-31T22:59:59Z}, NULL),
    ({uuid:00000000-0000-7000-8000-00000000f202}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'f202', 0, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:01Z}, {time:2027-08-31T22:59:59Z}, NULL);
INSERT INTO badge_setting (id, school_id, from_minute, until_minute, days, teachers_enrol, set_by, set_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f301}, {uuid:00000000-0000-7000-8000-000000000001}, 480, 1020, 31, TRUE, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z});
