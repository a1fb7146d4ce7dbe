-- A restriction that holds, and an objection to the record that people disagree about.
INSERT INTO restriction (id, school_id, person_id, ground, begun_by, begun_at, request_id, lift_reason, told_at, lifts_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fa01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'asked', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, NULL, NULL, NULL, NULL, NULL);
INSERT INTO objection (id, school_id, person_id, purpose, state, request_id, objected_at, ended_at, disagreed_at, disagreed_by) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fa02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'record', 'objected', {uuid:00000000-0000-7000-8000-00000000f502}, {time:2026-11-24T10:00:00Z}, NULL, {time:2026-11-24T11:00:00Z}, {uuid:00000000-0000-7000-8000-000000000101});
