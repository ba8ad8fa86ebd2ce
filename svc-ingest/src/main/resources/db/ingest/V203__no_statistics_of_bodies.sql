-- ANALYZE puts up to 30,000 rows in order by each column that has statistics. Nobody looks for rows by these.
ALTER TABLE entry ALTER body SET STATISTICS 0, ALTER version SET STATISTICS 0;
ALTER TABLE entry_history ALTER changes SET STATISTICS 0, ALTER author SET STATISTICS 0, ALTER correlation_id SET STATISTICS 0;
