-- Settings of an environment beyond its name and kind, as JSON of the wire record.
ALTER TABLE environments ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

-- When a key got its state: next (published), active (signs), retired (published until its tokens have expired).
ALTER TABLE signing_keys ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
UPDATE signing_keys SET changed_at = created_at;

-- expires_at is when a session ends unless it is used; ends_at when it ends however much it is used.
ALTER TABLE sessions ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET last_used_at = auth_time, ends_at = expires_at;
CREATE INDEX sessions_user ON sessions (environment_id, user_id);
CREATE INDEX token_families_session ON token_families (environment_id, session_id);

-- Applications that took part in a session and want to hear of its end. due_at is null while it lives, then the time of the next try.
CREATE TABLE session_applications (
    environment_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    PRIMARY KEY (environment_id, session_id, client_id)
);

CREATE INDEX session_applications_due ON session_applications (due_at) WHERE due_at IS NOT NULL;
