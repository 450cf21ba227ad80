-- What was granted in a session is found by its person first: one index less for each code that is redeemed.
DROP INDEX token_families_user;
DROP INDEX token_families_session;
CREATE INDEX token_families_user ON token_families (environment_id, user_id, session_id);
