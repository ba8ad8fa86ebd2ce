-- Events that wait to be sent: appended in the transaction of the rows they tell of, deleted once the broker has them.
CREATE TABLE outbox (
  id             bigint   GENERATED ALWAYS AS IDENTITY,
  shard          smallint NOT NULL,
  topic          text     NOT NULL,
  key            text     NOT NULL,
  payload        bytea    NOT NULL,
  correlation_id text     NOT NULL,
  traceparent    text     NOT NULL,
  PRIMARY KEY (shard, id)
);

-- Records that could not be decoded: kept with the reason, counted, passed over.
CREATE TABLE parked_event (
  topic     text        NOT NULL,
  partition int         NOT NULL,
  position  bigint      NOT NULL,
  key       text        NOT NULL,
  payload   bytea       NOT NULL,
  reason    text        NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, position)
);

-- First answers of creates that came with an idempotency key.
CREATE TABLE idempotency (
  tenant       text        NOT NULL,
  key          text        NOT NULL,
  method       text        NOT NULL,
  request_hash bytea       NOT NULL,
  response     bytea       NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, method, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
