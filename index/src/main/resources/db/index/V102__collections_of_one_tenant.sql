-- A collection's table holds documents of one tenant, as its constraint says, and is written while the transaction is for that
-- tenant only. It has no row-level security: under it PostgreSQL would not use the inverted index.
CREATE FUNCTION index_doc_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('cardloom.tenant', true) IS DISTINCT FROM TG_ARGV[0] THEN
    RAISE insufficient_privilege USING MESSAGE = 'the collection is another tenant''s';
  END IF;
  RETURN NULL;
END
$$;

-- The collections there are; later ones are made so.
DO $$
DECLARE
  collection record;
BEGIN
  FOR collection IN SELECT 'index_doc_' || id AS docs, tenant FROM index_collection ORDER BY id LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT one_tenant CHECK (tenant = %L)', collection.docs, collection.tenant);
    EXECUTE format('CREATE TRIGGER one_tenant BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION index_doc_own(%L)',
                   collection.docs, collection.tenant);
  END LOOP;
END
$$;
