INSERT INTO declaration (id, school_id, signed_by, text_version, text_sha256, signed_at) VALUES
    ({uuid:00000000-0000-7000-8000-000000000402}, {uuid:00000000-0000-7000-8000-000000000002}, NULL, '2026-11', '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef', {time:2026-09-02T09:00:00Z});
