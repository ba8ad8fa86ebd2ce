package io.cardloom.local.isolation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client of one workspace's endpoint, which gives answers as they come.
final class Mcp {
  private static final String REVISION = "2026-07-28";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http;
  private final URI url;
  private final String token;
  private final AtomicInteger ids = new AtomicInteger();

  Mcp(HttpClient http, Installation installation, String workspace, String subject) {
    this.http = http;
    this.url =
        URI.create(
            "http://127.0.0.1:" + installation.aggregator.httpPort() + "/" + workspace + "/mcp");
    this.token = installation.issuer.token(Installation.PUBLIC_BASE, workspace, subject, "admin");
  }

  /// The answer to a request, error or result.
  JsonNode send(String method, @Nullable String name, ObjectNode params) {
    var meta = params.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", REVISION);
    meta.putObject("io.modelcontextprotocol/clientInfo").put("name", "test").put("version", "1");
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    var body = NODES.objectNode();
    body.put("jsonrpc", "2.0").put("id", ids.incrementAndGet()).put("method", method);
    body.set("params", params);
    var request =
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", REVISION)
            .header("Mcp-Method", method)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (name != null) request.header("Mcp-Name", name);
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var answer = (ObjectNode) JSON.readTree(message(response));
      answer.remove("id");
      return answer;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure);
    }
  }

  /// The message of an answer, plain or the last event of a stream.
  private static String message(HttpResponse<String> response) {
    if (!response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
      return response.body();
    }
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring(5).strip())
        .filter(data -> data.contains("\"result\"") || data.contains("\"error\""))
        .reduce((_, last) -> last)
        .orElse("{}");
  }

  /// The answer to a tool call, also where the tool refuses.
  JsonNode call(String tool, JsonNode arguments) {
    var params = NODES.objectNode().put("name", tool);
    params.set("arguments", arguments);
    return send("tools/call", tool, params);
  }

  /// What a tool answers that does not refuse.
  JsonNode told(String tool, String arguments) {
    var answer = call(tool, JSON.readTree(arguments));
    if (answer.path("result").path("isError").asBoolean(false) || answer.has("error")) {
      throw new IllegalStateException(tool + " " + arguments + ": " + answer);
    }
    return answer.path("result").path("structuredContent");
  }
}
