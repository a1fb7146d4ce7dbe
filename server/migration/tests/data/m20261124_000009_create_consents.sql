-- A request for a trip, and what its guardian answered.
INSERT INTO consent_request (id, school_id, classroom_id, title, details, answer_until, created_by, created_at, closed_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000c001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000801}, 'Trip to the museum', 'On 12 December, by coach.', NULL, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-12T17:05:00Z}, NULL);
INSERT INTO consent_event (id, school_id, seq, subject_id, purpose, request_id, kind, given_by, actor_id, age_band, text_version, valid_until, payload, payload_commitment, prev_hash, entry_hash, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000c101}, {uuid:00000000-0000-7000-8000-000000000001}, 1, {uuid:00000000-0000-7000-8000-000000000101}, 'school_request', {uuid:00000000-0000-7000-8000-00000000c001}, 'given', 'guardian', {uuid:00000000-0000-7000-8000-000000000101}, 'under_13', '2026-11', NULL, '{}', 'aa', '', 'bb', {time:2026-11-12T18:00:00Z});
INSERT INTO ledger_checkpoint (id, school_id, up_to_seq, root_hash, signature, public_key, signed_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000c201}, {uuid:00000000-0000-7000-8000-000000000001}, 1, 'bb', 'cc', 'dd', {time:2026-11-13T02:00:00Z});
