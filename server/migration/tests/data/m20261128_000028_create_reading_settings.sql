-- Siân reads large letters on cream, with a ruler; the primary school is green.
INSERT INTO reading_setting (id, school_id, person_id, theme, size, line, letters, measure, font, ruler, aloud, changed_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000028a1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000102}, 'cream', 'large', NULL, NULL, NULL, NULL, 'on', NULL, {time:2026-11-28T10:00:00Z});

UPDATE school SET hue = 150 WHERE id = {uuid:00000000-0000-7000-8000-000000000002};
