-- A photo that came with what waits.
INSERT INTO outbox_file (id, school_id, item_id, name, size_bytes, media_type, object_key, sha256) VALUES
    ({uuid:00000000-0000-7000-8000-00000000f701}, {uuid:00000000-0000-7000-8000-000000000001}, {uuid:00000000-0000-7000-8000-00000000f602}, 'photo.jpg', 2048, 'image/jpeg', 'harbour/f701', 'sample-checksum-3');
