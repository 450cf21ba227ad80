-- Who changed what. Only ever added to: each row's hash covers the one before, so what was altered, taken out or put in shows.
CREATE TABLE audit_events (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    caller TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (environment_id, sequence)
) WITHOUT ROWID;

CREATE INDEX audit_events_target ON audit_events (environment_id, target, sequence);
CREATE INDEX audit_events_action ON audit_events (environment_id, action, sequence);

-- The end of the chain: a row that was cut off the end is missed here.
ALTER TABLE environments ADD COLUMN audit_sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE environments ADD COLUMN audit_hash BLOB;
