-- Card definitions: which sources merge into a card. Card properties are rows of their own, in the order given.
CREATE TABLE card_definition (
  tenant         text        NOT NULL,
  id             text        NOT NULL,
  name           text        NOT NULL,
  description    text        NOT NULL,
  state          text        NOT NULL CHECK (state IN ('DRAFT', 'UPDATING', 'ACTIVE')),
  source_ids     text[]      NOT NULL,
  title_property text        NOT NULL,
  version        bigint      NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE card_property (
  tenant        text NOT NULL,
  definition_id text NOT NULL,
  position      int  NOT NULL,
  identifier    text NOT NULL,
  name          text NOT NULL,
  source_id     text NOT NULL,
  property_id   text NOT NULL,
  type          text NOT NULL,
  PRIMARY KEY (tenant, definition_id, position),
  FOREIGN KEY (tenant, definition_id) REFERENCES card_definition (tenant, id)
);

-- The cards, deleted ones too: their version goes on when the entry comes back.
-- source_versions: one number for each source of the definition, in its order: the newest version of the entry seen,
-- negative when that version is a delete, 0 when none was seen. A card exists when one of them is positive.
-- version 0: the card has never existed; the row only remembers a delete.
CREATE TABLE card (
  tenant             text        NOT NULL,
  definition_id      text        NOT NULL,
  key                text        NOT NULL,
  version            bigint      NOT NULL,
  deleted            boolean     NOT NULL,
  source_versions    bigint[]    NOT NULL,
  body               bytea       NOT NULL,
  accepted_at_micros bigint      NOT NULL,
  updated_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant, definition_id, key)
) WITH (fillfactor = 85);

-- Sources still to be walked for definitions in state UPDATING, and how far the walk is.
CREATE TABLE backfill (
  tenant         text        NOT NULL,
  definition_id  text        NOT NULL,
  source_id      text        NOT NULL,
  after_key      text        NOT NULL,
  correlation_id text        NOT NULL,
  failure        text        NOT NULL,
  next_try_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant, definition_id, source_id)
);
