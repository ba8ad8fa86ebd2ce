-- ANALYZE reads 300 rows for each step of the column that has most, and runs again each time a table has grown by a tenth. Rows of this one are found
-- by their keys, or by a partial index: ten steps, 3,000 rows, say as much as 30,000 do.
ALTER TABLE queue_item ALTER tenant SET STATISTICS 10, ALTER endpoint_id SET STATISTICS 10, ALTER card_id SET STATISTICS 10, ALTER card_version SET STATISTICS 10,
  ALTER deleted SET STATISTICS 10, ALTER accepted_at_micros SET STATISTICS 0, ALTER status SET STATISTICS 10, ALTER shown SET STATISTICS 10, ALTER attempts SET STATISTICS 10,
  ALTER enqueued_at SET STATISTICS 10, ALTER due_at SET STATISTICS 10, ALTER finished_at SET STATISTICS 10;
