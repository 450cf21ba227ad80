-- What an event says about a person can be blanked without breaking the chain: its hash covers content_hash, which is SHA-256 over salt and content. salt is NULL where it was blanked.
-- Events written before could never be blanked, so the log begins anew.
DROP TABLE audit_events;
CREATE TABLE audit_events (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    caller TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    salt BLOB,
    content_hash BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (environment_id, sequence)
) WITHOUT ROWID;

CREATE INDEX audit_events_target ON audit_events (environment_id, target, sequence);
CREATE INDEX audit_events_action ON audit_events (environment_id, action, sequence);
UPDATE environments SET audit_sequence = 0, audit_hash = NULL;

-- The beginning of the chain after old events were deleted: number and hash of the last of them, and a tag that only this server can make.
ALTER TABLE environments ADD COLUMN audit_swept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE environments ADD COLUMN audit_swept_hash BLOB;
ALTER TABLE environments ADD COLUMN audit_swept_tag TEXT;

-- Audit events of one caller, and from one moment on, however many there are.
CREATE INDEX audit_events_caller ON audit_events (environment_id, caller, sequence);
CREATE INDEX audit_events_time ON audit_events (environment_id, at, sequence);
