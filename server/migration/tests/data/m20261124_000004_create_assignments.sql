-- A draft, a scheduled piece and one that went out and was answered twice.
INSERT INTO assignment (id, school_id, classroom_id, title, instructions, points, due_at, publish_at, closed_at, created_by, created_at, updated_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000a01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000801}, 'Causes of the Great Fire', 'Write **one** page.', 2000, {time:2026-11-20T15:30:00Z}, {time:2026-11-13T08:00:00Z}, NULL, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:00:00Z}, {time:2026-11-12T17:20:00Z}),
    ({uuid:00000000-0000-7000-8000-000000000a02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000801}, 'Pepys as a witness', '', NULL, NULL, NULL, NULL, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-22T17:00:00Z}, {time:2026-11-22T17:00:00Z}),
    ({uuid:00000000-0000-7000-8000-000000000a03}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000801}, 'Rebuilding London', 'Draw a map.', 1050, {time:2026-12-04T15:30:00Z}, {time:2026-12-01T08:00:00Z}, {time:2026-12-11T15:30:00Z}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-22T17:10:00Z}, {time:2026-11-22T17:10:00Z});

INSERT INTO submission (id, school_id, assignment_id, student_id, draft_text, draft_version, draft_saved_at, attempt_id, handed_in_at, is_late) VALUES
    ({uuid:00000000-0000-7000-8000-000000000b01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000a01}, {uuid:00000000-0000-7000-8000-000000000102}, 'It began in a bakery.', 4, {time:2026-11-20T16:00:00Z}, {uuid:00000000-0000-7000-8000-000000000c02}, {time:2026-11-20T16:01:00Z}, TRUE),
    ({uuid:00000000-0000-7000-8000-000000000b02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000a01}, {uuid:00000000-0000-7000-8000-000000000104}, '', 0, NULL, NULL, NULL, FALSE);

INSERT INTO attempt (id, school_id, submission_id, number, text, receipt, handed_in_at, is_late, withdrawn_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000c01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000b01}, 1, 'It began in', 'KX4-72M-9TQ', {time:2026-11-19T19:00:00Z}, FALSE, {time:2026-11-20T15:00:00Z}),
    ({uuid:00000000-0000-7000-8000-000000000c02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000b01}, 2, 'It began in a bakery.', 'B7R-3WN-P5D', {time:2026-11-20T16:01:00Z}, TRUE, NULL);

INSERT INTO submission_file (id, school_id, submission_id, name, size_bytes, media_type, object_key, sha256, added_at, removed_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000d01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000b01}, 'pudding lane.png', 48213, 'image/png', 'harbour/d01', 'sample-checksum-1', {time:2026-11-20T15:55:00Z}, NULL),
    ({uuid:00000000-0000-7000-8000-000000000d02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000b01}, 'wrong.pdf', 0, 'application/pdf', 'harbour/d02', 'sample-checksum-2', {time:2026-11-20T15:50:00Z}, {time:2026-11-20T15:54:00Z});

INSERT INTO attempt_file (attempt_id, file_id, school_id) VALUES
    ({uuid:00000000-0000-7000-8000-000000000c02}, {uuid:00000000-0000-7000-8000-000000000d01}, {uuid:00000000-0000-7000-8000-000000000001});

INSERT INTO mark (id, school_id, submission_id, points, comment, version, marked_by, marked_at, returned_at, returned_by) VALUES
    ({uuid:00000000-0000-7000-8000-000000000e01}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000b01}, 1450, 'Good on the bakery; say more of the wind.', 2, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-22T18:00:00Z}, {time:2026-11-23T08:00:00Z}, {uuid:00000000-0000-7000-8000-000000000101});
