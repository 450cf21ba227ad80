-- Credentials of a connection beside those it uses: the next ones while they are tested, the former ones while what began with them may finish.
CREATE TABLE connection_credentials (
    environment_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    place TEXT NOT NULL,
    credentials_id TEXT NOT NULL,
    credentials_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    tested_at INTEGER,
    ends_at INTEGER,
    PRIMARY KEY (environment_id, connection_id, place),
    FOREIGN KEY (environment_id, connection_id) REFERENCES connections (environment_id, connection_id) ON DELETE CASCADE
);
