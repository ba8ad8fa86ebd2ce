-- Named places that consumers read from.
CREATE TABLE destination (
  tenant           text        NOT NULL,
  id               text        NOT NULL,
  name             text        NOT NULL,
  description      text        NOT NULL,
  languages        text[]      NOT NULL,
  default_language text        NOT NULL,
  cors_origins     text[]      NOT NULL,
  version          bigint      NOT NULL,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- Versions of a destination's API, numbered from 1; id = destination.vN.
CREATE TABLE api_version (
  tenant         text        NOT NULL,
  id             text        NOT NULL,
  destination_id text        NOT NULL,
  number         int         NOT NULL,
  description    text        NOT NULL,
  state          text        NOT NULL CHECK (state IN ('NEW', 'ACTIVE', 'STOPPED')),
  version        bigint      NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, destination_id, number),
  FOREIGN KEY (tenant, destination_id) REFERENCES destination (tenant, id)
);

-- What a version serves; id = version.path. The content selection is a cardloom.publishing.v1.Endpoint message: it is
-- written once, read whole and never searched.
CREATE TABLE endpoint (
  tenant             text        NOT NULL,
  id                 text        NOT NULL,
  api_version_id     text        NOT NULL,
  path               text        NOT NULL,
  card_definition_id text        NOT NULL,
  selection          bytea       NOT NULL,
  created_at         timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, api_version_id, path),
  FOREIGN KEY (tenant, api_version_id) REFERENCES api_version (tenant, id)
);
CREATE INDEX endpoint_definition ON endpoint (tenant, card_definition_id);

-- The newest change of a card for an endpoint: completed, waiting for another try, or given up. Only what is not
-- completed holds a body. No index on a column that a completed item changes, so its update stays within its page.
CREATE TABLE queue_item (
  tenant             text     NOT NULL,
  endpoint_id        text     NOT NULL,
  card_id            text     NOT NULL,
  card_version       bigint   NOT NULL,
  deleted            boolean  NOT NULL,
  body               bytea,
  accepted_at_micros bigint   NOT NULL,
  correlation_id     text     NOT NULL,
  status             text     NOT NULL CHECK (status IN ('pending', 'completed', 'failed')),
  shown              boolean  NOT NULL,
  attempts           smallint NOT NULL,
  error              text     NOT NULL,
  enqueued_at        timestamptz NOT NULL,
  due_at             timestamptz,
  finished_at        timestamptz,
  PRIMARY KEY (tenant, endpoint_id, card_id)
) WITH (fillfactor = 80);
CREATE INDEX queue_item_due ON queue_item (due_at) WHERE status = 'pending';
CREATE INDEX queue_item_failed ON queue_item (tenant, endpoint_id) WHERE status = 'failed';
CREATE INDEX queue_item_finished ON queue_item USING brin (finished_at);

-- How far the first filling of an endpoint has come.
CREATE TABLE backfill (
  tenant             text        NOT NULL,
  endpoint_id        text        NOT NULL,
  after_key          text        NOT NULL,
  cards              bigint      NOT NULL,
  correlation_id     text        NOT NULL,
  started_at         timestamptz NOT NULL,
  finished_at        timestamptz,
  PRIMARY KEY (tenant, endpoint_id)
);
CREATE INDEX backfill_open ON backfill (started_at) WHERE finished_at IS NULL;
