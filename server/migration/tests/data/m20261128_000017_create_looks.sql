-- Somebody's page was read twice within an hour, and the school's choices.
INSERT INTO access_event (id, school_id, actor_id, relation, subject_id, classroom_id, about_id, kind, via, period, first_at, last_at, times) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'office', {uuid:00000000-0000-7000-8000-000000000101}, NULL, {uuid:00000000-0000-7000-8000-000000000101}, 'details', 'page', {time:2026-11-24T10:00:00Z}, {time:2026-11-24T10:05:00Z}, {time:2026-11-24T10:07:00Z}, 2);
INSERT INTO privacy_setting (id, school_id, names_shown, set_by, set_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e101}, {uuid:00000000-0000-7000-8000-000000000001}, TRUE, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:05:00Z});
INSERT INTO declaration (id, school_id, signed_by, text_version, text_sha256, signed_at, establishment_number, contact_name, contact, basis, assessment, purposes, signed_as) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e201}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, '2026-12', 'e3', {time:2026-11-24T10:05:00Z}, '100023', 'Edith Pryce', 'lead@school.example', 'public_task', 'done', 'Teaching', 'school_admin');
