package io.cardloom.aggregator.call;

import static io.cardloom.aggregator.testing.TestEdge.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.proto.Permission;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The way of a call: from a token and JSON over HTTP to a service and back.
class CallToolTest {
  private static TestEdge edge;

  @BeforeAll
  static void open() {
    edge = new TestEdge();
  }

  @AfterAll
  static void close() {
    edge.close();
  }

  @Test
  void aServiceSeesTheCallerAndNotTheToken() {
    var result = edge.result("calls", "create_data_source", "{\"id\":\"a\",\"name\":\"A\"}");
    var caller = edge.services().lastCaller("calls");
    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.permissions())
        .contains(Permission.CONFIG_WRITE)
        .doesNotContain(Permission.SERVICE);
    assertThat(result.get("structuredContent").get("outcome").get("correlationId").asString())
        .isEqualTo(caller.correlationId());
  }

  @Test
  void scopesNarrowWhatAServiceSees() {
    var token = TestIssuer.token("narrow", List.of("admin"), "cardloom:read");
    edge.call("narrow", token, "search_entries", "{\"sourceId\":\"s\"}");
    assertThat(edge.services().lastCaller("narrow").permissions())
        .containsExactlyInAnyOrder(Permission.MEMBER, Permission.CONFIG_READ, Permission.DATA_READ);
  }

  @Test
  void anAnswerIsTheSameAsStructureAndAsText() {
    var response =
        edge.call("acme", TestIssuer.admin("acme"), "search_entries", "{\"sourceId\":\"s\"}");
    assertThat(response.body())
        .contains("\"values\":{\"name\": \"Skrivbord å\\n\", \"price\":10.50}");
    var result = MAPPER.readTree(response.body()).get("result");
    assertThat(result.get("isError").asBoolean()).isFalse();
    var structured = result.get("structuredContent");
    assertThat(MAPPER.readTree(result.get("content").get(0).get("text").asString()))
        .isEqualTo(structured);
    assertThat(structured.get("entries").get(0).get("version").asString())
        .as("past 2^53")
        .isEqualTo("1152921504606846976");
    assertThat(structured.get("total").asInt()).isEqualTo(1);
    assertThat(structured.get("facets").isEmpty()).isTrue();
  }

  @Test
  void argumentsMayBeLeftOut() {
    var token = TestIssuer.admin("acme");
    var request =
        edge.modern("acme", token, "tools/call", "\"name\":\"whoami\"")
            .header("Mcp-Name", "whoami")
            .build();
    assertThat(MAPPER.readTree(edge.send(request).body()).get("result").get("isError").asBoolean())
        .isFalse();
    assertThat(edge.error("acme", "create_data_source", "null").get("violations"))
        .extracting(violation -> violation.get("path").asString())
        .containsExactlyInAnyOrder("id", "name");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments("search_entries", "{\"sourceId\":\"missing\"}", "not_found"),
        arguments("search_entries", "{\"sourceId\":\"bug\"}", "internal"),
        arguments("search_entries", "{}", "validation_failed"),
        arguments("search_entries", "[]", "validation_failed"),
        // The fakes do not have it, as a service that is older than its contract.
        arguments("list_source_entries", "{\"sourceId\":\"s\"}", "internal"));
  }

  @ParameterizedTest
  @MethodSource
  void failures(String tool, String arguments, String code) {
    JsonNode error = edge.error("acme", tool, arguments);
    assertThat(error.get("code").asString()).isEqualTo(code);
    assertThat(error.get("retryable").asBoolean()).isFalse();
    assertThat(error.has("retryAfterMs")).isFalse();
    assertThat(error.get("correlationId").asString()).hasSize(36);
    assertThat(error.get("message").asString()).matches(".+[.?]");
    assertThat(error.toString()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void aServiceThatTakesTooLongIsGivenUp() {
    try (var hasty = new TestEdge(Map.of(), Duration.ofMillis(300))) {
      var error = hasty.error("acme", "search_entries", "{\"sourceId\":\"slow\"}");
      assertThat(error.get("code").asString()).isEqualTo("unavailable");
      assertThat(error.get("retryable").asBoolean()).isTrue();
      assertThat(error.get("retryAfterMs").asLong()).isPositive();
    }
  }

  @Test
  void aFailureHasNoStructuredContent() {
    assertThat(edge.result("acme", "search_entries", "{}").has("structuredContent")).isFalse();
  }

  @Test
  void whatAServiceSaysArrivesWhole() {
    var missing = edge.error("acme", "search_entries", "{\"sourceId\":\"missing\"}");
    assertThat(missing.get("message").asString())
        .isEqualTo("There is no data source missing. Did you mean missive?");
    assertThat(missing.get("next").get(0).get("tool").asString()).isEqualTo("list_configuration");
    assertThat(missing.get("next").get(0).get("arguments").isObject()).isTrue();
    var invalid =
        edge.error(
            "acme",
            "import_data",
            "{\"sourceId\":\"strict\",\"entries\":[{\"id\":\"a b\"},{\"id\":\"c\"}]}");
    assertThat(invalid.get("violations")).hasSize(2);
    assertThat(invalid.get("violations").get(0).toString())
        .isEqualTo(
            "{\"path\":\"entries[0].id\",\"rule\":\"pattern\",\"message\":\"entries[0].id is no key.\","
                + "\"got\":\"a b\",\"allowed\":[\"a-z\"],\"didYouMean\":\"ab\"}");
  }

  @Test
  void aRoleThatIsTooSmallIsAFailureThatNamesThePermission() {
    var viewer = TestIssuer.token("acme", List.of("viewer"), "cardloom:read cardloom:write");
    var response =
        edge.call(
            "acme", viewer, "import_data", "{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\"}]}");
    assertThat(response.statusCode()).isEqualTo(200);
    var text =
        MAPPER.readTree(response.body()).get("result").get("content").get(0).get("text").asString();
    var error = MAPPER.readTree(text).get("error");
    assertThat(error.get("code").asString()).isEqualTo("forbidden");
    assertThat(error.get("message").asString()).contains("DATA_WRITE");
  }

  @Test
  void aScopeThatIsTooSmallAsksForMore() {
    var admin = TestIssuer.token("acme", List.of("admin"), "cardloom:read");
    var response = edge.call("acme", admin, "update_api_version", "{\"apiVersionId\":\"d.v1\"}");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer error=\"insufficient_scope\", scope=\"cardloom:read cardloom:publish\"")
        .contains(
            "resource_metadata=\""
                + TestIssuer.PUBLIC_BASE
                + "/.well-known/oauth-protected-resource/acme/mcp\"");
  }

  @Test
  void withoutATokenTheChallengeSaysWhereToGetOne() {
    var request =
        HttpRequest.newBuilder(edge.uri("/acme/mcp"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));
    var missing = edge.send(request.build());
    assertThat(missing.statusCode()).isEqualTo(401);
    assertThat(missing.headers().firstValue("WWW-Authenticate"))
        .hasValue(
            "Bearer resource_metadata=\""
                + TestIssuer.PUBLIC_BASE
                + "/.well-known/oauth-protected-resource/acme/mcp\", "
                + "scope=\"cardloom:read cardloom:write cardloom:publish\"");
    assertThat(missing.headers().firstValue("Cache-Control")).hasValue("no-store");
    var foreign = edge.call("acme", TestIssuer.admin("beta"), "whoami", "{}");
    assertThat(foreign.statusCode()).isEqualTo(401);
    assertThat(foreign.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer error=\"invalid_token\"");
  }

  @Test
  void theMetadataIsForEveryone() {
    var response =
        edge.send(
            HttpRequest.newBuilder(edge.uri("/.well-known/oauth-protected-resource/acme/mcp"))
                .build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    var document = MAPPER.readTree(response.body());
    assertThat(document.get("resource").asString()).isEqualTo(TestIssuer.PUBLIC_BASE + "/acme/mcp");
    assertThat(document.get("authorization_servers").get(0).asString())
        .isEqualTo(TestIssuer.ISSUER);
    assertThat(document.get("scopes_supported")).hasSize(3);
    assertThat(
            edge.send(
                    HttpRequest.newBuilder(edge.uri("/.well-known/oauth-protected-resource"))
                        .build())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void aLargeImportGoesThrough() {
    String text = "x".repeat(19_000);
    String entries =
        IntStream.range(0, 1000)
            .mapToObj(i -> "{\"id\":\"e" + i + "\",\"values\":{\"text\":\"" + text + "\"}}")
            .collect(Collectors.joining(",", "[", "]"));
    var result =
        edge.result("acme", "import_data", "{\"sourceId\":\"s\",\"entries\":" + entries + "}");
    assertThat(result.get("structuredContent").get("acceptedEntryCount").asInt()).isEqualTo(1000);
  }

  @Test
  void aBodyOverTheLimitIsRefusedBeforeItIsSent() throws IOException {
    String headers =
        "POST /acme/mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + ((24 << 20) + 1)
            + "\r\n\r\n";
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket.getOutputStream().write(headers.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 413");
    }
  }
}
