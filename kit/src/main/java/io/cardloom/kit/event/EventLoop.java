package io.cardloom.kit.event;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.cardloom.kit.call.Trace;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Loop;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears one lane of a topic: a poll, one transaction, then the offsets. A record that is no such
/// message is parked; one whose handling fails is tried again. The events of each tenant are
/// handled by themselves, while the transaction reaches that tenant's rows only.
///
/// @param <T> the event message
public final class EventLoop<T extends MessageLite> implements Loop.Body {
  private static final Logger log = LoggerFactory.getLogger(EventLoop.class);
  private static final Duration POLL_WAIT = Duration.ofMillis(250);
  private static final String PARK =
      """
      INSERT INTO parked_event (topic, partition, position, key, payload, reason)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;

  private final Db db;
  private final String topic;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Parser<T> parser;
  private final Function<T, String> tenant;
  private final Handler<T> handler;

  /// Writes what events of one tenant say. Runs again with the same events after a crash, so it
  /// drops versions it has passed.
  @FunctionalInterface
  public interface Handler<T> {
    void handle(Tx tx, List<T> events) throws Exception;
  }

  /// @param group the service (and its part) that shares the topic's work over its instances; each
  ///   lane is heard by a group of its own
  /// @param tenant whose event it is
  /// @param batchRecordsMax most records of one transaction
  public EventLoop(
      Db db,
      KafkaConfig config,
      Lane lane,
      String group,
      String topic,
      Parser<T> parser,
      Function<T, String> tenant,
      Handler<T> handler,
      int batchRecordsMax) {
    this.db = db;
    this.topic = lane.named(topic);
    this.parser = parser;
    this.tenant = tenant;
    this.handler = handler;
    Properties properties = config.client();
    properties.put("group.id", config.prefix() + lane.named(group));
    properties.put("group.protocol", "consumer");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", "" + batchRecordsMax);
    properties.put("fetch.max.bytes", "" + (32 << 20));
    properties.put("max.partition.fetch.bytes", "" + (8 << 20));
    this.consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(config.prefix() + this.topic));
  }

  @Override
  public double behind() {
    long behind = 0;
    for (var partition : consumer.assignment()) {
      behind += consumer.currentLag(partition).orElse(0);
    }
    return behind;
  }

  @Override
  public int once() {
    ConsumerRecords<String, byte[]> records = consumer.poll(POLL_WAIT);
    if (records.isEmpty()) return 0;
    Span span = Trace.begin(topic, SpanKind.CONSUMER, parent(records));
    try (var _ = span.makeCurrent()) {
      db.useTx(tx -> handle(tx, records));
    } finally {
      span.end();
    }
    consumer.commitSync(); // after the rows, never before
    return records.count();
  }

  /// The trace that all records of the batch share; a batch of several traces belongs to none.
  private static @Nullable String parent(ConsumerRecords<String, byte[]> records) {
    String common = null;
    for (ConsumerRecord<String, byte[]> record : records) {
      Header header = record.headers().lastHeader("traceparent");
      if (header == null) return null;
      String parent = new String(header.value(), StandardCharsets.US_ASCII);
      if (common != null && !common.equals(parent)) return null;
      common = parent;
    }
    return common;
  }

  private void handle(Tx tx, ConsumerRecords<String, byte[]> records) throws Exception {
    var events = new ArrayList<T>(records.count());
    for (ConsumerRecord<String, byte[]> record : records) {
      T event = decode(tx, record);
      if (event != null) events.add(event);
    }
    handle(tx, events, tenant, handler);
  }

  /// Handles the events of each tenant, in their order, while the transaction reaches its rows
  /// only. Tenants come in order of names, so that two transactions lock rows in the same order.
  public static <T> void handle(
      Tx tx, List<T> events, Function<T, String> tenant, Handler<T> handler) throws Exception {
    var byTenant = new TreeMap<String, List<T>>();
    for (T event : events) {
      byTenant.computeIfAbsent(tenant.apply(event), _ -> new ArrayList<>()).add(event);
    }
    for (var ofTenant : byTenant.entrySet()) {
      tx.actFor(ofTenant.getKey());
      handler.handle(tx, ofTenant.getValue());
    }
  }

  private @Nullable T decode(Tx tx, ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    try {
      T event = parser.parseFrom(value);
      if (isName(tenant.apply(event))) return event;
      park(tx, record, value, "it names no tenant");
    } catch (InvalidProtocolBufferException malformed) {
      park(tx, record, value, String.valueOf(malformed.getMessage()));
    }
    return null;
  }

  private static boolean isName(String tenant) {
    return !tenant.isEmpty() && tenant.indexOf('\0') < 0;
  }

  private static void park(
      Tx tx, ConsumerRecord<String, byte[]> record, byte[] value, String reason) {
    log.error(
        "parked a record of {} at {}-{}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        reason);
    String key = record.key() == null ? "" : record.key();
    tx.update(PARK, record.topic(), record.partition(), record.offset(), key, value, reason);
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
  }
}
