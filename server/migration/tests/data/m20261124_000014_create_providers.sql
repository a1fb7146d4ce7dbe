-- A provider of mail abroad with what allows it, an objection, and a school that wants none abroad.
INSERT INTO provider (id, name, purpose, role, categories, subjects, country, policy_url, contract_ref, contract_at, clauses, sells_data, state, proposed_at, notified_at, active_at, stopped_at, emergency_reason) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f101}, 'Example Mail', 'mail', 'subprocessor', 'contact,activity', 'staff, guardians', 'US', 'https://mail.example/privacy', 'C-1', {time:2026-09-01T08:00:00Z}, 'instructions', FALSE, 'active', {time:2026-09-01T08:00:00Z}, {time:2026-09-02T08:00:00Z}, {time:2026-10-02T08:00:00Z}, NULL, NULL);
INSERT INTO transfer (id, provider_id, country, mechanism, assessment_ref, valid_until, recorded_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f201}, {uuid:00000000-0000-7000-8000-00000000f101}, 'US', 'idta', 'TRA-1', {time:2027-09-01T08:00:00Z}, {time:2026-09-01T08:00:00Z});
INSERT INTO provider_objection (id, school_id, provider_id, objected_by, reason, objected_at, withdrawn_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f301}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000f101}, {uuid:00000000-0000-7000-8000-000000000101}, 'It is abroad.', {time:2026-09-10T08:00:00Z}, NULL);
INSERT INTO uk_only_rule (id, school_id, begun_by, began_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f401}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-09-10T08:00:00Z}, NULL);
