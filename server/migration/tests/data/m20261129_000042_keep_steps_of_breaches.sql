-- How the near miss was assessed, by somebody who is known, and closed from before that.
INSERT INTO breach_step (id, school_id, breach_id, step, risk, words, actor_id, at) VALUES
    ({uuid:00000000-0000-7000-8000-00000004b001}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000f001}, 'assess', 'near_miss', 'Found at once', {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T11:00:00Z}),
    ({uuid:00000000-0000-7000-8000-00000004b002}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000f001}, 'close', NULL, 'Spoken of', NULL, {time:2026-11-24T12:00:00Z});
