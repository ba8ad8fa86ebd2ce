package io.cardloom.kit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.run.Loop;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.events.v1.EntryChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@FreshSchema
final class EventsTest {
  private static final String TOPIC = Topics.ENTRY_CHANGED;

  private static OutboxEvent event(String entry, long version) {
    var message =
        EntryChanged.newBuilder()
            .setTenant("acme")
            .setSourceId("s")
            .setEntryId(entry)
            .setVersion(version)
            .build();
    return new OutboxEvent(
        TOPIC, OutboxEvent.key("acme", "s", entry), message.toByteArray(), "batch-1");
  }

  private static Loop relay(Db db, EventSender sender, String name) {
    return relay(db, sender, name, Lane.PROMPT);
  }

  private static Loop relay(Db db, EventSender sender, String name, Lane lane) {
    return Loop.start(name, () -> new OutboxRelay(db, sender, "test", lane, 100));
  }

  private static Loop hear(Db db, KafkaConfig kafka, EventLoop.Handler<EntryChanged> handler) {
    return hear(db, kafka, Lane.PROMPT, handler);
  }

  private static Loop hear(
      Db db, KafkaConfig kafka, Lane lane, EventLoop.Handler<EntryChanged> handler) {
    return Loop.start(
        "hear",
        () ->
            new EventLoop<>(
                db,
                kafka,
                lane,
                "hear",
                TOPIC,
                EntryChanged.parser(),
                EntryChanged::getTenant,
                handler,
                100));
  }

  private static long count(Db db, String table) {
    return db.<Long>acrossTenants(tx ->
        tx.one("SELECT count(*) AS n FROM " + table, row -> row.column("n").getLong())
            .orElseThrow());
  }

  @Test
  void twoRelaysSendEveryEventOnceAndInOrderOfItsKey(Db db) {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, TOPIC);
    Map<String, List<Long>> heard = new ConcurrentHashMap<>();
    try (var sender = EventSender.open(kafka);
        var _ = relay(db, sender, "relay-a");
        var _ = relay(db, sender, "relay-b");
        var _ =
            hear(
                db,
                kafka,
                (_, events) ->
                    events.forEach(e ->
                        heard
                            .computeIfAbsent(e.getEntryId(), _ -> new ArrayList<>())
                            .add(e.getVersion())))) {
      var outbox = new Outbox();
      for (int version = 1; version <= 50; version++) {
        var batch = new ArrayList<OutboxEvent>();
        for (int entry = 0; entry < 20; entry++) batch.add(event("e" + entry, version));
        db.useTx(tx -> outbox.append(tx, Lane.PROMPT, batch));
      }
      await()
          .until(() ->
              heard.size() == 20
                  && heard.values().stream().allMatch(versions -> versions.size() == 50));
    }
    assertThat(heard.values())
        .allSatisfy(versions -> assertThat(versions).isSorted().doesNotHaveDuplicates());
    assertThat(count(db, "outbox")).isZero();
  }

  @Test
  void aPromptEventDoesNotWaitForBulkOnes(Db db) {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, TOPIC);
    var bulk = IntStream.range(0, 300).mapToObj(i -> event("bulk" + i, 1)).toList();
    List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
    EventLoop.Handler<EntryChanged> hear =
        (_, events) -> events.forEach(event -> heard.add(event.getEntryId()));
    var outbox = new Outbox();
    db.useTx(tx -> outbox.append(tx, Lane.of(bulk.size()), bulk));
    db.useTx(tx -> outbox.append(tx, Lane.of(1), List.of(event("one", 1))));
    try (var sender = EventSender.open(kafka);
        var _ = relay(db, sender, "prompt", Lane.PROMPT);
        var _ = hear(db, kafka, Lane.PROMPT, hear)) {
      await().until(() -> !heard.isEmpty());
      assertThat(heard).containsExactly("one");
      assertThat(count(db, "outbox")).as("of which nothing was sent").isEqualTo(300);
      try (var _ = relay(db, sender, "bulk", Lane.BULK);
          var _ = hear(db, kafka, Lane.BULK, hear)) {
        await().until(() -> heard.size() == 301);
      }
    }
    assertThat(heard).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"0, PROMPT", "1, PROMPT", "100, PROMPT", "101, BULK", "1000, BULK"})
  void aLaneIsChosenByHowManyChangesAreMadeAtOnce(int changes, Lane lane) {
    assertThat(Lane.of(changes)).isEqualTo(lane);
  }

  @Test
  void anEventOfARolledBackTransactionIsNeverSent(Db db) {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, TOPIC);
    List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
    var outbox = new Outbox();
    try {
      db.useTx(tx -> {
        outbox.append(tx, Lane.PROMPT, List.of(event("lost", 1)));
        throw new IllegalStateException("no");
      });
    } catch (IllegalStateException _) {
      // As meant.
    }
    db.useTx(tx -> outbox.append(tx, Lane.PROMPT, List.of(event("kept", 1))));
    try (var sender = EventSender.open(kafka);
        var _ = relay(db, sender, "relay");
        var _ = hear(db, kafka, (_, events) -> events.forEach(e -> heard.add(e.getEntryId())))) {
      await().until(() -> !heard.isEmpty());
    }
    assertThat(heard).containsExactly("kept");
  }

  @Test
  void aRecordThatIsNoEventIsParkedWithItsReasonAndPassedOver(Db db)
      throws ExecutionException, InterruptedException {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, TOPIC);
    List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
    try (var sender = EventSender.open(kafka);
        var _ = hear(db, kafka, (_, events) -> events.forEach(e -> heard.add(e.getEntryId())))) {
      String topic = sender.topic(TOPIC);
      sender.send(new ProducerRecord<>(topic, 0, "k", new byte[] {1, 2, 3, (byte) 0xff})).get();
      for (String tenant : List.of("", "a\0b")) {
        byte[] stray = EntryChanged.newBuilder().setTenant(tenant).build().toByteArray();
        sender.send(new ProducerRecord<>(topic, 0, "k", stray)).get();
      }
      sender.send(new ProducerRecord<>(topic, 0, "k", event("good", 1).payload())).get();
      await().until(() -> heard.contains("good"));
    }
    assertThat(count(db, "parked_event")).isEqualTo(3);
  }

  @Test
  void aFailedBatchRollsBackAndIsHandledAgain(Db db) {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, TOPIC);
    db.useTx(tx -> tx.asOwner(owner -> owner.execute("CREATE TABLE seen (entry text)")));
    var outbox = new Outbox();
    db.useTx(tx -> outbox.append(tx, Lane.PROMPT, List.of(event("a", 1), event("b", 1))));
    var tries = new AtomicInteger();
    try (var sender = EventSender.open(kafka);
        var _ = relay(db, sender, "relay");
        var _ =
            hear(
                db,
                kafka,
                (tx, events) -> {
                  for (EntryChanged e : events)
                    tx.update("INSERT INTO seen VALUES (?)", e.getEntryId());
                  if (tries.incrementAndGet() == 1) throw new IllegalStateException("once");
                })) {
      String seen = "SELECT entry FROM seen";
      await()
          .until(() ->
              db.<Integer>inTx(tx -> tx.list(seen, row -> row.column("entry").getString()).size())
                  == 2);
    }
    assertThat(tries.get()).isGreaterThan(1);
  }
}
