-- A hand-in that somebody's objection kept out.
INSERT INTO outbox_item (id, school_id, person_id, assignment_id, session_id, operation, outcome, body_hash, text, receipt, draft_version, made_at, received_at, seen_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f603}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, {uuid:00000000-0000-7000-8000-000000000a01}, {uuid:00000000-0000-7000-8000-00000000f609}, 'hand_in', 'objected', 'ef56', 'x is 3.', '', 4, {time:2026-11-20T15:58:00Z}, {time:2026-11-20T16:03:00Z}, NULL);
