package io.cardloom.aggregator.audit;

import static io.cardloom.aggregator.testing.TestEdge.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import io.cardloom.aggregator.call.CallLimits;
import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every way to be refused, and the record it leaves: read from the topic after the aggregator has
/// ended, which tells all it has counted.
class RefusedRequestsTest {
  private static final String EVERYTHING = "cardloom:read cardloom:write cardloom:publish";
  private static final String NOT_ONE = "the token is not one of the issuer's access tokens";

  private static final List<AuditRecorded> HEARD = new ArrayList<>();
  private static final List<String> STATUSES = new ArrayList<>();

  /// A request, what it is answered, and what the record says: subject, tool, outcome, reason.
  enum Way {
    NO_TOKEN(401, "", "", "unauthenticated", "there is no token", _ -> ""),
    ENDED(
        401,
        "",
        "",
        "unauthenticated",
        "the token has expired",
        ws -> TestIssuer.rs256(good(ws).expirationTime(ago(60)).build())),
    FORGED(401, "", "", "unauthenticated", NOT_ONE, ws -> TestIssuer.forged(good(ws).build())),
    UNSIGNED(401, "", "", "unauthenticated", NOT_ONE, ws -> TestIssuer.unsigned(good(ws).build())),
    RUBBISH(401, "", "", "unauthenticated", NOT_ONE, _ -> "rubbish"),
    OTHER_ISSUER(
        401,
        "",
        "",
        "unauthenticated",
        "the token is from another issuer",
        ws -> TestIssuer.rs256(good(ws).issuer("https://other.test").build())),
    OTHER_RESOURCE(
        401,
        "alice",
        "",
        "unauthenticated",
        "the token is not for this resource",
        _ -> TestIssuer.admin("elsewhere")),
    NOT_GRANTED(
        401,
        "alice",
        "",
        "unauthenticated",
        "the token does not grant this workspace",
        ws -> TestIssuer.rs256(good(ws).claim("workspaces", List.of("elsewhere")).build())),
    FOREIGN_PAGE(403, "", "", "forbidden", "a page of another origin called", TestIssuer::admin),
    SCOPE_TOO_SMALL(
        403,
        "alice",
        "import_data",
        "insufficient_scope",
        "",
        ws -> TestIssuer.token(ws, List.of("admin"), "cardloom:read")),
    ROLE_TOO_SMALL(
        200,
        "alice",
        "import_data",
        "forbidden",
        "",
        ws -> TestIssuer.token(ws, List.of("viewer"), EVERYTHING)),
    NOBODY(
        200,
        "alice",
        "import_data",
        "forbidden",
        "",
        ws -> TestIssuer.token(ws, List.of(), EVERYTHING)),
    RESOURCE_DENIED(
        400,
        "alice",
        "resources/read",
        "forbidden",
        "",
        ws -> TestIssuer.token(ws, List.of("admin"), "cardloom:write"));

    private final int status;
    private final String subject;
    private final String tool;
    private final String outcome;
    private final String reason;
    private final Function<String, String> token;

    Way(
        int status,
        String subject,
        String tool,
        String outcome,
        String reason,
        Function<String, String> token) {
      this.status = status;
      this.subject = subject;
      this.tool = tool;
      this.outcome = outcome;
      this.reason = reason;
      this.token = token;
    }

