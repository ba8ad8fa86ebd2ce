package io.cardloom.aggregator.testing;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.aggregator.AggregatorMain;
import io.cardloom.aggregator.call.CallLimits;
import io.cardloom.aggregator.call.Deadlines;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.connect.ConnectConfig;
import io.cardloom.aggregator.mcp.StreamConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A running aggregator in front of an issuer and services, and a client of it.
public final class TestEdge implements AutoCloseable {
  public static final JsonMapper MAPPER = JsonMapper.builder().build();

  /// Streams one caller may have at a time.
  public static final int STREAMS_PER_CALLER = 3;

  /// Calls a second, more than tests make.
  public static final CallLimits.Rates CALLS = new CallLimits.Rates(5000, 5000, 5000);

  private static final StreamConfig STREAMS =
      new StreamConfig(
          Duration.ofMinutes(1), Duration.ofMillis(50), Duration.ofMinutes(1), STREAMS_PER_CALLER);

  private final TestIssuer issuer = new TestIssuer();
  private final FakeServices services = new FakeServices();
  private final KafkaConfig topics = TestServers.freshTopics();
  private final Service aggregator;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public TestEdge() {
    this(Map.of(), Duration.ofSeconds(30));
  }

  /// @param calls a second of each kind of tool
  /// @param requests a second
  public TestEdge(CallLimits.Rates calls, int requests) {
    this(Map.of(), Duration.ofSeconds(30), calls, requests, STREAMS, Optional.empty());
  }

  /// @param connect how people sign in on its page
  public TestEdge(ConnectConfig connect) {
    this(
        Map.of(),
        Duration.ofSeconds(30),
        CALLS,
        AggregatorConfig.REQUESTS_PER_SECOND,
        STREAMS,
        Optional.of(connect));
  }

  /// @param streams when answers become streams; elsewhere none does by itself
  public TestEdge(StreamConfig streams) {
    this(
        Map.of(),
        Duration.ofSeconds(30),
        CALLS,
        AggregatorConfig.REQUESTS_PER_SECOND,
        streams,
        Optional.empty());
  }

  /// @param elsewhere services that are not where they should be: nobody listens there
  /// @param readDeadline how long a service may take to read
  public TestEdge(Map<String, String> elsewhere, Duration readDeadline) {
    this(
        elsewhere,
        readDeadline,
        CALLS,
        AggregatorConfig.REQUESTS_PER_SECOND,
        STREAMS,
        Optional.empty());
  }

  private TestEdge(
      Map<String, String> elsewhere,
      Duration readDeadline,
      CallLimits.Rates calls,
      int requests,
      StreamConfig streams,
      Optional<ConnectConfig> connect) {
    var here = services.targets();
    var targets =
        new Peers.Targets(
            elsewhere.getOrDefault("svc-ingest", here.ingest()),
            elsewhere.getOrDefault("svc-cards", here.cards()),
            elsewhere.getOrDefault("svc-publishing", here.publishing()),
            elsewhere.getOrDefault("svc-metrics", here.metrics()));
    aggregator =
        AggregatorMain.start(
            new AggregatorConfig(
                new ServerConfig("127.0.0.1", 0, 0, 0, TestKeys.folder()),
                issuer.config(),
                targets,
                topics,
                new Deadlines(readDeadline, Duration.ofSeconds(30), Duration.ofSeconds(30)),
                List.of("https://client.test"),
                AggregatorConfig.BODY_BYTES_MAX,
                streams,
                calls,
                requests,
                connect));
  }

  /// Where the aggregator tells what was done.
  public KafkaConfig topics() {
    return topics;
  }

  public FakeServices services() {
    return services;
  }

  public int port() {
    return aggregator.httpPort();
  }

  /// What the aggregator counts, as Prometheus text.
  public String metrics() {
    return send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + aggregator.adminPort() + "/observe/metrics"))
            .build())
        .body();
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /// Sends, and gives the body as it comes.
  public HttpResponse<java.io.InputStream> sendForStream(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /// A POST as a client of an older revision makes it.
  public HttpRequest.Builder request(String workspace, String token, String body) {
    return HttpRequest.newBuilder(uri("/" + workspace + "/mcp"))
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .header("Authorization", "Bearer " + token)
        .POST(BodyPublishers.ofString(body));
  }

  /// A POST of revision 2026-07-28; `params` without its braces.
  public HttpRequest.Builder modern(String workspace, String token, String method, String params) {
    return modern(workspace, token, method, params, "{}", "");
  }

  /// @param capabilities of the client, a JSON object
  /// @param moreMeta members of `_meta`, with a comma before
  public HttpRequest.Builder modern(
      String workspace,
      String token,
      String method,
      String params,
      String capabilities,
      String moreMeta) {
    String meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":"
            + capabilities
            + moreMeta
            + "}";
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":{"
            + (params.isEmpty() ? "" : params + ",")
            + meta
            + "}}";
    return request(workspace, token, body)
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", method);
  }

  /// Calls a tool in revision 2026-07-28 and returns the whole response.
  public HttpResponse<String> call(String workspace, String token, String tool, String arguments) {
    return send(
        modern(
                workspace,
                token,
                "tools/call",
                "\"name\":\"" + tool + "\",\"arguments\":" + arguments)
            .header("Mcp-Name", tool)
            .build());
  }

  /// Calls a tool as an administrator and returns its result.
  public JsonNode result(String workspace, String tool, String arguments) {
    var response = call(workspace, TestIssuer.admin(workspace), tool, arguments);
    return MAPPER.readTree(response.body()).get("result");
  }

  /// What a failed call told the agent.
  public JsonNode error(String workspace, String tool, String arguments) {
    var result = result(workspace, tool, arguments);
    if (!result.get("isError").asBoolean()) throw new AssertionError("it did not fail: " + result);
    return MAPPER.readTree(result.get("content").get(0).get("text").asString()).get("error");
  }

  @Override
  public void close() {
    aggregator.close();
    services.close();
    issuer.close();
  }
}
