-- The link of the provider of mail is dead.
INSERT INTO policy_link (id, provider_id, url, answer, since_at, looked_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000026a1}, {uuid:00000000-0000-7000-8000-00000000f101}, 'https://mail.example/privacy', 'gone', {time:2026-11-20T10:00:00Z}, {time:2026-11-27T10:00:00Z});