    String workspace() {
      return "refused-" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    HttpRequest request(TestEdge edge) {
      String token = this.token.apply(workspace());
      if (this == NO_TOKEN) {
        return HttpRequest.newBuilder(edge.uri("/" + workspace() + "/mcp"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
      }
      if (this == RESOURCE_DENIED) {
        String uri = "cardloom://source/products/schema";
        return edge.modern(workspace(), token, "resources/read", "\"uri\":\"" + uri + "\"")
            .header("Mcp-Name", uri)
            .build();
      }
      var call =
          edge.modern(workspace(), token, "tools/call", "\"name\":\"import_data\"")
              .header("Mcp-Name", "import_data");
      if (this == FOREIGN_PAGE) call.header("Origin", "https://elsewhere.test");
      return call.build();
    }
  }

  private static JWTClaimsSet.Builder good(String workspace) {
    return TestIssuer.claims(workspace, List.of("admin"), EVERYTHING);
  }

  private static Date ago(int seconds) {
    return Date.from(Instant.now().minusSeconds(seconds));
  }

  @BeforeAll
  static void refuse() {
    // One call of a kind, then none: the second is a flood.
    try (var edge = new TestEdge(new CallLimits.Rates(10, 1, 1), 1000)) {
      for (Way way : Way.values()) {
        edge.result(way.workspace(), "whoami", "{}");
        STATUSES.add(way + " " + edge.send(way.request(edge)).statusCode());
        // At once: what comes after the first record was told would be a second one.
        if (way == Way.FORGED) edge.send(way.request(edge));
      }
      for (int i = 0; i < 50; i++) edge.result("flooding", "import_data", "{\"sourceId\":\"s\"}");
      var unknown = edge.request("nobody-here", "rubbish", "{}").build();
      for (int i = 0; i < 20; i++) edge.send(unknown);
      hear(edge);
    }
    try (var edge = new TestEdge(TestEdge.CALLS, 5)) {
      for (int i = 0; i < 30; i++) edge.result("requesting", "whoami", "{}");
      hear(edge);
    }
  }

  /// Ends the aggregator and reads what it has told.
  private static void hear(TestEdge edge) {
    edge.close();
    var properties = new Properties();
    properties.put("bootstrap.servers", edge.topics().bootstrap());
    properties.put("group.id", UUID.randomUUID().toString());
    properties.put("auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      String topic = edge.topics().prefix() + Topics.AUDIT_RECORDED;
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new org.apache.kafka.common.TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
              HEARD.add(AuditRecorded.parseFrom(record.value()));
            }
            return partitions.stream()
                .allMatch(one -> consumer.position(one) >= ends.getOrDefault(one, 0L));
          });
    }
  }

  private static List<AuditRecorded> records(String workspace) {
    return HEARD.stream().filter(record -> record.getTenant().equals(workspace)).toList();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void everyRefusalIsARecord(Way way) {
    assertThat(STATUSES).contains(way + " " + way.status);
    var record = records(way.workspace()).getFirst();
    assertThat(record.getRefused()).isTrue();
    assertThat(record.getSubject()).isEqualTo(way.subject);
    assertThat(record.getTool()).isEqualTo(way.tool);
    assertThat(record.getOutcome()).isEqualTo(way.outcome);
    assertThat(record.getClientId()).isEqualTo(way.subject.isEmpty() ? "" : "agent");
    assertThat(record.getId()).isNotEmpty();
    if (way.reason.isEmpty()) return;
    var told = MAPPER.readTree(record.getArguments().toStringUtf8());
    assertThat(told.get("reason").asString()).isEqualTo(way.reason);
    assertThat(told.get("times").asInt()).isEqualTo(way == Way.FORGED ? 2 : 1);
    assertThat(told.get("from").asString()).isEqualTo("127.0.0.0/24");
    assertThat(told.get("verified").asBoolean()).isEqualTo(!way.subject.isEmpty());
    assertThat(records(way.workspace())).as("one, not one for each").hasSize(1);
  }

  @Test
  void aFloodOfCallsIsOneRecordWithItsNumber() {
    var floods =
        records("flooding").stream()
            .filter(record -> record.getOutcome().equals("rate_limited"))
            .toList();
    assertThat(floods).hasSize(1);
    var flood = floods.getFirst();
    assertThat(flood.getTool()).isEqualTo("import_data");
    assertThat(flood.getSubject()).isEqualTo("alice");
    assertThat(flood.getName()).isEqualTo("Alice Example");
    assertThat(flood.getRefused()).isTrue();
    long writes = records("flooding").size() - 1;
    assertThat(MAPPER.readTree(flood.getArguments().toStringUtf8()).get("times").asLong())
        .isEqualTo(50 - writes);
  }

  @Test
  void aFloodOfRequestsIsOneRecordWithItsNumber() {
    assertThat(records("requesting")).hasSize(1);
    var flood = records("requesting").getFirst();
    assertThat(flood.getOutcome()).isEqualTo("rate_limited");
    assertThat(flood.getSubject()).isEqualTo("alice");
    assertThat(flood.getTool()).isEmpty();
    assertThat(MAPPER.readTree(flood.getArguments().toStringUtf8()).get("times").asInt())
        .isBetween(1, 20);
  }

  @Test
  void aWorkspaceNobodyIsSignedInToHasNoRecords() {
    assertThat(records("nobody-here")).isEmpty();
  }
}
