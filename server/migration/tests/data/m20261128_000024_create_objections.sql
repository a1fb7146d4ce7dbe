-- An objection that holds.
INSERT INTO objection (id, school_id, person_id, purpose, state, request_id, objected_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f501}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'counting', 'objected', {uuid:00000000-0000-7000-8000-00000000f502}, {time:2026-11-24T10:00:00Z}, NULL);
