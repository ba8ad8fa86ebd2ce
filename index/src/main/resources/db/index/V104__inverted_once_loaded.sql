-- Whether a collection has its inverted index; one that was made with it always had.
ALTER TABLE index_collection ADD COLUMN inverted boolean NOT NULL DEFAULT true;

-- ANALYZE reads 300 rows for each step of the most exact column, and puts them in order by each: not by bodies. Later collections
-- are made so.
DO $$
DECLARE
  docs text;
BEGIN
  FOR docs IN SELECT 'index_doc_' || id FROM index_collection ORDER BY id LOOP
    EXECUTE format('ALTER TABLE %I ALTER tenant SET STATISTICS 10, ALTER key SET STATISTICS 10, ALTER deleted SET STATISTICS 10, '
                   'ALTER version SET STATISTICS 0, ALTER accepted_at SET STATISTICS 0, ALTER body SET STATISTICS 0', docs);
  END LOOP;
END
$$;
