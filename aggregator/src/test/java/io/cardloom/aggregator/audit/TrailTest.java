package io.cardloom.aggregator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is on the trail after calls, read from the topic.
class TrailTest {
  private static TestEdge edge;
  private static KafkaConsumer<String, byte[]> consumer;
  private static final List<AuditRecorded> HEARD = new ArrayList<>();

  @BeforeAll
  static void open() {
    edge = new TestEdge();
    var properties = new Properties();
    properties.put("bootstrap.servers", edge.topics().bootstrap());
    properties.put("group.id", UUID.randomUUID().toString());
    properties.put("auto.offset.reset", "earliest");
    consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(edge.topics().prefix() + Topics.AUDIT_RECORDED));
  }

  @AfterAll
  static void close() {
    consumer.close();
    edge.close();
  }

  /// Records of a workspace, once there are `count`.
  private static List<AuditRecorded> records(String workspace, int count) {
    await().atMost(Duration.ofSeconds(60)).until(() -> heard(workspace).size() >= count);
    return heard(workspace);
  }

  private static AuditRecorded read(byte[] value) {
    try {
      return AuditRecorded.parseFrom(value);
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError(broken);
    }
  }

  /// One test at a time: they share the consumer.
  private static synchronized List<AuditRecorded> heard(String workspace) {
    for (var record : consumer.poll(Duration.ofMillis(100))) HEARD.add(read(record.value()));
    return HEARD.stream().filter(record -> record.getTenant().equals(workspace)).toList();
  }

  @Test
  void aWriteIsOnTheTrailWithoutItsTexts() throws Exception {
    String arguments =
        "{\"sourceId\":\"products\",\"entries\":[{\"id\":\"e1\",\"values\":{\"secret\":\"hush\"}}],\"dryRun\":true}";
    edge.result("trail-write", "whoami", "{}");
    edge.result("trail-write", "search_entries", "{\"sourceId\":\"products\"}");
    edge.result("trail-write", "import_data", arguments);
    edge.error(
        "trail-write", "import_data", "{\"sourceId\":\"strict\",\"entries\":[{\"id\":\"e\"}]}");
    edge.error("trail-write", "import_data", "{\"sourceId\":7}");
    var records = records("trail-write", 3);
    assertThat(records)
        .extracting(AuditRecorded::getTool, AuditRecorded::getOutcome, AuditRecorded::getRefused)
        .containsExactly(
            tuple("import_data", "ok", false),
            tuple("import_data", "validation_failed", false),
            tuple("import_data", "validation_failed", false));
    var first = records.getFirst();
    assertThat(first.getSubject()).isEqualTo("alice");
    assertThat(first.getClientId()).isEqualTo("agent");
    assertThat(first.getArguments().toStringUtf8())
        .isEqualTo("{\"sourceId\":\"products\",\"entries\":\"1 item\",\"dryRun\":true}");
    assertThat(HexFormat.of().formatHex(first.getArgumentsDigest().toByteArray()))
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(arguments.getBytes(StandardCharsets.UTF_8))));
    assertThat(edge.services().lastCaller("trail-write").correlationId())
        .isEqualTo(records.get(1).getCorrelationId());
  }

  @Test
  void aRefusalIsOnTheTrailWhateverItWasFor() {
    var viewer = TestIssuer.token("trail-no", List.of("viewer"), "cardloom:read cardloom:write");
    edge.call("trail-no", viewer, "import_data", "{}");
    var narrow = TestIssuer.token("trail-no", List.of("admin"), "cardloom:write");
    edge.call("trail-no", narrow, "search_entries", "{}");
    assertThat(records("trail-no", 2))
        .extracting(AuditRecorded::getTool, AuditRecorded::getOutcome, AuditRecorded::getRefused)
        .containsExactly(
            tuple("import_data", "forbidden", true),
            tuple("search_entries", "insufficient_scope", true));
  }
}
