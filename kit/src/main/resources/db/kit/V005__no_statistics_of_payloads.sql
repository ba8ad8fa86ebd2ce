-- ANALYZE puts up to 30,000 rows in order by each column that has statistics. Nobody looks for rows by a payload.
ALTER TABLE outbox ALTER payload SET STATISTICS 0, ALTER traceparent SET STATISTICS 0, ALTER correlation_id SET STATISTICS 0;
ALTER TABLE idempotency ALTER request_hash SET STATISTICS 0, ALTER response SET STATISTICS 0;
