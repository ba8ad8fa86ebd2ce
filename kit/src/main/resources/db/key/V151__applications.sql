-- Programs that use the service's HTTP API. resource_ids: what their keys open; * for all. key_days: how long a key lasts.
CREATE TABLE application (
  tenant       text        NOT NULL,
  id           text        NOT NULL,
  name         text        NOT NULL,
  description  text        NOT NULL,
  resource_ids text[]      NOT NULL,
  key_days     int         NOT NULL,
  created_by   text        NOT NULL,
  created_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  version      bigint      NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- Their keys. seal: HMAC-SHA-256 of the key's text, which is kept nowhere.
CREATE TABLE application_key (
  tenant         text        NOT NULL,
  id             text        NOT NULL,
  application_id text        NOT NULL,
  seal           bytea       NOT NULL,
  created_by     text        NOT NULL,
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  last_used_at   timestamptz,
  revoked_at     timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, application_id) REFERENCES application (tenant, id) ON DELETE CASCADE
);
CREATE INDEX application_key_of ON application_key (tenant, application_id);
