-- The subjects under which applications know somebody who has an account too: ending all that a person holds looks for them.
CREATE INDEX guests_user ON guests (environment_id, user_id) WHERE user_id IS NOT NULL;
