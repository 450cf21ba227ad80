-- What people allowed applications: one row per API, '' for this server's own userinfo.
CREATE TABLE consents (
    environment_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    scopes TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (environment_id, user_id, client_id, resource)
);

-- Whether the upstream proved that the person showed credentials, and did not merely remember them.
ALTER TABLE sessions ADD COLUMN proved BIGINT NOT NULL DEFAULT 0;

-- Claims asked for one by one, by name, for the tokens of a refresh.
ALTER TABLE token_families ADD COLUMN id_token_claims TEXT NOT NULL DEFAULT '';
ALTER TABLE token_families ADD COLUMN userinfo_claims TEXT NOT NULL DEFAULT '';
