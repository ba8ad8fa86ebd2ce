package io.cardloom.aggregator.mcp;

import static io.cardloom.aggregator.testing.TestEdge.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The protocol over real HTTP, with a real issuer's keys and real gRPC behind it.
class McpEndpointTest {
  private static final String META_VERSION =
      "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";
  private static final String META =
      "\"_meta\":{" + META_VERSION + ",\"io.modelcontextprotocol/clientCapabilities\":{}}";
  private static TestEdge edge;
  private static String token;

  @BeforeAll
  static void open() {
    edge = new TestEdge();
    token = TestIssuer.admin("acme");
  }

  @AfterAll
  static void close() {
    edge.close();
  }

  private static String rpc(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + "}}";
  }

  static Stream<Arguments> modernRefusals() {
    String list = rpc("tools/list", META);
    String call = rpc("tools/call", "\"name\":\"whoami\"," + META);
    return Stream.of(
        arguments("not JSON", "{", List.of(), 400, -32700),
        arguments("empty body", "", List.of(), 400, -32700),
        arguments("two values", "{} {}", List.of(), 400, -32700),
        arguments(
            "a name twice",
            "{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
            List.of(),
            400,
            -32700),
        arguments(
            "too deep",
            rpc("tools/list", "\"a\":" + "[".repeat(80) + "]".repeat(80)),
            List.of(),
            400,
            -32700),
        arguments("batch", "[" + list + "]", List.of(), 400, -32600),
        arguments("no object", "3", List.of(), 400, -32600),
        arguments(
            "id null",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
            List.of(),
            400,
            -32600),
        arguments(
            "id a fraction",
            "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
            List.of(),
            400,
            -32600),
        arguments(
            "id an object",
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
            List.of(),
            400,
            -32600),
        arguments("no version", "{\"id\":1,\"method\":\"ping\"}", List.of(), 400, -32600),
        arguments("no method", "{\"jsonrpc\":\"2.0\",\"id\":1}", List.of(), 400, -32600),
        arguments(
            "params a list",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":[]}",
            List.of(),
            400,
            -32602),
        arguments("no _meta", rpc("tools/list", ""), modern("tools/list"), 400, -32602),
        arguments("discover without _meta", rpc("server/discover", ""), List.of(), 400, -32602),
        arguments(
            "no capabilities",
            rpc("tools/list", "\"_meta\":{" + META_VERSION + "}"),
            modern("tools/list"),
            400,
            -32602),
        arguments("no headers", list, List.of(), 400, -32020),
        arguments(
            "no method header", list, List.of("MCP-Protocol-Version", "2026-07-28"), 400, -32020),
        arguments("other method header", list, modern("tools/call"), 400, -32020),
        arguments("method header in capitals", list, modern("TOOLS/LIST"), 400, -32020),
        arguments(
            "other version header",
            list,
            List.of("MCP-Protocol-Version", "2025-11-25", "Mcp-Method", "tools/list"),
            400,
            -32020),
        arguments("no name header", call, modern("tools/call"), 400, -32020),
        arguments(
            "other name header", call, with(modern("tools/call"), "Mcp-Name", "who"), 400, -32020),
        arguments(
            "name without padding",
            call,
            with(modern("tools/call"), "Mcp-Name", "=?base64?d2hvYW1p" + "=" + "?="),
            400,
            -32020),
        arguments(
            "unknown version",
            list.replace("2026-07-28", "2099-01-01"),
            List.of("MCP-Protocol-Version", "2099-01-01", "Mcp-Method", "tools/list"),
            400,
            -32022),
        arguments("unknown method", rpc("tools/lst", META), modern("tools/lst"), 404, -32601),
        arguments("removed method", rpc("initialize", META), modern("initialize"), 404, -32601),
        arguments("no ping any more", rpc("ping", META), modern("ping"), 404, -32601),
        arguments(
            "unknown tool",
            rpc("tools/call", "\"name\":\"whoam\"," + META),
            with(modern("tools/call"), "Mcp-Name", "whoam"),
            400,
            -32602),
        arguments("no tool name", rpc("tools/call", META), modern("tools/call"), 400, -32602),
        arguments(
            "a cursor",
            rpc("tools/list", "\"cursor\":\"x\"," + META),
            modern("tools/list"),
            400,
            -32602));
  }

