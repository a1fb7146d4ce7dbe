-- An account in use, one that is disabled, and one that waits for its invitation.
INSERT INTO account (id, school_id, person_id, username, password_hash, password_set_at, disabled_at, created_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000501}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'nholt', '$argon2id$v=19$m=8,t=1,p=1$c2FtcGxlIHNhbHQ$c2FtcGxlIGhhc2g', {time:2026-09-01T10:00:00Z}, NULL, {time:2026-09-01T10:00:00Z}),
    ({uuid:00000000-0000-7000-8000-000000000502}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000104}, 'ltate', NULL, NULL, {time:2026-10-23T15:00:00Z}, {time:2026-09-01T10:00:00Z}),
    ({uuid:00000000-0000-7000-8000-000000000503}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, 'siân', NULL, NULL, NULL, {time:2026-09-01T10:00:00Z});

INSERT INTO invitation (id, school_id, person_id, token_hash, created_by, created_at, expires_at, used_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000601}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, 'sample-hash-of-an-invitation', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-09-01T10:05:00Z}, {time:2026-09-08T10:05:00Z}, NULL),
    ({uuid:00000000-0000-7000-8000-000000000602}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'sample-hash-of-a-used-invitation', NULL, {time:2026-09-01T09:30:00Z}, {time:2026-09-08T09:30:00Z}, {time:2026-09-01T10:00:00Z});

INSERT INTO session (id, school_id, account_id, token_hash, device, created_at, last_used_at, expires_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000701}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000501}, 'sample-hash-of-a-cookie', 'Firefox on Linux', {time:2026-11-24T08:00:00Z}, {time:2026-11-24T09:30:00Z}, {time:2026-11-24T20:00:00Z}, NULL),
    ({uuid:00000000-0000-7000-8000-000000000702}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000501}, 'sample-hash-of-an-ended-cookie', 'Safari on iPad', {time:2026-11-23T08:00:00Z}, {time:2026-11-23T08:10:00Z}, {time:2026-11-23T20:00:00Z}, {time:2026-11-23T08:15:00Z});

INSERT INTO sign_in_guard (key_hash, failures, last_failed_at) VALUES
    ('sample-hash-of-a-username', 3, {time:2026-11-24T07:58:00Z});
