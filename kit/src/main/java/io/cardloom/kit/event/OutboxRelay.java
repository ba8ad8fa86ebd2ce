package io.cardloom.kit.event;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Loop;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;

/// Sends what waits in one lane of the outbox, in id order, and deletes what the broker has.
///
/// One leader a lane: two relays that share rows reorder a key's events. The leader's lock dies
/// with its transaction. A crash between acknowledgement and commit repeats a batch in order.
public final class OutboxRelay implements Loop.Body {
  /// How long to wait for a wake-up before looking anyway.
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// How often to count what waits, and how far: enough to tell a backlog, and never a scan.
  private static final Duration COUNT_EVERY = Duration.ofSeconds(10);

  private static final int COUNTED_MAX = 100_000;

  private static final String COUNT =
      "SELECT count(*) AS events FROM (SELECT FROM outbox WHERE shard = ? LIMIT ?) AS waiting";
  private static final String LEAD =
      "SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), ?) AS leads";
  private static final String TAKE =
      """
      DELETE FROM outbox
       WHERE shard = ?
         AND id = ANY (ARRAY (SELECT id FROM outbox WHERE shard = ? ORDER BY id LIMIT ?))
      RETURNING id, topic, key, payload, correlation_id, traceparent
      """;

  private final Db db;
  private final EventSender sender;
  private final String source;
  private final Lane lane;
  private final int batchRowsMax;
  private final Wake wake;
  private Instant counted = Instant.EPOCH;
  private double behind = Double.NaN;

  private record Row(
      long id, String topic, String key, byte[] payload, String correlationId, String trace) {}

  /// @param source the service, as `ce_source` names it
  /// @param batchRowsMax most events in flight at once
  public OutboxRelay(Db db, EventSender sender, String source, Lane lane, int batchRowsMax)
      throws SQLException {
    this.db = db;
    this.sender = sender;
    this.source = source;
    this.lane = lane;
    this.batchRowsMax = batchRowsMax;
    this.wake = Wake.on(db, lane.named(Outbox.CHANNEL));
  }

  @Override
  public int once() throws SQLException {
    int sent = db.acrossTenants(this::relay);
    if (sent < batchRowsMax) wake.await(LOOK_EVERY);
    return sent;
  }

  /// Events that waited when they were last counted, by a leader or by one that stands by.
  @Override
  public double behind() {
    return behind;
  }

  private void count(Tx tx) {
    Instant now = Instant.now();
    if (now.isBefore(counted.plus(COUNT_EVERY))) return;
    counted = now;
    behind =
        tx.one(COUNT, row -> row.column("events").getLong(), lane.shard(), COUNTED_MAX)
            .orElseThrow();
  }

  private int relay(Tx tx) throws Exception {
    count(tx);
    if (!tx.one(LEAD, row -> row.column("leads").getBoolean(), (int) lane.shard()).orElse(false))
      return 0;
    List<Row> batch = take(tx);
    var acknowledgements = new ArrayList<Future<RecordMetadata>>(batch.size());
    byte[] time = utf8(Instant.now().toString());
    for (Row row : batch) acknowledgements.add(sender.send(record(row, time)));
    for (var acknowledgement : acknowledgements) acknowledgement.get();
    return batch.size();
  }

  /// Deletes and returns the next rows; the deletion commits only when all are acknowledged.
  private List<Row> take(Tx tx) throws SQLException {
    var batch = new ArrayList<Row>();
    try (var statement = tx.jdbc().prepareStatement(TAKE)) {
      statement.setShort(1, lane.shard());
      statement.setShort(2, lane.shard());
      statement.setInt(3, batchRowsMax);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          batch.add(
              new Row(
                  rows.getLong(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getBytes(4),
                  rows.getString(5),
                  rows.getString(6)));
        }
      }
    }
    batch.sort(Comparator.comparingLong(Row::id)); // RETURNING promises no order
    return batch;
  }

  private ProducerRecord<String, byte[]> record(Row row, byte[] time) {
    var record =
        new ProducerRecord<>(sender.topic(lane.named(row.topic())), row.key(), row.payload());
    Headers headers = record.headers();
    headers.add("ce_specversion", utf8("1.0"));
    headers.add("ce_id", utf8(source + "-" + row.id()));
    headers.add("ce_type", utf8(row.topic()));
    headers.add("ce_source", utf8(source));
    headers.add("ce_subject", utf8(row.key()));
    headers.add("ce_time", time);
    headers.add("correlationid", utf8(row.correlationId()));
    if (!row.trace().isEmpty()) headers.add("traceparent", utf8(row.trace()));
    return record;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    wake.close();
  }
}
