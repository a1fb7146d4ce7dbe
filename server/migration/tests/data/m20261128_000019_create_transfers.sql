-- A change of hands that was called off.
INSERT INTO business_transfer (id, company, reachable_at, policy, words, words_for_children, drafted_at, announced_at, completed_at, cancelled_at) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f401}, 'Other Learning Ltd', 'privacy@other.example', 'https://other.example/privacy', 'Another company will run this platform.', 'Somebody else will look after this site.', {time:2026-11-20T10:00:00Z}, {time:2026-11-21T10:00:00Z}, NULL, {time:2026-11-22T10:00:00Z});
