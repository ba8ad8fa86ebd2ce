package io.cardloom.publishing.queue;

import com.google.protobuf.ByteString;
import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.Tx;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The indexing queue as rows of `queue_item`: one item per endpoint and card, its newest version.
/// Every method joins the caller's transaction.
public final class QueueStore {
  /// Most endpoints one retry step works for.
  private static final int ENDPOINTS_MAX = 200;

  /// Most completed items one step forgets.
  private static final int PRUNE_MAX = 10_000;

  private static final String COMPLETE =
      """
      INSERT INTO queue_item AS q
             (tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, shown,
              attempts, status, error, enqueued_at, finished_at)
      SELECT tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, shown, attempts,
             'completed', '', ?, ?
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
          AS n (tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, shown,
                attempts)
      ON CONFLICT (tenant, endpoint_id, card_id) DO UPDATE
         SET card_version = excluded.card_version, deleted = excluded.deleted, body = NULL,
             accepted_at_micros = excluded.accepted_at_micros, correlation_id = excluded.correlation_id,
             status = 'completed', shown = excluded.shown, attempts = excluded.attempts, error = '',
             enqueued_at = CASE WHEN q.card_version = excluded.card_version THEN q.enqueued_at
                                ELSE excluded.enqueued_at END,
             due_at = NULL, finished_at = excluded.finished_at
       WHERE q.card_version <= excluded.card_version
      """;
  private static final String FAIL =
      """
      INSERT INTO queue_item AS q
             (tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, shown, attempts,
              body, status, error, enqueued_at, due_at, finished_at)
      SELECT tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, false, attempts,
             body, CASE WHEN pause_ms = 0 THEN 'failed' ELSE 'pending' END, error, ?,
             CASE WHEN pause_ms > 0 THEN ? + pause_ms * interval '1 millisecond' END,
             CASE WHEN pause_ms = 0 THEN ? END
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          AS n (tenant, endpoint_id, card_id, card_version, deleted, accepted_at_micros, correlation_id, attempts, body,
                error, pause_ms)
      ON CONFLICT (tenant, endpoint_id, card_id) DO UPDATE
         SET card_version = excluded.card_version, deleted = excluded.deleted, body = excluded.body,
             accepted_at_micros = excluded.accepted_at_micros, correlation_id = excluded.correlation_id,
             status = excluded.status, error = excluded.error,
             attempts = CASE WHEN q.card_version = excluded.card_version THEN greatest(q.attempts, excluded.attempts)
                             ELSE excluded.attempts END,
             enqueued_at = CASE WHEN q.card_version = excluded.card_version THEN q.enqueued_at
                                ELSE excluded.enqueued_at END,
             due_at = excluded.due_at, finished_at = excluded.finished_at
       WHERE q.card_version < excluded.card_version
          OR q.card_version = excluded.card_version AND q.status = 'pending'
      """;
  private static final String DUE_ENDPOINTS =
      """
      SELECT DISTINCT tenant, endpoint_id FROM queue_item WHERE status = 'pending' AND due_at <= ? LIMIT ?
      """;
  private static final String TAKE =
      """
      SELECT q.tenant, q.endpoint_id, q.card_id, q.card_version, q.deleted, q.body, q.accepted_at_micros,
             q.correlation_id, q.attempts
        FROM queue_item q
        JOIN unnest(?, ?) AS l (tenant, endpoint_id) ON l.tenant = q.tenant AND l.endpoint_id = q.endpoint_id
       WHERE q.status = 'pending' AND q.due_at <= ?
       ORDER BY q.enqueued_at
       LIMIT ?
         FOR UPDATE OF q SKIP LOCKED
      """;
  private static final String STATES =
      """
      SELECT q.endpoint_id, q.card_id, q.card_version, q.status, q.shown, q.attempts, q.error, q.accepted_at_micros,
             coalesce(q.finished_at, q.enqueued_at) AS at
        FROM unnest(?, ?) AS w (endpoint_id, card_id)
        JOIN queue_item q ON q.tenant = ? AND q.endpoint_id = w.endpoint_id AND q.card_id = w.card_id
      """;
  private static final String DROP =
      "DELETE FROM queue_item WHERE tenant = ? AND endpoint_id = ANY (?)";
  private static final String PRUNE =
      """
      DELETE FROM queue_item
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM queue_item
                                 WHERE finished_at < ? AND status = 'completed' LIMIT ? FOR UPDATE SKIP LOCKED))
      """;

  /// What the queue knows of a card for an endpoint.
  ///
  /// @param status pending, completed or failed
  /// @param at when it was completed or given up; while pending, when it was enqueued
  public record State(
      String endpointId,
      String cardId,
      long version,
      String status,
      boolean shown,
      int attempts,
      String error,
      long acceptedAtMicros,
      Instant at) {}

  /// Writes how the tries ended. What the queue knows of a newer version stays.
  void settle(Tx tx, List<Settled> settled, Instant now) throws SQLException {
    var completed =
        settled.stream()
            .filter(Settled.Completed.class::isInstance)
            .map(Settled.Completed.class::cast)
            .toList();
    var failed =
        settled.stream()
            .filter(Settled.Failed.class::isInstance)
            .map(Settled.Failed.class::cast)
            .toList();
    if (!completed.isEmpty()) complete(tx, completed, now.atOffset(ZoneOffset.UTC));
    if (!failed.isEmpty()) fail(tx, failed, now.atOffset(ZoneOffset.UTC));
  }

