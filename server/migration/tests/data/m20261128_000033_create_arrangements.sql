-- Siân has a quarter more time and sits near the front; her teacher read it once.
INSERT INTO access_arrangement (id, school_id, person_id, extra_time_percent, rest_breaks, what_helps, theme, size, line, letters, measure, font, ruler, aloud, set_by, set_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000033a1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, 25, TRUE, 'Sits near the front.', 'cream', NULL, 'wide', NULL, NULL, NULL, NULL, 'on', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-28T10:00:00Z});

INSERT INTO access_event (id, school_id, actor_id, relation, subject_id, classroom_id, about_id, kind, via, period, first_at, last_at, times) VALUES
    ({uuid:00000000-0000-7000-8000-0000000033b1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'teacher', {uuid:00000000-0000-7000-8000-000000000102}, NULL, {uuid:00000000-0000-7000-8000-000000000102}, 'needs', 'page', {time:2026-11-28T10:00:00Z}, {time:2026-11-28T10:05:00Z}, {time:2026-11-28T10:05:00Z}, 1);
