-- A role that a roster gave and one that was given by hand.
INSERT INTO person_role (id, school_id, person_id, role, began_at, ended_at, by_roster) VALUES
    ({uuid:00000000-0000-7000-8000-000000051001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000004e002}, 'student', {time:2026-11-29T10:00:00Z}, NULL, TRUE),
    ({uuid:00000000-0000-7000-8000-000000051002}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000103}, 'teacher', {time:2026-11-29T10:00:00Z}, {time:2026-11-29T11:00:00Z}, FALSE);
