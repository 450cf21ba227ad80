-- Lists and counts run through an index alone: how a sign-in ended stands in it.
DROP INDEX sign_ins_newest;
CREATE INDEX sign_ins_newest ON sign_ins (environment_id, started_at, support_code, outcome, error_code);

-- What went wrong is rare and asked for most: by its code, and of one application.
CREATE INDEX sign_ins_error ON sign_ins (environment_id, error_code, started_at, support_code) WHERE error_code IS NOT NULL;
CREATE INDEX sign_ins_wrong ON sign_ins (environment_id, client_id, outcome, started_at, support_code) WHERE outcome IN ('failed', 'refused');
