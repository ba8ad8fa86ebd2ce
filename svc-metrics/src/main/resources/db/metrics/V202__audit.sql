-- Who did what, and who was refused. Only ever added to; what is older than it is kept goes.
CREATE TABLE audit_record (
  tenant           text        NOT NULL,
  at               timestamptz NOT NULL,
  id               text        NOT NULL,
  subject          text        NOT NULL,
  name             text        NOT NULL,
  client_id        text        NOT NULL,
  tool             text        NOT NULL,
  refused          boolean     NOT NULL,
  outcome          text        NOT NULL,
  arguments        text        NOT NULL,
  arguments_digest bytea       NOT NULL,
  correlation_id   text        NOT NULL,
  duration_ms      bigint      NOT NULL,
  PRIMARY KEY (tenant, at, id)
);
CREATE INDEX audit_record_correlation ON audit_record (tenant, correlation_id);
CREATE INDEX audit_record_age ON audit_record USING brin (at);

-- No statement of the service changes a record, nor removes one of the last 90 days.
CREATE FUNCTION audit_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR OLD.at > now() - interval '90 days' THEN
    RAISE EXCEPTION 'audit records stay as they are';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER audit_record_stays BEFORE UPDATE OR DELETE ON audit_record
  FOR EACH ROW EXECUTE FUNCTION audit_record_stays();
