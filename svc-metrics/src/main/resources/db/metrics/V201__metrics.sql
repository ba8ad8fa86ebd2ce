-- What happened, per minute. Tags are a JSON object of texts.
CREATE TABLE metric_minute (
  tenant text             NOT NULL,
  name   text             NOT NULL,
  minute timestamptz      NOT NULL,
  tags   jsonb            NOT NULL,
  count  bigint           NOT NULL,
  sum    double precision NOT NULL,
  min    double precision NOT NULL,
  max    double precision NOT NULL,
  PRIMARY KEY (tenant, name, minute, tags)
);
CREATE INDEX metric_minute_age ON metric_minute USING brin (minute);

-- The metrics there are.
CREATE TABLE metric (
  tenant   text        NOT NULL,
  name     text        NOT NULL,
  unit     text        NOT NULL,
  first_at timestamptz NOT NULL,
  last_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, name)
);

-- Samples that are counted, for as long as a repeat is taken at all.
CREATE TABLE counted_sample (
  sample_id text        NOT NULL PRIMARY KEY,
  at        timestamptz NOT NULL
);
CREATE INDEX counted_sample_age ON counted_sample USING brin (at);
