-- One row per chain of refresh tokens. No token is stored: the generation says which of the chain is the live one.
CREATE TABLE token_families (
    environment_id TEXT NOT NULL,
    family_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    scopes TEXT NOT NULL,
    resources TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (environment_id, family_id)
);

CREATE INDEX token_families_expiry ON token_families (expires_at);
CREATE INDEX token_families_user ON token_families (environment_id, user_id);
