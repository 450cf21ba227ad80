-- The timeline of every sign-in that a person saw a page of, or an upstream was asked for. Hops are JSON, written by Audit/SignInTimeline alone.
CREATE TABLE sign_ins (
    environment_id TEXT NOT NULL,
    support_code TEXT NOT NULL,
    client_id TEXT,
    connection TEXT,
    user_id TEXT,
    handle TEXT,
    handle_key TEXT,
    outcome TEXT NOT NULL,
    error_code TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    hops TEXT NOT NULL,
    PRIMARY KEY (environment_id, support_code)
);

-- Lists run newest first, each filter by an index of its own; what nearly every row is has none.
CREATE INDEX sign_ins_newest ON sign_ins (environment_id, started_at, support_code);
CREATE INDEX sign_ins_application ON sign_ins (environment_id, client_id, started_at, support_code);
CREATE INDEX sign_ins_connection ON sign_ins (environment_id, connection, started_at, support_code);
CREATE INDEX sign_ins_user ON sign_ins (environment_id, user_id, started_at, support_code) WHERE user_id IS NOT NULL;
CREATE INDEX sign_ins_handle ON sign_ins (environment_id, handle_key, started_at) WHERE handle_key IS NOT NULL;
CREATE INDEX sign_ins_outcome ON sign_ins (environment_id, outcome, started_at, support_code) WHERE outcome <> 'ok';
