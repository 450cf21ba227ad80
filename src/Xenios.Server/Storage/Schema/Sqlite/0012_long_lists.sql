-- Audit events of one caller, and from one moment on, however many there are.
CREATE INDEX audit_events_caller ON audit_events (environment_id, caller, sequence);
CREATE INDEX audit_events_time ON audit_events (environment_id, at, sequence);

-- What begins with a few letters fits many sign-ins: they are put in order by the index alone.
DROP INDEX sign_ins_handle;
CREATE INDEX sign_ins_handle ON sign_ins (environment_id, handle_key, started_at, support_code) WHERE handle_key IS NOT NULL;
