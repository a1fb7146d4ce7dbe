-- A source that one person declared, a duty, a line of the security log, and a report.
INSERT INTO data_source (id, school_id, is_own, system, what, because, assessment, declared_by, declared_at, approved_by, approved_at, ended_by, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fb01}, {uuid:00000000-0000-7000-8000-000000000001}, FALSE, 'Trust directory', 'Names and classes', 'The trust keeps the roll', 'DPIA 12', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, NULL, NULL, NULL, NULL);
INSERT INTO duty (id, school_id, person_id, duty, given_by, given_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fb02}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'security', NULL, {time:2026-11-24T10:00:00Z}, NULL);
INSERT INTO security_event (id, school_id, kind, person_id, detail, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fb03}, {uuid:00000000-0000-7000-8000-000000000001}, 'refused_sign_in', NULL, 'Chrome on Android', {time:2026-11-24T10:00:00Z});
INSERT INTO abuse_report (id, school_id, reporter_id, kind, words, place, state, answer, received_at, led_by, closed_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000fb04}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'content', 'It hurt', '', 'received', NULL, {time:2026-11-24T10:00:00Z}, NULL, NULL);
