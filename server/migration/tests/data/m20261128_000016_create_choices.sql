-- A browser that said no, and a site that is open to students.
INSERT INTO browser_choice (id, seq, browser, purpose, kind, register, channel, valid_until, prev_hash, entry_hash, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e301}, 1, 'a-random-number', 'analytics', 'refused', 'ab12cd34', 'banner', NULL, '', 'ff', {time:2026-11-12T17:05:00Z});
INSERT INTO allowed_host (id, school_id, host, added_by, added_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e401}, {uuid:00000000-0000-7000-8000-000000000001}, 'bbc.co.uk', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:05:00Z});
