package io.cardloom.aggregator.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Imports as tasks.
class TasksTest {
  private static final String TAKES_TASKS =
      "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

  private static TestEdge edge;

  @BeforeAll
  static void open() {
    edge = new TestEdge();
  }

  @AfterAll
  static void close() {
    edge.close();
  }

  private static HttpResponse<String> send(
      String workspace, String token, String method, String name, String params, String takes) {
    var request = edge.modern(workspace, token, method, params, takes, "");
    return edge.send(request.header("Mcp-Name", name).build());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return TestEdge.MAPPER.readTree(response.body());
  }

  private static JsonNode start(String source, String capabilities) {
    String params =
        "\"name\":\"start_import\",\"arguments\":{\"sourceId\":\""
            + source
            + "\",\"entries\":[{\"id\":\"a\"},{\"id\":\"b\"}]}";
    return json(send(
            "acme", TestIssuer.admin("acme"), "tools/call", "start_import", params, capabilities))
        .get("result");
  }

  private static JsonNode task(String method, String id, String capabilities) {
    return json(task("acme", TestIssuer.admin("acme"), method, id, capabilities));
  }

  private static HttpResponse<String> task(
      String workspace, String token, String method, String id, String takes) {
    return send(workspace, token, method, id, "\"taskId\":\"" + id + "\"", takes);
  }

  @Test
  void anImportIsATaskForThoseWhoTakeTasks() {
    var begun = start("products", TAKES_TASKS);
    assertThat(begun.get("resultType").asString()).isEqualTo("task");
    assertThat(begun.get("status").asString()).isEqualTo("working");
    assertThat(begun.get("statusMessage").asString()).isEqualTo("0 of 2 entries are applied.");
    assertThat(begun.get("createdAt").asString()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(begun.get("ttlMs").asLong()).isEqualTo(86_400_000);
    assertThat(begun.has("structuredContent")).isFalse();
    String id = begun.get("taskId").asString();

    var working = task("tasks/get", id, TAKES_TASKS).get("result");
    assertThat(working.get("resultType").asString()).isEqualTo("complete");
    assertThat(working.get("status").asString()).isEqualTo("working");
    assertThat(working.has("result")).isFalse();

    var done = task("tasks/get", id, TAKES_TASKS).get("result");
    assertThat(done.get("status").asString()).isEqualTo("completed");
    assertThat(done.at("/result/isError").asBoolean()).isFalse();
    assertThat(done.at("/result/structuredContent/applied").asInt()).isEqualTo(2);
    assertThat(done.at("/result/content/0/text").asString()).contains("COMPLETED");
  }

  @Test
  void aFailedImportIsACompletedTaskWithAFailedResult() {
    String id = start("broken", TAKES_TASKS).get("taskId").asString();
    task("tasks/get", id, TAKES_TASKS);
    var failed = task("tasks/get", id, TAKES_TASKS).get("result");
    assertThat(failed.get("status").asString()).isEqualTo("completed");
    assertThat(failed.get("statusMessage").asString()).isEqualTo("The source changed.");
    assertThat(failed.at("/result/isError").asBoolean()).isTrue();
  }

  @Test
  void othersGetTheStatusAsAToolsAnswer() {
    var begun = start("products", "{}");
    assertThat(begun.get("resultType").asString()).isEqualTo("complete");
    assertThat(begun.at("/structuredContent/state").asString()).isEqualTo("RUNNING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks/get", "tasks/update", "tasks/cancel"})
  void aTaskIsFoundOnlyByThoseWhoMayAskForIt(String method) {
    String id = start("products", TAKES_TASKS).get("taskId").asString();
    assertThat(task(method, id, "{}").at("/error/code").asInt()).isEqualTo(-32021);
    assertThat(task(method, "nobody", TAKES_TASKS).at("/error/code").asInt()).isEqualTo(-32602);
    var elsewhere = task("other", TestIssuer.admin("other"), method, id, TAKES_TASKS);
    assertThat(json(elsewhere).at("/error/code").asInt()).isEqualTo(-32602);
    var narrow = TestIssuer.token("acme", List.of("admin"), "");
    assertThat(task("acme", narrow, method, id, TAKES_TASKS).statusCode()).isEqualTo(403);
    assertThat(task(method, id, TAKES_TASKS).has("result")).isTrue();
  }

  @Test
  void thereIsNoListOfTasks() {
    assertThat(task("tasks/list", "x", TAKES_TASKS).at("/error/code").asInt()).isEqualTo(-32601);
  }
}
