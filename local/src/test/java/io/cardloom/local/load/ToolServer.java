package io.cardloom.local.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An MCP endpoint with `import_data` alone: remembers what came, batch by batch, and refuses
/// entries on demand, the whole batch at once, as the real one does.
final class ToolServer implements AutoCloseable {
  private final HttpServer server;
  private final List<List<String>> batches = new ArrayList<>();
  private final Map<String, JsonNode> stored = new LinkedHashMap<>();
  private final AtomicInteger onTheWay = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicInteger outages = new AtomicInteger();
  private volatile Predicate<String> bad = _ -> false;
  private volatile int deadAfter = Integer.MAX_VALUE;

  ToolServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/demo/mcp");
  }

  /// Entry ids that break a rule.
  void refuse(Predicate<String> ids) {
    bad = ids;
  }

  /// The next calls find the service away.
  void away(int calls) {
    outages.set(calls);
  }

  /// Refuses everything after this many batches.
  void dieAfter(int batchCount) {
    deadAfter = batchCount;
  }

  synchronized List<List<String>> batches() {
    return List.copyOf(batches);
  }

  synchronized Map<String, JsonNode> stored() {
    return new TreeMap<>(stored);
  }

  int mostAtOnce() {
    return mostAtOnce.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    mostAtOnce.accumulateAndGet(onTheWay.incrementAndGet(), Math::max);
    try (exchange) {
      var request = JsonMapper.shared().readTree(exchange.getRequestBody());
      var result = imported(request.path("params").path("arguments"));
      var body =
          JsonNodeFactory.instance
              .objectNode()
              .put("jsonrpc", "2.0")
              .set("id", request.path("id"))
              .set("result", result)
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } finally {
      onTheWay.decrementAndGet();
    }
  }

  private synchronized ObjectNode imported(JsonNode arguments) {
    if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return refusal("unavailable", JsonNodeFactory.instance.arrayNode());
    }
    if (batches.size() >= deadAfter) {
      return refusal("internal", JsonNodeFactory.instance.arrayNode());
    }
    var violations = JsonNodeFactory.instance.arrayNode();
    var ids = new ArrayList<String>();
    for (var entry : arguments.path("entries")) {
      if (bad.test(entry.path("id").asString())) {
        violations
            .addObject()
            .put("path", "entries[" + ids.size() + "].values.price")
            .put("rule", "wrong_type")
            .put("message", "must be a number");
      }
      ids.add(entry.path("id").asString());
    }
    if (!violations.isEmpty()) {
      return refusal("validation_failed", violations);
    }
    batches.add(ids);
    arguments
        .path("entries")
        .forEach(entry -> stored.put(entry.path("id").asString(), entry.path("values")));
    var result = JsonNodeFactory.instance.objectNode();
    result
        .putObject("structuredContent")
        .put("created", ids.size())
        .put("updated", 0)
        .put("unchanged", 0);
    return result;
  }

  private static ObjectNode refusal(String code, JsonNode violations) {
    var problem = JsonNodeFactory.instance.objectNode().put("code", code).put("message", "No.");
    problem.set("violations", violations);
    var result = JsonNodeFactory.instance.objectNode().put("isError", true);
    result.putArray("content").addObject().put("type", "text").put("text", problem.toString());
    return result;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
