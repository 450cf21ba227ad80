-- Times are milliseconds since 1970-01-01 UTC; flags are 0 or 1; documents are JSON text; *_sealed and payload are encrypted.

CREATE TABLE environments (
    environment_id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX environments_default ON environments (is_default) WHERE is_default = 1;

CREATE TABLE signing_keys (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    key_id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    private_key_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, key_id)
) WITHOUT ROWID;

CREATE TABLE applications (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    client_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret_hashes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, client_id)
) WITHOUT ROWID;

CREATE TABLE connections (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    connection_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    settings TEXT NOT NULL,
    secrets_sealed BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, connection_id),
    UNIQUE (environment_id, slug)
) WITHOUT ROWID;

CREATE TABLE users (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    username TEXT,
    username_key TEXT,
    email TEXT,
    email_key TEXT,
    email_verified INTEGER NOT NULL,
    email_verified_by TEXT,
    password_hash TEXT,
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, user_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX users_username ON users (environment_id, username_key);
-- A confirmed address belongs to one person; unconfirmed claims to it may lie beside.
CREATE UNIQUE INDEX users_confirmed_email ON users (environment_id, email_key) WHERE email_verified = 1;
CREATE INDEX users_email ON users (environment_id, email_key);

CREATE TABLE linked_identities (
    environment_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    connector TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    handle TEXT,
    email TEXT,
    linked_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, identity_id),
    UNIQUE (environment_id, connection_id, issuer, subject),
    FOREIGN KEY (environment_id, user_id) REFERENCES users (environment_id, user_id)
) WITHOUT ROWID;

CREATE INDEX linked_identities_user ON linked_identities (environment_id, user_id);

CREATE TABLE sessions (
    environment_id TEXT NOT NULL,
    cookie_hash BLOB NOT NULL,
    session_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    host TEXT NOT NULL,
    connection TEXT,
    auth_time INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, cookie_hash),
    UNIQUE (environment_id, session_id)
) WITHOUT ROWID;

CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Journeys, upstream trips, codes, revocation marks: one table, one key space per kind.
CREATE TABLE ephemeral (
    environment_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    version INTEGER NOT NULL,
    payload BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    keep_until INTEGER NOT NULL,
    taken_at INTEGER,
    PRIMARY KEY (environment_id, kind, key_hash)
) WITHOUT ROWID;

CREATE INDEX ephemeral_expiry ON ephemeral (keep_until);

-- How often something happened within a window: mails to an address, wrong codes for it.
CREATE TABLE counters (
    environment_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    count INTEGER NOT NULL,
    window_ends_at INTEGER NOT NULL,
    PRIMARY KEY (environment_id, kind, key_hash)
) WITHOUT ROWID;

CREATE INDEX counters_expiry ON counters (window_ends_at);
