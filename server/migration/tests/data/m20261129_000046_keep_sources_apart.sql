-- A source that replaces the school's roster, and somebody of it with an id that stands in the school's own.
INSERT INTO data_source (id, school_id, is_own, system, what, because, assessment, declared_by, declared_at, approved_by, approved_at, ended_by, ended_at, replaces_roster) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e001}, {uuid:00000000-0000-7000-8000-000000000001}, FALSE, 'New roll', 'Names and classes', 'The school changes its system', 'DPIA 13', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-29T10:00:00Z}, NULL, NULL, NULL, NULL, TRUE);
INSERT INTO person (id, school_id, given_name, family_name, sort_name, year_group, email, sourced_id, created_at, ended_at, source, source_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000004e002}, {uuid:00000000-0000-7000-8000-000000000001}, 'Bo', 'Marsh', 'marsh bo', '8', NULL, 'pupil-204', {time:2026-11-29T10:00:00Z}, NULL, 'school_import', {uuid:00000000-0000-7000-8000-00000004e001});
