-- An import that says which organisations are the school.
INSERT INTO roster_import (id, school_id, file_name, file_sha256, object_key, stage, report, made_by, checked_at, applied_at, undone_at, system, source_id, org_ids) VALUES
    ({uuid:00000000-0000-7000-8000-00000004f001}, {uuid:00000000-0000-7000-8000-000000000001}, 'trust.zip', 'sample-checksum-5', NULL, 'applied', '{"problems": []}', NULL, {time:2026-11-29T11:00:00Z}, {time:2026-11-29T11:05:00Z}, NULL, NULL, NULL, '["org-1"]');
