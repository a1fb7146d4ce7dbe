-- Teachers opened their classrooms fourteen times within an hour.
INSERT INTO usage_counter (id, school_id, page, role, hour_at, times) VALUES
    ({uuid:00000000-0000-7000-8000-0000000027a1}, {uuid:00000000-0000-7000-8000-000000000001}, 'classrooms', 'teacher', {time:2026-11-27T10:00:00Z}, 14);
