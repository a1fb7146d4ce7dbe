-- A place that a student came back to.
UPDATE enrolment SET away_since = {time:2026-10-05T09:00:00Z}, back_at = {time:2026-11-02T09:00:00Z} WHERE id = {uuid:00000000-0000-7000-8000-000000000902};
