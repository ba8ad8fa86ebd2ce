-- ANALYZE puts up to 30,000 rows in order by each column that has statistics. Nobody looks for rows by these.
ALTER TABLE queue_item ALTER body SET STATISTICS 0, ALTER error SET STATISTICS 0, ALTER correlation_id SET STATISTICS 0;
