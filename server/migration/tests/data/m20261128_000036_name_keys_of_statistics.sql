-- A second table over the same month, whose marks have a key with a name.
INSERT INTO stat_release (id, template, from_at, until_at, fewest, rounding, schools, hidden, check_text, released_at, mark_key) VALUES
    ({uuid:00000000-0000-7000-8000-0000000036b1}, 'handed_in_by_year', {time:2026-09-01T00:00:00Z}, {time:2026-10-01T00:00:00Z}, 10, 5, 4, 1, '0 found', {time:2026-11-27T10:00:00Z}, '0123456789abcdef');
