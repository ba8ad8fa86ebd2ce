-- A data source. Its version grows with every change of it or of its properties, so whoever has read it can tell under
-- a lock of this row whether what it read still holds.
CREATE TABLE source (
  tenant      text        NOT NULL,
  id          text        NOT NULL,
  name        text        NOT NULL,
  description text        NOT NULL,
  languages   text[]      NOT NULL,
  version     bigint      NOT NULL,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- Sources that share entry ids; a relation is stored both ways.
CREATE TABLE source_relation (
  tenant     text NOT NULL,
  source_id  text NOT NULL,
  related_id text NOT NULL,
  PRIMARY KEY (tenant, source_id, related_id)
);

-- type and state: numbers of the contract's enums. delimiter_before: while state is UPDATING.
CREATE TABLE source_property (
  tenant           text     NOT NULL,
  source_id        text     NOT NULL,
  id               text     NOT NULL,
  display_name     text     NOT NULL,
  description      text     NOT NULL,
  type             smallint NOT NULL,
  delimiter        text     NOT NULL,
  delimiter_before text     NOT NULL,
  state            smallint NOT NULL,
  PRIMARY KEY (tenant, source_id, id)
);

-- Live entries of a source: the sum over a few slots, so that imports side by side do not wait for one row.
CREATE TABLE source_entry_count (
  tenant    text     NOT NULL,
  source_id text     NOT NULL,
  slot      smallint NOT NULL,
  entries   bigint   NOT NULL,
  PRIMARY KEY (tenant, source_id, slot)
);

-- Entries as accepted. A deleted one stays with its version, so that a new start goes on counting.
-- body: canonical JSON object, UTF-8.
CREATE TABLE entry (
  tenant     text        NOT NULL,
  source_id  text        NOT NULL,
  key        text        NOT NULL,
  version    bigint      NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted    boolean     NOT NULL,
  body       bytea       NOT NULL,
  PRIMARY KEY (tenant, source_id, key)
) WITH (fillfactor = 90, autovacuum_analyze_scale_factor = 0.05);

-- Most recently changed first. A batch shares one instant, so the key is left out: its duplicates take almost no room.
CREATE INDEX entry_recent ON entry (tenant, source_id, updated_at) WHERE NOT deleted;

-- One row per changed version. changes, UTF-8 JSON, by change_type:
-- 1 added: the body; 2 updated and 4 converted: [{property, language, before, after}]; 3 deleted: the body before.
CREATE TABLE entry_history (
  tenant         text        NOT NULL,
  source_id      text        NOT NULL,
  key            text        NOT NULL,
  version        bigint      NOT NULL,
  at             timestamptz NOT NULL,
  author         text        NOT NULL,
  correlation_id text        NOT NULL,
  change_type    smallint    NOT NULL,
  changes        bytea       NOT NULL,
  PRIMARY KEY (tenant, source_id, key, version)
);

-- Rows come in order of time, so a few bytes per range find the old ones.
CREATE INDEX entry_history_age ON entry_history USING brin (at);

-- Properties whose stored values are being converted, and how far in order of keys.
CREATE TABLE property_conversion (
  tenant         text        NOT NULL,
  source_id      text        NOT NULL,
  property_id    text        NOT NULL,
  after_key      text        NOT NULL,
  exhausted      boolean     NOT NULL,
  started_at     timestamptz NOT NULL,
  author         text        NOT NULL,
  correlation_id text        NOT NULL,
  PRIMARY KEY (tenant, source_id, property_id)
);
