-- A school that asked to leave and called it off, and one that the sweep is at work in.
INSERT INTO school_leaving (id, school_id, leaves_at, asked_by, asked_at, confirmed_by, confirmed_at, called_off_by, called_off_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000004a001}, {uuid:00000000-0000-7000-8000-000000000001}, {time:2027-07-31T23:00:00Z}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-29T10:00:00Z}, NULL, NULL, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-29T11:00:00Z});
INSERT INTO letting_go (id, school_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000004a101}, {uuid:00000000-0000-7000-8000-000000000001});
