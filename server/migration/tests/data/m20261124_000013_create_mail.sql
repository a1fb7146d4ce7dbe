-- A mail that waits, one that went, a choice, and the message behind a request.
INSERT INTO outbox_mail (id, school_id, category, template, recipient_id, address, variables, cause_id, state, attempts, queued_at, next_try_at, expires_at, ended_at, reason) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e101}, {uuid:00000000-0000-7000-8000-000000000001}, 'service_essential', 'request_received', {uuid:00000000-0000-7000-8000-000000000101}, NULL, '{}', {uuid:00000000-0000-7000-8000-00000000d001}, 'queued', 1, {time:2026-11-12T17:05:00Z}, {time:2026-11-12T17:06:00Z}, {time:2026-11-15T17:05:00Z}, NULL, 'the mail server does not answer'),
    ({uuid:00000000-0000-7000-8000-00000000e102}, {uuid:00000000-0000-7000-8000-000000000001}, 'service_optional', 'consent_receipt', {uuid:00000000-0000-7000-8000-000000000101}, NULL, '', NULL, 'sent', 1, {time:2026-11-12T17:05:00Z}, {time:2026-11-12T17:06:00Z}, {time:2026-11-15T17:05:00Z}, {time:2026-11-12T17:05:10Z}, NULL);
INSERT INTO mail_choice (id, school_id, person_id, category, state, changed_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e201}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-000000000101}, 'service_optional', 'off', {time:2026-11-12T18:00:00Z});
INSERT INTO contact_message (id, school_id, request_id, notice_version, sender_hash, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000e301}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000d001}, '2026-11', 'aa', {time:2026-11-12T17:05:00Z});
