package io.cardloom.ingest.conversion;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// Conversions under way as rows. Every method joins the caller's transaction.
final class ConversionStore {
  private static final String BEGIN =
      """
      INSERT INTO property_conversion
             (tenant, source_id, property_id, after_key, exhausted, started_at, author, correlation_id)
      SELECT ?, ?, id, '', false, ?, ?, ? FROM unnest(cast(? AS text[])) AS id
      """;
  private static final String NEXT =
      """
      SELECT tenant, source_id, property_id, after_key, exhausted, author, correlation_id
        FROM property_conversion
       ORDER BY started_at
       LIMIT 1
         FOR UPDATE SKIP LOCKED
      """;
  private static final String ADVANCE =
      """
      UPDATE property_conversion SET after_key = ?, exhausted = ?
       WHERE tenant = ? AND source_id = ? AND property_id = ?
      """;
  private static final String END =
      "DELETE FROM property_conversion WHERE tenant = ? AND source_id = ? AND property_id = ?";

  /// @param afterKey entries up to this key are done
  /// @param exhausted all entries are done
  /// @param author who asked for it, with the correlation id of that call
  record Running(
      String tenant,
      String sourceId,
      String propertyId,
      String afterKey,
      boolean exhausted,
      String author,
      String correlationId) {}

  void begin(Tx tx, Caller caller, String sourceId, List<String> propertyIds, Instant at)
      throws SQLException {
    tx.update(
        BEGIN,
        caller.tenant(),
        sourceId,
        at.atOffset(ZoneOffset.UTC),
        caller.subject(),
        caller.correlationId(),
        tx.array("text", propertyIds.toArray()));
  }

  /// The oldest conversion that no other instance is at, locked.
  Optional<Running> next(Tx tx) {
    return tx.one(
        NEXT,
        row ->
            new Running(
                row.column("tenant").getString(),
                row.column("source_id").getString(),
                row.column("property_id").getString(),
                row.column("after_key").getString(),
                row.column("exhausted").getBoolean(),
                row.column("author").getString(),
                row.column("correlation_id").getString()));
  }

  void advance(Tx tx, Running running, String afterKey, boolean exhausted) {
    tx.update(
        ADVANCE, afterKey, exhausted, running.tenant(), running.sourceId(), running.propertyId());
  }

  void end(Tx tx, Running running) {
    tx.update(END, running.tenant(), running.sourceId(), running.propertyId());
  }
}