  private static List<String> modern(String method) {
    return List.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method);
  }

  private static List<String> with(List<String> headers, String... more) {
    return Stream.concat(headers.stream(), Stream.of(more)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void modernRefusals(String what, String body, List<String> headers, int status, int code) {
    var request = edge.request("acme", token, body);
    for (int i = 0; i < headers.size(); i += 2) request.header(headers.get(i), headers.get(i + 1));
    var response = edge.send(request.build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("error").get("code").asInt()).isEqualTo(code);
    assertThat(response.body()).doesNotContain("Exception").doesNotContain("jackson");
  }

  @Test
  void anUnknownVersionSaysWhichAreServed() {
    var body = rpc("tools/list", META).replace("2026-07-28", "2099-01-01");
    var response =
        edge.send(
            edge.request("acme", token, body)
                .header("MCP-Protocol-Version", "2099-01-01")
                .header("Mcp-Method", "tools/list")
                .build());
    var data = json(response).get("error").get("data");
    assertThat(data.get("requested").asString()).isEqualTo("2099-01-01");
    assertThat(data.get("supported").toString())
        .isEqualTo("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"]");
  }

  @Test
  void aWrongBodyThatIsNotUtf8IsNotJson() {
    byte[] body = rpc("tools/list", "\"x\":\"_\"").getBytes(StandardCharsets.UTF_8);
    body[new String(body, StandardCharsets.UTF_8).indexOf('_')] = (byte) 0xC3;
    var request = edge.request("acme", token, "").POST(BodyPublishers.ofByteArray(body)).build();
    assertThat(json(edge.send(request)).get("error").get("code").asInt()).isEqualTo(-32700);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"abc\"", "-9007199254740993", "\"\\u00e5\""})
  void theIdComesBackAsItWas(String id) {
    var body = rpc("ping", "").replace("\"id\":1", "\"id\":" + id);
    assertThat(edge.send(edge.request("acme", token, body).build()).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}");
  }

  @Test
  void discoverTellsVersionsAndCapabilities() {
    var result =
        json(edge.send(edge.modern("acme", token, "server/discover", "").build())).get("result");
    assertThat(result.get("supportedVersions").get(0).asString()).isEqualTo("2026-07-28");
    assertThat(result.get("capabilities").toString())
        .isEqualTo(
            "{\"tools\":{},\"resources\":{},\"prompts\":{},\"completions\":{},"
                + "\"extensions\":{\"io.modelcontextprotocol/ui\":{},"
                + "\"io.modelcontextprotocol/tasks\":{}}}");
    assertThat(result.get("resultType").asString()).isEqualTo("complete");
    assertThat(result.get("ttlMs").asLong()).isPositive();
    assertThat(result.get("cacheScope").asString()).isIn("public", "private");
    assertThat(result.get("_meta").get("io.modelcontextprotocol/serverInfo").get("name").asString())
        .isEqualTo("cardloom");
  }

  @Test
  void theListIsSortedPrivateAndOnlyWhatTheCallerMayCall() {
    var viewer = TestIssuer.token("acme", List.of("viewer"), "cardloom:read");
    var result =
        json(edge.send(edge.modern("acme", viewer, "tools/list", "").build())).get("result");
    assertThat(result.get("cacheScope").asString()).isEqualTo("private");
    assertThat(result.get("ttlMs").asLong()).isPositive();
    assertThat(result.get("tools"))
        .extracting(tool -> tool.get("name").asString())
        .isSorted()
        .contains("whoami", "search_cards")
        .doesNotContain("import_data", "update_api_version");
    var all =
        json(edge.send(edge.modern("acme", token, "tools/list", "").build()))
            .get("result")
            .get("tools");
    assertThat(all)
        .extracting(tool -> tool.get("name").asString())
        .contains("import_data", "update_api_version");
  }

  static Stream<Arguments> legacy() {
    return Stream.of(
        arguments("2025-11-25", "2025-11-25"),
        arguments("2025-06-18", "2025-06-18"),
        arguments("2025-03-26", "2025-03-26"),
        arguments("2024-11-05", "2025-11-25"),
        arguments("2026-07-28", "2025-11-25"));
  }

  @ParameterizedTest
  @MethodSource
  void legacy(String asked, String served) {
    var init =
        "\"protocolVersion\":\""
            + asked
            + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}";
    var response =
        edge.send(
            edge.request("acme", token, rpc("initialize", init))
                .header("Mcp-Method", "initialize")
                .build());
    var result = json(response).get("result");
    assertThat(result.get("protocolVersion").asString()).isEqualTo(served);
    assertThat(result.get("serverInfo").get("name").asString()).isEqualTo("cardloom");
    assertThat(result.has("resultType")).isFalse();
    assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
    var ready = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    var accepted =
        edge.send(
            edge.request("acme", token, ready).header("MCP-Protocol-Version", served).build());
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(accepted.body()).isEmpty();
    var list =
        json(edge.send(
                edge.request("acme", token, rpc("tools/list", ""))
                    .header("MCP-Protocol-Version", served)
                    .build()))
            .get("result");
    assertThat(list.has("ttlMs")).isFalse();
    boolean structured = !served.equals("2025-03-26");
    assertThat(list.get("tools").get(0).has("outputSchema")).isEqualTo(structured);
    var called =
        json(edge.send(
                edge.request("acme", token, rpc("tools/call", "\"name\":\"whoami\""))
                    .header("MCP-Protocol-Version", served)
                    .build()))
            .get("result");
    assertThat(called.has("structuredContent")).isEqualTo(structured);
    assertThat(called.get("content").get(0).get("text").asString())
        .contains("\"workspace\":\"acme\"");
  }

  static Stream<Arguments> legacyMethods() {
    return Stream.of(
        arguments(rpc("ping", ""), 200, 0),
        arguments(rpc("logging/setLevel", "\"level\":\"info\""), 200, 0),
        arguments(rpc("resources/subscribe", ""), 200, -32601),
        arguments(rpc("nothing", ""), 200, -32601),
        arguments(rpc("tools/call", "\"name\":\"nothing\""), 200, -32602));
  }

  @ParameterizedTest
  @MethodSource
  void legacyMethods(String body, int status, int code) {
    var response =
        edge.send(
            edge.request("acme", token, body).header("MCP-Protocol-Version", "2025-11-25").build());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(
            code == 0
                ? json(response).has("result")
                : json(response).get("error").get("code").asInt() == code)
        .isTrue();
  }

  @Test
  void aNameMayBeEncoded() {
    String encoded =
        "=?base64?"
            + Base64.getEncoder().encodeToString("whoami".getBytes(StandardCharsets.UTF_8))
            + "?=";
    var request =
        edge.modern("acme", token, "tools/call", "\"name\":\"whoami\"")
            .header("Mcp-Name", encoded)
            .build();
    assertThat(json(edge.send(request)).get("result").get("isError").asBoolean()).isFalse();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return MAPPER.readTree(response.body());
  }
}
