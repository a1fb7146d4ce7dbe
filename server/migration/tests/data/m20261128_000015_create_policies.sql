-- A notice in force, and a student who was shown it and has read it.
INSERT INTO policy_version (id, document, language, semver, is_material, change_log, text, text_sha256, author, proposed_at, approver, approved_at, effective_from) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e001}, 'privacy_notice', 'en-GB', '1.0.0', TRUE, 'The first version.', 'What is kept.', 'ab', 'Ines Author', {time:2026-11-01T09:00:00Z}, 'Tom Approver', {time:2026-11-02T09:00:00Z}, {time:2026-11-03T00:00:00Z});
INSERT INTO notice_event (id, school_id, person_id, version_id, kind, channel, language, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e101}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, {uuid:00000000-0000-7000-8000-00000000e001}, 'shown', 'first page', 'en-GB', {time:2026-11-12T17:05:00Z});
INSERT INTO notice_standing (id, school_id, person_id, shown_id, read_id, used_id, terms_id) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e201}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, {uuid:00000000-0000-7000-8000-00000000e001}, NULL, {uuid:00000000-0000-7000-8000-00000000e001}, NULL);
