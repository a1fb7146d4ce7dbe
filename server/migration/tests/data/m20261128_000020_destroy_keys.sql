-- Somebody's key was destroyed with their data.
INSERT INTO key_destroyed (id, school_id, person_id, at, reason) VALUES
    ({uuid:00000000-0000-7000-8000-000000020001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-28T09:00:00Z}, 'erasure');
