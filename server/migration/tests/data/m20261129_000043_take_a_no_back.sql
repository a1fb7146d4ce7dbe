-- A no that was taken back.
INSERT INTO consent_event (id, school_id, seq, subject_id, purpose, request_id, kind, given_by, actor_id, age_band, text_version, valid_until, payload, payload_commitment, prev_hash, entry_hash, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000c142}, {uuid:00000000-0000-7000-8000-000000000001}, 42, {uuid:00000000-0000-7000-8000-000000000101}, 'photos_in_school', NULL, 'lifted', 'guardian', {uuid:00000000-0000-7000-8000-000000000101}, 'under_13', '2026-11', NULL, '{}', 'aa', 'cc', 'dd', {time:2026-11-14T20:00:00Z});
