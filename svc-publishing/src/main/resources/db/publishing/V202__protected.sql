-- Who may read: everyone, or programs with a key. What a destination says is what its new versions begin with.
ALTER TABLE destination ADD COLUMN protected boolean NOT NULL DEFAULT false;
ALTER TABLE api_version ADD COLUMN protected boolean NOT NULL DEFAULT false;
