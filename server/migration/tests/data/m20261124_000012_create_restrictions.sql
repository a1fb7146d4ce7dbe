-- A student whose year group is contested, and who objected to statistics.
INSERT INTO restriction (id, school_id, person_id, request_id, ground, began_by, began_at, lifted_by, lifted_at, lift_reason) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, NULL, 'contested', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:05:00Z}, NULL, NULL, NULL);
INSERT INTO objection (id, school_id, person_id, request_id, purpose, state, stopped_at, reasons, decided_by, decided_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f101}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, NULL, 'statistics', 'stopped', {time:2026-11-12T17:05:00Z}, NULL, NULL, NULL);
