-- A change with a before and an after, a first one, and one by nobody in the school.
INSERT INTO event (id, school_id, actor_id, kind, subject_id, at, before, after) VALUES
    ({uuid:00000000-0000-7000-8000-000000000f01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'mark.saved', {uuid:00000000-0000-7000-8000-000000000e01}, {time:2026-11-22T18:00:00Z}, '{"points": 1400}', '{"points": 1450}'),
    ({uuid:00000000-0000-7000-8000-000000000f02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'assignment.published', {uuid:00000000-0000-7000-8000-000000000a01}, {time:2026-11-13T08:00:00Z}, NULL, '{"title": "Causes of the Great Fire"}'),
    ({uuid:00000000-0000-7000-8000-000000000f03}, {uuid:00000000-0000-7000-8000-000000000001}, NULL, 'school.created', {uuid:00000000-0000-7000-8000-000000000001}, {time:2026-09-01T08:00:00Z}, NULL, NULL);
