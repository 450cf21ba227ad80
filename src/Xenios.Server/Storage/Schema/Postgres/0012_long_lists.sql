-- What begins with a few letters fits many sign-ins: they are put in order by the index alone.
DROP INDEX sign_ins_handle;
CREATE INDEX sign_ins_handle ON sign_ins (environment_id, handle_key, started_at, support_code) WHERE handle_key IS NOT NULL;
