-- What was returned for a first try, before the second was marked.
INSERT INTO earlier_mark (id, school_id, mark_id, attempt_id, points, comment, marked_by, returned_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000004c001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000e01}, {uuid:00000000-0000-7000-8000-000000000c01}, 900, 'Say more of the bakery.', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-20T08:00:00Z});
