package io.cardloom.local.mcp;

import io.cardloom.local.Refusal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Calls the tools of one workspace. Safe for several threads; each call is a request of its own.
public final class McpClient implements AutoCloseable {
  private static final String REVISION = "2026-07-28";
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);

  /// A whole batch of an import, on a machine that does other things too.
  private static final Duration CALL_WAIT = Duration.ofSeconds(120);

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_WAIT)
          .build();
  private final URI url;
  private final Supplier<String> token;
  private final AtomicLong ids = new AtomicLong();

  /// `token` is asked before each call, so it may be renewed.
  public McpClient(URI url, Supplier<String> token) {
    this.url = url;
    this.token = token;
  }

  /// Calls a tool. Returns its structured content.
  ///
  /// Throws [ToolFailed] when the tool refuses, [Refusal] when nothing answers at the URL or the
  /// token is not taken.
  public JsonNode call(String tool, ObjectNode arguments) {
    return callRaw(tool, arguments.toString());
  }

  /// The same with arguments that are JSON text already.
  public JsonNode callRaw(String tool, String arguments) {
    var name = NODES.stringNode(tool).toString();
    var result =
        send("tools/call", tool, "{\"name\":" + name + ",\"arguments\":" + arguments + "," + META);
    if (result.path("isError").asBoolean(false)) {
      throw failed(tool, result);
    }
    return result.path("structuredContent");
  }

  /// The bytes of the answer to `tools/list`.
  public int toolsListBytes() {
    return post("tools/list", null, "{" + META).getBytes(StandardCharsets.UTF_8).length;
  }

  private static final String META =
      """
      "_meta":{"io.modelcontextprotocol/protocolVersion":"%s",\
      "io.modelcontextprotocol/clientInfo":{"name":"cardloom-cli","version":"0.1.0"},\
      "io.modelcontextprotocol/clientCapabilities":{}}}\
      """
          .formatted(REVISION);

  private JsonNode send(String method, @Nullable String name, String params) {
    JsonNode answer;
    var body = post(method, name, params);
    try {
      answer = JSON.readTree(body);
    } catch (JacksonException failure) {
      throw new IllegalStateException("the answer to " + method + " is not JSON", failure);
    }
    if (answer.has("error")) {
      throw new IllegalStateException(
          method + " failed: " + answer.path("error").path("message").asString("no message"));
    }
    return answer.path("result");
  }

  private String post(String method, @Nullable String name, String params) {
    var body =
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
            .formatted(ids.incrementAndGet(), method, params);
    var request =
        HttpRequest.newBuilder(url)
            .timeout(CALL_WAIT)
            .header("Authorization", "Bearer " + token.get())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", REVISION)
            .header("Mcp-Method", method)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (name != null) {
      request.header("Mcp-Name", name);
    }
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return switch (response.statusCode()) {
        case 401, 403 ->
            throw new Refusal(
                "The token is not taken at " + url + ". Make a new one with ./cardloom token.");
        case 503 -> throw new ConnectionLost("What answers at " + url + " is not ready.", null);
        default -> text(response);
      };
    } catch (ConnectException failure) {
      throw new ConnectionLost(
          "Nothing answers at " + url + ". Start it with ./cardloom up.", failure);
    } catch (IOException failure) {
      throw new ConnectionLost("The connection to " + url + " was lost.", failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while calling " + url, failure);
    }
  }

  /// There was no answer; the request may or may not have been carried out.
  public static final class ConnectionLost extends RuntimeException {
    ConnectionLost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The JSON-RPC message of an answer, plain or as the last event of a stream.
  private static String text(HttpResponse<String> response) {
    var type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith("text/event-stream")) {
      return response.body();
    }
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring(5).strip())
        .filter(data -> data.contains("\"result\"") || data.contains("\"error\""))
        .reduce((_, last) -> last)
        .orElse("");
  }

  private static ToolFailed failed(String tool, JsonNode result) {
    var problem = result.path("structuredContent");
    var text = result.path("content").path(0).path("text").asString("");
    if (!problem.isObject() && text.startsWith("{")) {
      try {
        problem = JSON.readTree(text);
      } catch (JacksonException _) {
        // Words for people: they are the message.
      }
    }
    if (problem.path("error").isObject()) {
      problem = problem.path("error");
    }
    var violations = new ArrayList<ToolFailed.Violation>();
    for (var violation : problem.path("violations")) {
      violations.add(
          new ToolFailed.Violation(
              violation.path("path").asString(""),
              violation.path("rule").asString(""),
              violation.path("message").asString("")));
    }
    return new ToolFailed(
        tool,
        problem.path("code").asString(""),
        problem.path("message").asString(text),
        violations);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
