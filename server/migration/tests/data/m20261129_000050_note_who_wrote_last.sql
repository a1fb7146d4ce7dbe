-- A draft whose words a sign-in has saved.
UPDATE submission SET draft_saved_by = {uuid:00000000-0000-7000-8000-000000050001} WHERE id = {uuid:00000000-0000-7000-8000-000000000b01};
