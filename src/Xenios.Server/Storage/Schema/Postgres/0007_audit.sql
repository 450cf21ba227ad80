-- Who changed what. Only ever added to: each row's hash covers the one before, so what was altered, taken out or put in shows.
CREATE TABLE audit_events (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    caller TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (environment_id, sequence)
);

CREATE INDEX audit_events_target ON audit_events (environment_id, target, sequence);
CREATE INDEX audit_events_action ON audit_events (environment_id, action, sequence);

-- The end of the chain: a row that was cut off the end is missed here.
ALTER TABLE environments ADD COLUMN audit_sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE environments ADD COLUMN audit_hash BYTEA;