  private static void complete(Tx tx, List<Settled.Completed> completed, OffsetDateTime now)
      throws SQLException {
    var items = new Columns(tx, completed.stream().map(Settled.Completed::item).toList());
    tx.update(
        COMPLETE,
        now,
        now,
        items.array("text", item -> item.endpoint().tenant()),
        items.array("text", item -> item.endpoint().name()),
        items.array("text", QueueItem::cardId),
        items.array("int8", QueueItem::version),
        items.array("bool", QueueItem::deleted),
        items.array("int8", QueueItem::acceptedAtMicros),
        items.array("text", QueueItem::correlationId),
        tx.array("bool", completed.stream().map(Settled.Completed::shown).toArray(Boolean[]::new)),
        items.array("int2", item -> (short) (item.attempts() + 1)));
  }

  private static void fail(Tx tx, List<Settled.Failed> failed, OffsetDateTime now)
      throws SQLException {
    var items = new Columns(tx, failed.stream().map(Settled.Failed::item).toList());
    tx.update(
        FAIL,
        now,
        now,
        now,
        items.array("text", item -> item.endpoint().tenant()),
        items.array("text", item -> item.endpoint().name()),
        items.array("text", QueueItem::cardId),
        items.array("int8", QueueItem::version),
        items.array("bool", QueueItem::deleted),
        items.array("int8", QueueItem::acceptedAtMicros),
        items.array("text", QueueItem::correlationId),
        items.array("int2", item -> (short) (item.attempts() + 1)),
        tx.array(
            "bytea",
            failed.stream().map(f -> f.item().body().toByteArray()).toArray(byte[][]::new)),
        tx.array("text", failed.stream().map(Settled.Failed::error).toArray()),
        tx.array(
            "int8", failed.stream().map(f -> f.last() ? 0L : f.pauseMs()).toArray(Long[]::new)));
  }

  private record Columns(Tx tx, List<QueueItem> items) {
    java.sql.Array array(String type, Function<QueueItem, Object> value) throws SQLException {
      return tx.array(type, items.stream().map(value).toArray());
    }
  }

  /// Endpoints with an item whose time has come.
  List<CollectionId> dueEndpoints(Tx tx, Instant now) {
    return tx.list(
        DUE_ENDPOINTS,
        row ->
            new CollectionId(
                row.column("tenant").getString(), row.column("endpoint_id").getString()),
        now.atOffset(ZoneOffset.UTC),
        ENDPOINTS_MAX);
  }

  /// Takes items whose time has come, in the order they were enqueued; other instances pass over
  /// them until the transaction ends.
  List<QueueItem> take(Tx tx, Collection<CollectionId> endpoints, Instant now, int limit)
      throws SQLException {
    return tx.list(
        TAKE,
        QueueStore::item,
        tx.array("text", endpoints.stream().map(CollectionId::tenant).toArray()),
        tx.array("text", endpoints.stream().map(CollectionId::name).toArray()),
        now.atOffset(ZoneOffset.UTC),
        limit);
  }

  /// What the queue knows of these cards.
  public Map<CardAt, State> states(Tx tx, String tenant, Collection<CardAt> wanted)
      throws SQLException {
    return tx
        .list(
            STATES,
            QueueStore::state,
            tx.array("text", wanted.stream().map(CardAt::endpointId).toArray()),
            tx.array("text", wanted.stream().map(CardAt::cardId).toArray()),
            tenant)
        .stream()
        .collect(
            Collectors.toMap(
                state -> new CardAt(state.endpointId(), state.cardId()), Function.identity()));
  }

  /// A card as one endpoint has it.
  public record CardAt(String endpointId, String cardId) {}

  /// Forgets the endpoints' items.
  public void drop(Tx tx, String tenant, Collection<String> endpointIds) throws SQLException {
    tx.update(DROP, tenant, tx.array("text", endpointIds.toArray()));
  }

  /// Forgets completed items that are older, at most 10,000 a call. Returns how many.
  long prune(Tx tx, Instant before) {
    return tx.update(PRUNE, before.atOffset(ZoneOffset.UTC), PRUNE_MAX);
  }

  private static QueueItem item(DbRow row) {
    return new QueueItem(
        new CollectionId(row.column("tenant").getString(), row.column("endpoint_id").getString()),
        row.column("card_id").getString(),
        row.column("card_version").getLong(),
        row.column("deleted").getBoolean(),
        ByteString.copyFrom(row.column("body").get(byte[].class)),
        row.column("accepted_at_micros").getLong(),
        row.column("correlation_id").getString(),
        row.column("attempts").getInt());
  }

  private static State state(DbRow row) {
    return new State(
        row.column("endpoint_id").getString(),
        row.column("card_id").getString(),
        row.column("card_version").getLong(),
        row.column("status").getString(),
        row.column("shown").getBoolean(),
        row.column("attempts").getInt(),
        row.column("error").getString(),
        row.column("accepted_at_micros").getLong(),
        row.column("at").get(Timestamp.class).toInstant());
  }
}
