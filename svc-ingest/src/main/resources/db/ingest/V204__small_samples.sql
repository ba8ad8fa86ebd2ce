-- ANALYZE reads 300 rows for each step of the column that has most, and runs again each time a table has grown by a twentieth or a tenth. Rows of these are found
-- by their keys alone: ten steps, 3,000 rows, say as much as 30,000 do.
ALTER TABLE entry ALTER tenant SET STATISTICS 10, ALTER source_id SET STATISTICS 10, ALTER key SET STATISTICS 10, ALTER updated_at SET STATISTICS 10, ALTER deleted SET STATISTICS 10;
ALTER TABLE entry_history ALTER tenant SET STATISTICS 10, ALTER source_id SET STATISTICS 10, ALTER key SET STATISTICS 10, ALTER version SET STATISTICS 10, ALTER at SET STATISTICS 10, ALTER change_type SET STATISTICS 10;
