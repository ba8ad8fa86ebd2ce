package io.cardloom.aggregator.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The tools of applications, which the services of two APIs answer.
class ManageApplicationsTest {
  private static final List<String> TOOLS =
      List.of(
          "create_application",
          "list_applications",
          "revoke_application_key",
          "rotate_application_key");

  private static TestEdge edge;

  /// Here svc-publishing is out of reach.
  private static TestEdge lame;

  @BeforeAll
  static void open() throws IOException {
    edge = new TestEdge();
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      lame =
          new TestEdge(
              Map.of("svc-publishing", "127.0.0.1:" + closed.getLocalPort()),
              Duration.ofSeconds(30));
    }
  }

  @AfterAll
  static void close() {
    edge.close();
    lame.close();
  }

  private static JsonNode answer(TestEdge from, String tool, String arguments) {
    var result = from.result("acme", tool, arguments);
    assertThat(result.get("isError").asBoolean()).as(result.toString()).isFalse();
    return result.get("structuredContent");
  }

  private static List<String> ids(JsonNode list) {
    return list.get("applications").valueStream().map(one -> one.get("id").asString()).toList();
  }

  @Test
  void onlyAdminsSeeAndCallThem() {
    String all = "cardloom:read cardloom:write cardloom:publish";
    for (String role : List.of("viewer", "editor", "modeler", "publisher", "admin")) {
      var token = TestIssuer.token("acme", List.of(role), all);
      var listed = edge.send(edge.modern("acme", token, "tools/list", "").build()).body();
      var called = edge.call("acme", token, "list_applications", "{}").body();
      if (role.equals("admin")) {
        assertThat(listed).contains(TOOLS);
        assertThat(called).contains("\"api_ingest\"");
      } else {
        for (String tool : TOOLS) assertThat(listed).as(role).doesNotContain("\"" + tool + "\"");
        assertThat(called).contains("forbidden");
      }
    }
    var reading = TestIssuer.token("acme", List.of("admin"), "cardloom:read");
    assertThat(edge.call("acme", reading, "list_applications", "{}").statusCode())
        .as("an admin who let the client read only")
        .isEqualTo(403);
  }

  @Test
  void aListAsksBothServicesAndNamesTheOneThatIsAway() {
    var both = answer(edge, "list_applications", "{}");
    assertThat(ids(both)).containsExactly("api_ingest", "api_destination");
    assertThat(both.get("unavailable").isEmpty()).isTrue();
    assertThat(ids(answer(edge, "list_applications", "{\"api\":\"destination\"}")))
        .containsExactly("api_destination");

    var one = answer(lame, "list_applications", "{}");
    assertThat(ids(one)).containsExactly("api_ingest");
    assertThat(one.get("unavailable").toString()).isEqualTo("[\"svc-publishing\"]");
    var away = lame.error("acme", "list_applications", "{\"api\":\"DESTINATION\"}");
    assertThat(away.get("facts").get("service").asString()).isEqualTo("svc-publishing");
  }

  @Test
  void aChangeGoesToTheServiceOfItsApi() {
    String arguments = "{\"api\":\"%s\",\"id\":\"erp\",\"resourceIds\":[\"*\"]}";
    String of = "{\"api\":\"%s\",\"applicationId\":\"erp\"}";
    for (String api : List.of("INGEST", "DESTINATION")) {
      var created = answer(edge, "create_application", arguments.formatted(api));
      assertThat(created.get("key").asString()).isEqualTo("cl_the_key");
      assertThat(created.get("application").get("api").asString()).isEqualTo(api);
      assertThat(created.get("application").get("createdBy").asString()).isEqualTo("alice");
      assertThat(answer(edge, "rotate_application_key", of.formatted(api)).get("key").asString())
          .isEqualTo("cl_the_next");
      assertThat(answer(edge, "revoke_application_key", of.formatted(api)).has("key")).isFalse();
    }
    answer(lame, "create_application", arguments.formatted("INGEST"));
    for (String tool : List.of("rotate_application_key", "revoke_application_key")) {
      answer(lame, tool, of.formatted("INGEST"));
      assertThat(lame.error("acme", tool, of.formatted("DESTINATION")).get("code").asString())
          .isEqualTo("unavailable");
    }
    var unnamed = edge.error("acme", "create_application", "{\"id\":\"erp\"}");
    assertThat(unnamed.get("violations"))
        .extracting(one -> one.get("path").asString() + " " + one.get("rule").asString())
        .containsExactlyInAnyOrder("api required", "resourceIds required");
  }

  @Test
  void aKeyIsRefusedHereAndToldWhereItWorks() {
    var refused = edge.call("acme", "cl_ing_acme_x_y", "whoami", "{}");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("www-authenticate").orElseThrow())
        .contains(
            "error_description=\"this is an application's key: it opens the Ingest API or the"
                + " Destination API; sign in for MCP\"");
  }
}
