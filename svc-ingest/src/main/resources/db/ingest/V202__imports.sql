-- Imports that go on after their call, and their handles. number: order of acceptance. state: number of the contract's enum.
-- batch: the next one to apply. tries: of that batch, as far as they failed for no reason of the import's. due_at: not before,
-- and the order in which running imports take turns.
CREATE TABLE entry_import (
  tenant         text        NOT NULL,
  id             text        NOT NULL,
  number         bigint      GENERATED ALWAYS AS IDENTITY,
  source_id      text        NOT NULL,
  state          smallint    NOT NULL,
  total          int         NOT NULL,
  applied        int         NOT NULL DEFAULT 0,
  created        int         NOT NULL DEFAULT 0,
  updated        int         NOT NULL DEFAULT 0,
  deleted        int         NOT NULL DEFAULT 0,
  unchanged      int         NOT NULL DEFAULT 0,
  problem        text        NOT NULL DEFAULT '',
  batch          int         NOT NULL DEFAULT 0,
  tries          int         NOT NULL DEFAULT 0,
  due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  author         text        NOT NULL,
  correlation_id text        NOT NULL,
  traceparent    text        NOT NULL,
  started_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX entry_import_running ON entry_import (tenant, source_id, number) WHERE state = 1;
CREATE INDEX entry_import_age ON entry_import (expires_at);

-- What of an import is still to be applied: import_data's request, a batch a row. first: where the batch begins in the import.
-- Gone within moments, so squeezing it is not worth the time.
CREATE TABLE entry_import_batch (
  tenant    text  NOT NULL,
  import_id text  NOT NULL,
  number    int   NOT NULL,
  first     int   NOT NULL,
  request   bytea STORAGE EXTERNAL NOT NULL,
  PRIMARY KEY (tenant, import_id, number)
);
