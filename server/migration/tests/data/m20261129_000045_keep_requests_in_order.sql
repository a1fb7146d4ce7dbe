-- A request that was granted and is done.
INSERT INTO rights_request (id, school_id, reference, kind, subject_id, requester_id, contact, details, state, channel, received_at, clock_from, paused_at, paused_days, extended_at, first_answer_at, decision, closed_at, acknowledged_at, student_view, student_view_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000d045}, {uuid:00000000-0000-7000-8000-000000000001}, 'QR5-81T', 'rectification', {uuid:00000000-0000-7000-8000-000000000101}, {uuid:00000000-0000-7000-8000-000000000101}, NULL, '', 'open', 'account', {time:2026-11-29T10:00:00Z}, {time:2026-11-29T10:00:00Z}, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE rights_request SET state = 'approved', first_answer_at = {time:2026-11-29T11:00:00Z} WHERE reference = 'QR5-81T';
UPDATE rights_request SET state = 'closed', closed_at = {time:2026-11-29T12:00:00Z} WHERE reference = 'QR5-81T';
