-- A school agreed; one table was given out, of which one line is hidden.
INSERT INTO stat_choice (id, school_id, chosen_by, began_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000035a1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, NULL);
INSERT INTO stat_release (id, template, from_at, until_at, fewest, rounding, schools, hidden, check_text, released_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000035b1}, 'late_by_month', {time:2026-09-01T00:00:00Z}, {time:2026-10-01T00:00:00Z}, 10, 5, 4, 1, '0 found', {time:2026-11-26T10:00:00Z});
INSERT INTO stat_cell (id, release_id, place, label, people, value, cohort) VALUES
    ({uuid:00000000-0000-7000-8000-0000000035c1}, {uuid:00000000-0000-7000-8000-0000000035b1}, 0, 'All', 45, 60, '0a1b2c3d');
