-- Audit events of one caller, and from one moment on, however many there are.
CREATE INDEX audit_events_caller ON audit_events (environment_id, caller, sequence);
CREATE INDEX audit_events_time ON audit_events (environment_id, at, sequence);
