-- The answer of another student, which nobody has marked.
INSERT INTO submission (id, school_id, assignment_id, student_id, draft_text, draft_version, draft_saved_at, attempt_id, handed_in_at, is_late) VALUES
    ({uuid:00000000-0000-7000-8000-000000000b52}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000a03}, {uuid:00000000-0000-7000-8000-000000000104}, 'London Bridge stood.', 2, {time:2026-12-02T16:00:00Z}, NULL, NULL, FALSE);
