package io.cardloom.aggregator.mcp;

import static io.cardloom.aggregator.testing.TestEdge.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Answers that are streams.
class StreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SLOW =
      "\"name\":\"search_entries\",\"arguments\":{\"sourceId\":\"slow\"}";
  private static final String ENDLESS = SLOW.replace("slow", "endless");
  private static TestEdge edge;

  @BeforeAll
  static void open() {
    // No deadline ends a call here before its client does.
    edge = new TestEdge(Map.of(), Duration.ofMinutes(5));
  }

  @AfterAll
  static void close() {
    edge.close();
  }

  private static HttpResponse<String> slow(String moreMeta) {
    return edge.send(
        edge.modern("acme", TestIssuer.admin("acme"), "tools/call", SLOW, "{}", moreMeta)
            .header("Mcp-Name", "search_entries")
            .build());
  }

  private static List<JsonNode> events(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> MAPPER.readTree(line.substring(6)))
        .toList();
  }

  @Test
  void whoAsksForProgressIsToldOfItUntilTheAnswer() {
    var response = slow(",\"progressToken\":\"t1\"");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    var events = events(response.body());
    assertThat(events.size()).isGreaterThan(2);
    double before = -1;
    for (var event : events.subList(0, events.size() - 1)) {
      assertThat(event.get("method").asString()).isEqualTo("notifications/progress");
      assertThat(event.get("params").get("progressToken").asString()).isEqualTo("t1");
      double progress = event.get("params").get("progress").asDouble();
      assertThat(progress).isGreaterThan(before);
      before = progress;
    }
    assertThat(events.getLast().get("result").get("isError").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'application/json, text/event-stream', text/event-stream",
    "application/json, application/json"
  })
  void anAnswerThatTakesLongIsAStreamForWhoTakesOne(String accepted, String given) {
    var streams =
        new StreamConfig(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMinutes(1), 1);
    try (var impatient = new TestEdge(streams)) {
      var response =
          impatient.send(
              impatient
                  .modern("acme", TestIssuer.admin("acme"), "tools/call", SLOW)
                  .header("Mcp-Name", "search_entries")
                  .setHeader("Accept", accepted)
                  .build());
      assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(given);
      var answer =
          given.equals("application/json")
              ? MAPPER.readTree(response.body())
              : events(response.body()).getLast();
      assertThat(answer.get("result").get("isError").asBoolean()).isFalse();
    }
  }

  @Test
  void aQuickAnswerIsPlain() {
    var response =
        edge.send(
            edge.modern(
                    "acme",
                    TestIssuer.admin("acme"),
                    "tools/call",
                    "\"name\":\"whoami\",\"arguments\":{}")
                .header("Mcp-Name", "whoami")
                .build());
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
  }

  @Test
  void aClientThatLeavesEndsTheCallOfTheService() throws IOException {
    int before = edge.services().abandoned();
    int begun = edge.services().endlessBegun();
    String meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{},\"progressToken\":1}";
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
            + ENDLESS
            + ","
            + meta
            + "}}";
    String head =
        "POST /acme/mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
            + "Mcp-Method: tools/call\r\nMcp-Name: search_entries\r\nAuthorization: Bearer "
            + TestIssuer.admin("acme")
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      assertThat(line(socket.getInputStream())).contains("notifications/progress");
      await().atMost(PATIENCE).until(() -> edge.services().endlessBegun() > begun);
    }
    await().atMost(PATIENCE).until(() -> edge.services().abandoned() > before);
  }

  @Test
  void whatCannotChangeIsNotPromisedAndStreamsAreCounted() throws IOException {
    var open = new ArrayList<HttpResponse<InputStream>>();
    for (int i = 0; i < TestEdge.STREAMS_PER_CALLER; i++) open.add(listen("listener"));
    for (var stream : open) {
      var ack = MAPPER.readTree(line(stream.body()));
      assertThat(ack.get("method").asString())
          .isEqualTo("notifications/subscriptions/acknowledged");
      assertThat(ack.get("params").get("notifications").size()).isZero();
      assertThat(
              ack.get("params").get("_meta").get("io.modelcontextprotocol/subscriptionId").asInt())
          .isEqualTo(1);
    }
    assertThat(listen("listener").statusCode()).isEqualTo(429);
    assertThat(listen("someone-else").statusCode()).isEqualTo(200);
    for (var stream : open) stream.body().close();
    await().atMost(PATIENCE).until(() -> listen("listener").statusCode() == 200);
  }

  private static HttpResponse<InputStream> listen(String who) {
    return open(
        who, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}", "", "");
  }

  private static HttpResponse<InputStream> open(
      String who, String method, String params, String moreMeta, String name) {
    String token = TestIssuer.token("acme", who, List.of("admin"), "cardloom:read");
    var request = edge.modern("acme", token, method, params, "{}", moreMeta);
    if (!name.isEmpty()) request.header("Mcp-Name", name);
    return edge.sendForStream(request.build());
  }

  /// The next event's JSON.
  private static String line(InputStream in) throws IOException {
    while (true) {
      var line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) throw new IOException("the stream is over");
        line.append((char) c);
      }
      if (line.toString().startsWith("data: ")) return line.substring(6);
    }
  }
}
