package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.event.Topics;
import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.mcp.ToolFailed;
import io.cardloom.local.rows.Row;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.Verify;
import io.cardloom.proto.events.v1.EntryChanged;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Two instances of svc-ingest and of svc-publishing behind one name each; while entries change,
/// one of each is killed for good and another one comes.
@Timeout(400)
@ResourceLock("stack")
class ScaleTest {
  private static final int ROWS = 120;
  private static final int ROUNDS_MAX = 5_000;
  private static final int RELAY_BATCH_MAX = 1_000;

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere 127.0.0.2 is no address of loopback")
  void instancesComeAndGoDuringAnImport(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path dir)
      throws Exception {
    var catalogue = ShippedCatalogue.read().first(ROWS);
    try (var stack = new ScaledServices(dir);
        var mcp = stack.mcp();
        var side = Executors.newVirtualThreadPerTaskExecutor()) {
      stack.begin(1);
      stack.begin(2);
      stack.awaitRest();
      stack.join(1, 2);
      stack.provision();
      new DemoSetup(mcp, catalogue).run();
      load(mcp, catalogue);

      var scaled = new AtomicBoolean();
      var rounds = new AtomicInteger();
      var changing = side.submit(() -> change(mcp, ids(catalogue), scaled, rounds));
      eachServes(stack, 1, 2);
      stack.begin(3);
      stack.kill(1);
      stack.join(3);
      eachServes(stack, 2, 3);
      // The new one of the group has taken over a part of the topic, and both relays stand by.
      Awaitility.await("its part of the topic")
          .atMost(Duration.ofSeconds(90))
          .until(() -> changing.isDone() || done(stack, Part.PUBLISHING, 3, "card-changed") > 0);
      int before = rounds.get();
      Awaitility.await("import goes on")
          .atMost(Duration.ofSeconds(60))
          .until(() -> changing.isDone() || rounds.get() > before + 2);
      scaled.set(true);
      changing.get(120, TimeUnit.SECONDS);

      Awaitility.await("all visible")
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(300))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(verified(stack).kept()).isEmpty());
      assertThat(verified(stack).comparedCount()).isGreaterThanOrEqualTo(3L * ROWS);
      eachChangeIsOneVersion(stack, rounds.get());
      oneRelayAtATime(stack, rounds.get());
      assertThat(done(stack, Part.INGEST, 2, "relay") + done(stack, Part.INGEST, 3, "relay"))
          .as("events sent after the kill")
          .isPositive();
    }
  }

  private static void load(McpClient mcp, ShippedCatalogue catalogue) throws Exception {
    var source = catalogue.source(ShippedCatalogue.PRODUCTS);
    var report = new LoadReport();
    var target = new LoadFile.Target(source.id(), source.schema(), source.keyFields(), false);
    try (var rows = source.rows().open()) {
      new LoadFile(mcp, target, report, _ -> {}).run(rows, 0);
    }
    assertThat(report.created()).isEqualTo(ROWS);
  }

  private static List<String> ids(ShippedCatalogue catalogue) throws Exception {
    var ids = new ArrayList<String>();
    try (var rows = catalogue.source(ShippedCatalogue.OFFERS).rows().open()) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof Row.Read read) {
          ids.add(Objects.requireNonNull(read.values().get("id")).asString());
        }
      }
    }
    return ids;
  }

  /// Changes the stock of every product, round after round, until told that it is enough; each
  /// round is two imports and a look at the endpoint.
  private static int change(
      McpClient mcp, List<String> ids, AtomicBoolean enough, AtomicInteger rounds) {
    while (!enough.get() && rounds.get() < ROUNDS_MAX) {
      int round = rounds.get() + 1;
      for (var part : List.of(ids.subList(0, ROWS / 2), ids.subList(ROWS / 2, ROWS))) {
        called(
            mcp,
            "import_data",
            part.stream()
                .map(id -> "{\"id\":\"%s\",\"values\":{\"stock\":%d}}".formatted(id, round))
                .collect(
                    Collectors.joining(
                        ",",
                        "{\"sourceId\":\"" + ShippedCatalogue.OFFERS + "\",\"entries\":[",
                        "]}")));
      }
      called(
          mcp,
          "search_destination_data",
          "{\"destinationId\":\"shop\",\"endpoint\":\"products\",\"query\":{\"limit\":1}}");
      rounds.incrementAndGet();
    }
    return rounds.get();
  }

  /// Tries again while a service is out of reach, as a client does.
  private static void called(McpClient mcp, String tool, String arguments) {
    for (int tries = 1; ; tries++) {
      try {
        mcp.callRaw(tool, arguments);
        return;
      } catch (ToolFailed refused) {
        if (!refused.code().equals("unavailable") || tries == 100) throw refused;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private static void eachServes(ScaledServices stack, int... numbers) {
    for (var part : ScaledServices.SCALED) {
      for (int number : numbers) {
        Awaitility.await(part.title() + " " + number + " is called")
            .atMost(Duration.ofSeconds(60))
            .until(() -> stack.calls(part, number) > 2);
      }
    }
  }

  private static double done(ScaledServices stack, Part part, int number, String loop) {
    return stack.measured(part, number, "loop_done_total", "loop=\"" + part.title() + "-" + loop);
  }

  private static Differences verified(ScaledServices stack) {
    var differences = new Differences(10);
    try (var services = stack.services(3)) {
      new Verify(services, differences).all();
    }
    return differences;
  }

  private static void eachChangeIsOneVersion(ScaledServices stack, int rounds) {
    try (var services = stack.services(2)) {
      var scan = services.entries(ShippedCatalogue.OFFERS);
      int count = 0;
      for (var entry = scan.next(); entry != null; entry = scan.next()) {
        assertThat(entry.version()).as(entry.key()).isEqualTo(rounds);
        count++;
      }
      assertThat(count).isEqualTo(ROWS);
    }
  }

  /// Two relays that share rows would send an entry's newer version before its older one. What the
  /// killed one had sent and not yet deleted comes again, at most a batch.
  private static void oneRelayAtATime(ScaledServices stack, int rounds) {
    var seen = new HashSet<String>();
    var versions = new HashMap<String, List<Long>>();
    int repeats = 0;
    Map<String, Object> settings =
        Map.of("bootstrap.servers", stack.kafka.bootstrap(), "auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(stack.kafka.prefix() + Topics.ENTRY_CHANGED).stream()
              .map(one -> new TopicPartition(one.topic(), one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          var id = new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
          if (!seen.add(id)) {
            repeats++;
          } else if (record.key().contains(ShippedCatalogue.OFFERS)) {
            versions
                .computeIfAbsent(record.key(), _ -> new ArrayList<>())
                .add(EntryChanged.parseFrom(record.value()).getVersion());
          }
        }
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException failure) {
      throw new IllegalStateException(failure);
    }
    assertThat(repeats).isLessThanOrEqualTo(RELAY_BATCH_MAX);
    assertThat(versions).hasSize(ROWS);
    assertThat(versions.values())
        .allSatisfy(sent -> assertThat(sent).isSorted().doesNotHaveDuplicates().hasSize(rounds));
  }
}
