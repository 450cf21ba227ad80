-- Who looks after this server: users of the default environment (decision 10).
CREATE TABLE administrators (
    environment_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    added_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, user_id),
    FOREIGN KEY (environment_id, user_id) REFERENCES users (environment_id, user_id)
) WITHOUT ROWID;
