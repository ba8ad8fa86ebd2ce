package io.cardloom.publishing.queue;

import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.publishing.endpoint.Endpoint;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// How far the first filling of each endpoint has come, as rows of `backfill`. Every method joins
/// the caller's transaction.
public final class BackfillStore {
  static final String CHANNEL = "backfill";

  private static final String BEGIN =
      """
      INSERT INTO backfill (tenant, endpoint_id, after_key, cards, correlation_id, started_at)
      SELECT ?, id, '', 0, ?, ? FROM unnest(?) AS e (id)
      """;
  private static final String OPEN =
      "SELECT tenant, endpoint_id FROM backfill WHERE finished_at IS NULL ORDER BY started_at LIMIT 1";
  private static final String TAKE =
      """
      SELECT tenant, endpoint_id, after_key, correlation_id
        FROM backfill
       WHERE tenant = ? AND endpoint_id = ? AND finished_at IS NULL
         FOR UPDATE SKIP LOCKED
      """;
  private static final String ADVANCE =
      """
      UPDATE backfill
         SET after_key = ?, cards = cards + ?, finished_at = CASE WHEN ? THEN cast(? AS timestamptz) END
       WHERE tenant = ? AND endpoint_id = ?
      """;
  private static final String RUNNING =
      "SELECT endpoint_id FROM backfill WHERE tenant = ? AND finished_at IS NULL AND endpoint_id = ANY (?)";
  private static final String DROP =
      "DELETE FROM backfill WHERE tenant = ? AND endpoint_id = ANY (?)";

  /// @param afterKey cards up to this one are done
  record Position(CollectionId endpoint, String afterKey, String correlationId) {}

  /// Begins at the first card, and wakes the loop at commit.
  public void begin(
      Tx tx, String tenant, Collection<Endpoint> endpoints, String correlationId, Instant now)
      throws SQLException {
    tx.update(
        BEGIN,
        tenant,
        correlationId,
        now.atOffset(ZoneOffset.UTC),
        tx.array("text", endpoints.stream().map(Endpoint::id).toArray()));
    Wake.at(tx, CHANNEL);
  }

  /// The oldest one that is not finished.
  Optional<CollectionId> open(Tx tx) {
    return tx.one(
        OPEN,
        row ->
            new CollectionId(
                row.column("tenant").getString(), row.column("endpoint_id").getString()));
  }

  /// Takes it, until the transaction ends; empty when another instance has it, or it is finished.
  Optional<Position> take(Tx tx, CollectionId endpoint) {
    return tx.one(
        TAKE,
        row ->
            new Position(
                endpoint,
                row.column("after_key").getString(),
                row.column("correlation_id").getString()),
        endpoint.tenant(),
        endpoint.name());
  }

  void advance(
      Tx tx, CollectionId endpoint, String afterKey, int cards, boolean finished, Instant now) {
    tx.update(
        ADVANCE,
        afterKey,
        cards,
        finished,
        now.atOffset(ZoneOffset.UTC),
        endpoint.tenant(),
        endpoint.name());
  }

  /// Those of the endpoints that are still being filled.
  public List<String> running(Tx tx, String tenant, Collection<String> endpointIds)
      throws SQLException {
    return tx.list(
        RUNNING,
        row -> row.column("endpoint_id").getString(),
        tenant,
        tx.array("text", endpointIds.toArray()));
  }

  public void drop(Tx tx, String tenant, Collection<String> endpointIds) throws SQLException {
    tx.update(DROP, tenant, tx.array("text", endpointIds.toArray()));
  }
}
