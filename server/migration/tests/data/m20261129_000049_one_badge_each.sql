-- An earlier badge of somebody who has one.
INSERT INTO badge (id, school_id, person_id, code_hash, picture_round, issued_by, created_at, expires_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f249}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'f249', 0, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-23T10:00:00Z}, {time:2027-08-31T22:59:59Z}, {time:2026-11-24T10:00:00Z});
