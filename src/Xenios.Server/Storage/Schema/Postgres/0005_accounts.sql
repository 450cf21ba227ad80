-- Accounts: who may be connected without a sign-in, who manages an account, groups, former handles, people without a local account.

-- 1: nothing is connected with the account by its address alone, the person signs in to it as well.
ALTER TABLE users ADD COLUMN sign_in_to_link BIGINT NOT NULL DEFAULT 0;
-- Connection that made the account and keeps what it copied read-only; NULL for none.
ALTER TABLE users ADD COLUMN managed_by TEXT;
-- JSON object: name of a group, and the connection that gave it ("" for an administrator).
ALTER TABLE users ADD COLUMN group_names TEXT NOT NULL DEFAULT '{}';
-- Key of the subjects of people without a local account; made when first needed.
ALTER TABLE environments ADD COLUMN subject_key_sealed BYTEA;

-- Replacing one identity by another is the person's decision, never a race's. Begins with the columns of the index it replaces.
DROP INDEX linked_identities_user;
CREATE UNIQUE INDEX linked_identities_one_per_connection ON linked_identities (environment_id, user_id, connection_id);

-- Which handle an identity had when. A handle belongs to at most one identity at a time; an open row is the one it has now.
CREATE TABLE identity_handles (
    environment_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    handle TEXT NOT NULL,
    handle_key TEXT NOT NULL,
    seen_from BIGINT NOT NULL,
    seen_until BIGINT,
    PRIMARY KEY (environment_id, identity_id, handle_key, seen_from)
);

CREATE INDEX identity_handles_current ON identity_handles (environment_id, issuer, handle_key) WHERE seen_until IS NULL;

INSERT INTO identity_handles (environment_id, identity_id, connection_id, issuer, handle, handle_key, seen_from, seen_until)
SELECT environment_id, identity_id, connection_id, issuer, handle, LOWER(handle), linked_at, NULL FROM linked_identities WHERE handle IS NOT NULL;

-- People who are signed in without a local account: what tokens may say about them, until the last session and refresh token of theirs is gone.
CREATE TABLE guests (
    environment_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT,
    claims_sealed BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (environment_id, subject)
);

CREATE INDEX guests_expiry ON guests (ends_at);

-- Local attributes beyond the standard claims, with their types.
CREATE TABLE local_attributes (
    environment_id TEXT NOT NULL REFERENCES environments (environment_id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (environment_id, name)
);
