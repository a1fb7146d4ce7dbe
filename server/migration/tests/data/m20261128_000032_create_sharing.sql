-- A photographer gets names of those who said yes; one file was made.
INSERT INTO recipient (id, school_id, name, does, country, allowed_by, policy_url, sells_data, created_by, created_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000032a1}, {uuid:00000000-0000-7000-8000-000000000001}, 'Bright Lens', 'Takes class photographs', 'GB', NULL, 'https://brightlens.example/privacy', FALSE, {uuid:00000000-0000-7000-8000-000000000101}, {time:2026-11-24T10:00:00Z}, NULL);
INSERT INTO sharing_request (id, school_id, request_id, recipient_id, purpose, columns, until_at, ended_at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000032b1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000c001}, {uuid:00000000-0000-7000-8000-0000000032a1}, 'Names under the class photograph', 'person.given_name,person.family_name', {time:2026-12-24T00:00:00Z}, NULL);
INSERT INTO shared_entry (id, school_id, sharing_id, disclosure_id, subject_id, given_to, columns, at) VALUES
    ({uuid:00000000-0000-7000-8000-0000000032c1}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-0000000032b1}, {uuid:00000000-0000-7000-8000-00000000f101}, {uuid:00000000-0000-7000-8000-000000000101}, 'Bright Lens', 'person.given_name,person.family_name', {time:2026-11-26T10:00:00Z});
