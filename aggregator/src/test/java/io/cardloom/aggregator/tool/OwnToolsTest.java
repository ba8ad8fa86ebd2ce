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

/// The tools that no single service answers.
class OwnToolsTest {
  private static TestEdge edge;

  /// Here svc-cards is out of reach.
  private static TestEdge lame;

  @BeforeAll
  static void open() throws IOException {
    edge = new TestEdge();
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      lame =
          new TestEdge(
              Map.of("svc-cards", "127.0.0.1:" + closed.getLocalPort()), Duration.ofSeconds(30));
    }
  }

  @AfterAll
  static void close() {
    edge.close();
    lame.close();
  }

  private static JsonNode answer(TestEdge from, String workspace, String tool, String arguments) {
    var result = from.result(workspace, tool, arguments);
    assertThat(result.get("isError").asBoolean()).as(result.toString()).isFalse();
    return result.get("structuredContent");
  }

  private static List<String> ids(JsonNode configuration) {
    return configuration.get("nodes").valueStream().map(node -> node.get("id").asString()).toList();
  }

  @Test
  void whoamiSaysWhatIsAllowedAndWhatIsMissing() {
    var token = TestIssuer.token("acme", List.of("editor"), "cardloom:read cardloom:write");
    var response = edge.call("acme", token, "whoami", "{}");
    var answer = TestEdge.MAPPER.readTree(response.body()).get("result").get("structuredContent");
    assertThat(answer.get("workspace").asString()).isEqualTo("acme");
    assertThat(answer.get("name").asString()).isEqualTo("Alice Example");
    assertThat(answer.get("permissions").toString())
        .isEqualTo("[\"CONFIG_READ\",\"DATA_READ\",\"DATA_WRITE\",\"MEMBER\"]");
    assertThat(answer.get("allowedTools").toString())
        .contains("import_data")
        .doesNotContain("create_data_source");
    assertThat(answer.get("hiddenTools").toString())
        .contains(
            "{\"tool\":\"update_api_version\",\"missingPermission\":\"PUBLISH\",\"why\":\"Your role");
    assertThat(answer.get("authentication").asString()).isEqualTo("PERSON");
    assertThat(answer.get("clientId").asString()).isEqualTo("agent");
    assertThat(answer.get("workspaces").toString()).isEqualTo("[\"acme\"]");
  }

  @Test
  void theConfigurationIsOneGraphInTheOrderOfTheWay() {
    var answer = answer(edge, "acme", "list_configuration", "{}");
    assertThat(ids(answer))
        .containsExactly("listings", "products", "pc", "shop", "shop.v1", "shop.v1.pcs");
    assertThat(answer.get("links")).hasSize(4);
    assertThat(answer.get("unavailable").isEmpty()).isTrue();
    assertThat(answer.get("truncated").asBoolean()).isFalse();
  }

  @Test
  void aCountIsOneNumberAKind() {
    var answer = answer(edge, "acme", "list_configuration", "{\"countOnly\":true}");
    assertThat(answer.get("counts").toString())
        .isEqualTo(
            "{\"api_version\":1,\"card_definition\":1,\"data_source\":2,\"destination\":1,\"endpoint\":1}");
    assertThat(answer.get("nodes").isEmpty()).isTrue();
    var near =
        answer(edge, "acme", "list_configuration", "{\"countOnly\":true,\"focusId\":\"products\"}");
    assertThat(near.get("counts").toString())
        .isEqualTo("{\"card_definition\":1,\"data_source\":1}");
  }

  @Test
  void aFocusShowsWhatIsNear() {
    assertThat(ids(answer(edge, "acme", "list_configuration", "{\"focusId\":\"products\"}")))
        .containsExactly("products", "pc");
    assertThat(
            ids(
                answer(
                    edge, "acme", "list_configuration", "{\"focusId\":\"products\",\"depth\":2}")))
        .containsExactly("products", "pc", "shop.v1.pcs");
    var endpoints =
        answer(edge, "acme", "list_configuration", "{\"focusId\":\"pc\",\"kinds\":[\"endpoint\"]}");
    assertThat(ids(endpoints)).containsExactly("shop.v1.pcs");
    assertThat(endpoints.get("links").isEmpty()).isTrue();
  }

  @Test
  void aFocusThatIsNotThereIsNotFound() {
    var error = edge.error("acme", "list_configuration", "{\"focusId\":\"product\"}");
    assertThat(error.get("code").asString()).isEqualTo("not_found");
    assertThat(error.get("message").asString()).contains("Did you mean products?");
  }

  @Test
  void aLargeGraphIsCut() {
    var answer = answer(edge, "big", "list_configuration", "{}");
    assertThat(answer.get("nodes")).hasSize(ListConfiguration.NODES_MAX);
    assertThat(answer.get("truncated").asBoolean()).isTrue();
  }

  @Test
  void aServiceOutOfReachIsNamed() {
    var answer = answer(lame, "acme", "list_configuration", "{}");
    assertThat(answer.get("unavailable").toString()).isEqualTo("[\"svc-cards\"]");
    assertThat(ids(answer))
        .containsExactly("listings", "products", "shop", "shop.v1", "shop.v1.pcs");
    assertThat(
            lame.error("acme", "list_configuration", "{\"focusId\":\"pc\"}").get("code").asString())
        .isEqualTo("unavailable");
    assertThat(
            lame.error("acme", "search_cards", "{\"cardDefinitionId\":\"pc\"}")
                .get("facts")
                .get("service")
                .asString())
        .isEqualTo("svc-cards");
  }

  @Test
  void aTraceFollowsTheEntryToItsEndpoint() {
    var answer =
        answer(
            edge,
            "acme",
            "trace_entry_lifecycle",
            "{\"sourceId\":\"products\",\"entryId\":\"e1\"}");
    assertThat(answer.get("entryVersion").asInt()).isEqualTo(3);
    assertThat(answer.get("stages"))
        .extracting(stage -> stage.get("stage").asString())
        .containsExactly("ingest", "entry_index", "card", "destination");
    assertThat(answer.get("stages").get(1).get("lagSeconds").asDouble()).isEqualTo(0.25);
    assertThat(answer.get("stages").get(3).get("lagSeconds").asDouble()).isEqualTo(2.0);
    assertThat(answer.has("stuckAt")).isFalse();
    assertThat(answer.get("verdict").asString())
        .isEqualTo("Entry e1 is everywhere it belongs: 1 endpoint.");
    var asked = edge.services().rowsAskedFor("e1");
    assertThat(asked.getEntryVersion()).isEqualTo(3);
    assertThat(asked.getCards(0).getCardId()).isEqualTo("card-1");
    var next = answer.get("next").get(0);
    assertThat(next.get("tool").asString()).isEqualTo("search_destination_data");
    assertThat(next.get("arguments").get("endpoint").asString()).isEqualTo("pcs");
    assertThat(
            next.get("arguments")
                .get("query")
                .get("filters")
                .get(0)
                .get("text")
                .get("anyOf")
                .get(0)
                .asString())
        .isEqualTo("card-1");
  }

  @Test
  void aTraceSaysWhatHoldsTheEntryUp() {
    var late =
        answer(
            edge,
            "acme",
            "trace_entry_lifecycle",
            "{\"sourceId\":\"products\",\"entryId\":\"late\"}");
    assertThat(late.get("stuckAt").asString()).isEqualTo("card");
    assertThat(late.get("verdict").asString())
        .isEqualTo("Entry late is on its way at card pc: version 3.");
    assertThat(late.get("next").get(0).get("arguments").get("entryId").asString())
        .isEqualTo("late");
    var unused =
        answer(
            edge,
            "acme",
            "trace_entry_lifecycle",
            "{\"sourceId\":\"products\",\"entryId\":\"unused\"}");
    assertThat(unused.get("verdict").asString()).contains("no active card definition uses it");
    var lost =
        answer(
            lame,
            "acme",
            "trace_entry_lifecycle",
            "{\"sourceId\":\"products\",\"entryId\":\"e2\"}");
    assertThat(lost.get("unavailable").toString()).isEqualTo("[\"svc-cards\"]");
    assertThat(lost.get("stuckAt").asString()).isEqualTo("card");
    assertThat(lost.get("stages").get(2).get("status").asString()).isEqualTo("UNKNOWN");
  }

  @Test
  void anEntryThatIsNotThereIsNotFound() {
    var error =
        edge.error(
            "acme", "trace_entry_lifecycle", "{\"sourceId\":\"products\",\"entryId\":\"gone\"}");
    assertThat(error.get("code").asString()).isEqualTo("not_found");
  }
}
