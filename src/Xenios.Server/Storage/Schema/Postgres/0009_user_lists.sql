-- Lists of users: by the beginning of a name, an address or a handle, by an id at an upstream, by status, by connection.
CREATE INDEX users_username_search ON users (environment_id, username_key COLLATE "C", user_id) WHERE username_key IS NOT NULL;
CREATE INDEX users_email_search ON users (environment_id, email_key COLLATE "C", user_id) WHERE email_key IS NOT NULL;
CREATE INDEX users_status ON users (environment_id, status, user_id);
CREATE INDEX linked_identities_subject ON linked_identities (environment_id, subject);
CREATE INDEX linked_identities_connection ON linked_identities (environment_id, connection_id, user_id);
CREATE INDEX identity_handles_search ON identity_handles (environment_id, handle_key COLLATE "C", identity_id) WHERE seen_until IS NULL;

-- Whose handle it was, also after the identity was disconnected: it goes with the person.
ALTER TABLE identity_handles ADD COLUMN user_id TEXT;
UPDATE identity_handles SET user_id = (SELECT i.user_id FROM linked_identities i WHERE i.environment_id = identity_handles.environment_id AND i.identity_id = identity_handles.identity_id);
CREATE INDEX identity_handles_user ON identity_handles (environment_id, user_id);
