-- True in a transaction for this tenant; in another one the statement fails. Who asks for a collection's documents under another
-- tenant's name, or under none, has a bug to mend, not an empty collection.
CREATE FUNCTION index_doc_reached(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF current_setting('cardloom.tenant', true) IS DISTINCT FROM wanted THEN
    RAISE insufficient_privilege USING MESSAGE = 'the collection is another tenant''s';
  END IF;
  RETURN true;
END
$$;
