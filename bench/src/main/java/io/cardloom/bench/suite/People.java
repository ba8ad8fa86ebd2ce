package io.cardloom.bench.suite;

import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Person;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The persons of the workspace, who take turns call by call: what one of them may ask in a second
/// is limited.
final class People {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String REVISION = "2025-11-25";

  private final List<Person> all;

  People(BenchStack stack) {
    all = stack.people();
  }

  /// Calls a tool, reads the whole answer and gives its structured content.
  JsonNode call(int turn, String tool, String arguments) {
    var params = "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments);
    var result = JSON.readTree(ask(turn, "tools/call", params)).path("result");
    if (!result.path("structuredContent").isObject() || result.path("isError").asBoolean(false)) {
      throw new IllegalStateException(tool + " answers " + result);
    }
    return result.path("structuredContent");
  }

  /// The answer to `tools/list`.
  String toolsList(int turn) {
    return ask(turn, "tools/list", "{}");
  }

  private String ask(int turn, String method, String params) {
    var person = all.get(turn % all.size());
    return Visits.post(
        person.url(),
        Map.of(
            "Authorization",
            "Bearer " + person.token().get(),
            "Content-Type",
            "application/json",
            "Accept",
            "application/json, text/event-stream",
            "MCP-Protocol-Version",
            REVISION),
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
            .formatted(turn, method, params));
  }
}
