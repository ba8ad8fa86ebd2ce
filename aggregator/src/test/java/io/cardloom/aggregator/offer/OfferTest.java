package io.cardloom.aggregator.offer;

import static io.cardloom.aggregator.testing.TestEdge.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Resources, prompts, completion, confirmation and sizes, as clients of the newest revision see
/// them unless a test says otherwise.
class OfferTest {
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

  private static JsonNode ask(String method, String name, String params) {
    return ask(token, method, name, params, "{}");
  }

  private static JsonNode ask(
      String token, String method, String name, String params, String capabilities) {
    var request = edge.modern("acme", token, method, params, capabilities, "");
    if (!name.isEmpty()) request.header("Mcp-Name", name);
    return MAPPER.readTree(edge.send(request.build()).body());
  }

  private static JsonNode legacy(String method, String params) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    return MAPPER.readTree(
        edge.send(
                edge.request("acme", token, body)
                    .header("MCP-Protocol-Version", "2025-11-25")
                    .build())
            .body());
  }

  private static JsonNode read(String uri) {
    return ask("resources/read", uri, "\"uri\":\"" + uri + "\"");
  }

  @Test
  void everyGuideThatIsListedCanBeRead() {
    var result = ask("resources/list", "", "").get("result");
    assertThat(result.get("ttlMs").asLong()).isPositive();
    assertThat(result.get("resources")).hasSize(3);
    for (var resource : result.get("resources")) {
      var content = read(resource.get("uri").asString()).get("result").get("contents").get(0);
      assertThat(content.get("mimeType").asString()).isEqualTo("text/markdown");
      assertThat(content.get("text").asString()).startsWith("# ").hasSizeGreaterThan(500);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"review", "graph", "timeline"})
  void aPageOfAnAppLoadsNothing(String page) {
    var content = read("ui://cardloom/" + page + ".html").get("result").get("contents").get(0);
    assertThat(content.get("mimeType").asString()).isEqualTo("text/html;profile=mcp-app");
    assertThat(content.get("_meta").get("ui").get("csp").toString())
        .isEqualTo("{\"connectDomains\":[],\"resourceDomains\":[]}");
    assertThat(content.get("text").asString()).doesNotContain("CARDLOOM_SCHEMAS");
  }

  @Test
  void aTemplateIsFilledFromTheServiceAsTheCaller() {
    assertThat(ask("resources/templates/list", "", "").get("result").get("resourceTemplates"))
        .extracting(template -> template.get("uriTemplate").asString())
        .containsExactlyElementsOf(Resources.TEMPLATES);
    var result = read("cardloom://card-definition/pc").get("result");
    assertThat(result.get("cacheScope").asString()).isEqualTo("private");
    var definition = MAPPER.readTree(result.get("contents").get(0).get("text").asString());
    assertThat(definition.get("name").asString()).isEqualTo("<Product>");
    assertThat(edge.services().lastCaller("acme").tenant()).isEqualTo("acme");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cardloom://card-definition/none",
        "cardloom://card-definition/",
        "cardloom://guide/none",
        "cardloom://source/a/b/schema",
        "file:///etc/passwd",
        "ui://cardloom/../review.html"
      })
  void anUnknownResourceIsToldInTheWordsOfTheRevision(String uri) {
    var error = read(uri).get("error");
    assertThat(error.get("code").asInt()).isEqualTo(-32602);
    assertThat(error.get("data").get("uri").asString()).isEqualTo(uri);
    assertThat(legacy("resources/read", "\"uri\":\"" + uri + "\"").get("error").get("code").asInt())
        .isEqualTo(-32002);
  }

  @Test
  void promptsAreShownToThoseWhoMayDoWhatTheyAsk() {
    var viewer = TestIssuer.token("acme", List.of("viewer"), "cardloom:read");
    assertThat(ask(viewer, "prompts/list", "", "", "{}").get("result").get("prompts"))
        .extracting(prompt -> prompt.get("name").asString())
        .containsExactly("audit-destination", "why-not-live");
    assertThat(ask("prompts/list", "", "").get("result").get("prompts")).hasSize(3);
    var hidden =
        ask(
            viewer,
            "prompts/get",
            "onboard-source",
            "\"name\":\"onboard-source\",\"arguments\":{\"sourceId\":\"a\"}",
            "{}");
    assertThat(hidden.get("error").get("code").asInt()).isEqualTo(-32602);
  }

  static Stream<Arguments> prompts() {
    return Stream.of(
        arguments("{\"sourceId\":\"{entryId}\",\"entryId\":\"e $1\"}", "{entryId}", ""),
        arguments("{\"sourceId\":\"s\"}", "", "entryId is required"),
        arguments("{\"sourceId\":3,\"entryId\":\"e\"}", "", "sourceId must be a text"));
  }

  @ParameterizedTest
  @MethodSource
  void prompts(String arguments, String inText, String inError) {
    var answer =
        ask("prompts/get", "why-not-live", "\"name\":\"why-not-live\",\"arguments\":" + arguments);
    if (inError.isEmpty()) {
      assertThat(answer.get("result").get("messages").get(0).get("content").get("text").asString())
          .contains("`" + inText + "`")
          .contains("`e $1`");
    } else {
      assertThat(answer.get("error").get("message").asString()).contains(inError);
    }
  }

  static Stream<Arguments> completions() {
    String source = "{\"type\":\"ref/prompt\",\"name\":\"why-not-live\"}";
    String endpoint = "{\"type\":\"ref/resource\",\"uri\":\"cardloom://endpoint/{id}\"}";
    return Stream.of(
        arguments(source, "sourceId", "", List.of("listings", "products")),
        arguments(source, "sourceId", "PRO", List.of("products")),
        arguments(source, "entryId", "x", List.of()),
        arguments(endpoint, "id", "pcs", List.of("shop.v1.pcs")));
  }

  @ParameterizedTest
  @MethodSource
  void completions(String ref, String argument, String typed, List<String> values) {
    String params =
        "\"ref\":"
            + ref
            + ",\"argument\":{\"name\":\""
            + argument
            + "\",\"value\":\""
            + typed
            + "\"}";
    var answer = ask("completion/complete", "", params).get("result").get("completion");
    assertThat(answer.get("values")).extracting(JsonNode::asString).isEqualTo(values);
    assertThat(answer.get("hasMore").asBoolean()).isFalse();
  }

  @Test
  void moreThanAHundredCompletionsAreNotSent() {
    String big = TestIssuer.admin("big");
    String params =
        "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"why-not-live\"},"
            + "\"argument\":{\"name\":\"sourceId\",\"value\":\"source\"}";
    var request = edge.modern("big", big, "completion/complete", params).build();
    var answer = MAPPER.readTree(edge.send(request).body()).get("result").get("completion");
    assertThat(answer.get("values")).hasSize(100);
    assertThat(answer.get("total").asInt()).isEqualTo(400);
    assertThat(answer.get("hasMore").asBoolean()).isTrue();
  }

  private static final String STOP =
      "\"name\":\"update_api_version\",\"arguments\":{\"apiVersionId\":\"shop.v1\",\"state\":\"STOPPED\"}";

  private static JsonNode stop(String who, String more, String capabilities) {
    String publisher =
        TestIssuer.token("acme", who, List.of("admin"), "cardloom:read cardloom:publish");
    return ask(publisher, "tools/call", "update_api_version", STOP + more, capabilities);
  }

  @Test
  void aClientThatCanAskItsPersonIsGivenTheQuestion() {
    var question = stop("p1", "", "{\"elicitation\":{}}").get("result");
    assertThat(question.get("resultType").asString()).isEqualTo("input_required");
    var form = question.get("inputRequests").get("confirm").get("params");
    assertThat(form.get("message").asString()).contains("ends serving").contains("endpoints: 2");
    String state = question.get("requestState").asString();
    String yes = said("accept", true, state);
    var done = stop("p1", yes, "{\"elicitation\":{}}").get("result");
    assertThat(done.get("structuredContent").get("apiVersion").get("state").asString())
        .isEqualTo("STOPPED");
  }

  private static String said(String action, boolean confirm, String state) {
    return ",\"inputResponses\":{\"confirm\":{\"action\":\""
        + action
        + "\",\"content\":{\"confirm\":"
        + confirm
        + "}}},\"requestState\":\""
        + state
        + "\"";
  }

  @ParameterizedTest
  @ValueSource(strings = {"decline", "cancel", "accept"})
  void withoutAYesNothingHappens(String action) {
    String who = "no-" + action;
    String state =
        stop(who, "", "{\"elicitation\":{}}").get("result").get("requestState").asString();
    var result = stop(who, said(action, false, state), "{\"elicitation\":{}}").get("result");
    assertThat(result.get("isError").asBoolean()).isTrue();
    assertThat(result.toString()).contains("nothing was changed");
  }

  @Test
  void anotherPersonsOrAChangedStateIsRefused() {
    String state =
        stop("p3", "", "{\"elicitation\":{}}").get("result").get("requestState").asString();
    var other = stop("p4", said("accept", true, state), "{\"elicitation\":{}}");
    assertThat(other.get("error").get("code").asInt()).isEqualTo(-32602);
    var changed = stop("p3", said("accept", true, state + "A"), "{\"elicitation\":{}}");
    assertThat(changed.get("error").get("code").asInt()).isEqualTo(-32602);
  }

  private static JsonNode create(String arguments, String more, String capabilities) {
    String params = "\"name\":\"create_data_source\",\"arguments\":" + arguments + more;
    return ask(token, "tools/call", "create_data_source", params, capabilities).get("result");
  }

  @Test
  void aCreateIsAskedAboutWhereItCannotBeReviewedInAForm() {
    String source = "{\"id\":\"s\",\"name\":\"S\"}";
    var question = create(source, "", "{\"elicitation\":{}}");
    assertThat(question.get("resultType").asString()).isEqualTo("input_required");
    assertThat(question.at("/inputRequests/confirm/params/message").asString())
        .isEqualTo("Creates it.");
    String state = question.get("requestState").asString();
    assertThat(create(source, said("accept", true, state), "{\"elicitation\":{}}").toString())
        .contains("\"APPLIED\"");
    assertThat(create(source, said("decline", false, state), "{\"elicitation\":{}}").toString())
        .contains("nothing was changed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"id\":\"s\",\"name\":\"S\"}; {}",
        "{\"id\":\"s\",\"name\":\"S\"}; {\"elicitation\":{},\"extensions\":{\"io.modelcontextprotocol/ui\":{}}}",
        "{\"id\":\"s\",\"name\":\"S\",\"dryRun\":true}; {\"elicitation\":{}}",
        "{\"id\":\"taken\",\"name\":\"S\"}; {\"elicitation\":{}}"
      })
  void aCreateIsMadeAtOnceWhereNobodyNeedsToBeAsked(String arguments, String capabilities) {
    assertThat(create(arguments, "", capabilities).get("resultType").asString())
        .isEqualTo("complete");
  }

  @Test
  void aClientThatCannotAskGetsTheTextWithTheNextCall() {
    var result = stop("p5", "", "{}").get("result");
    assertThat(result.get("isError").asBoolean()).isTrue();
    assertThat(result.toString()).contains("confirmation_required").contains("confirm");
  }

  @Test
  void aLongAnswerIsAShorterPageThatGoesOnWhereItEnds() {
    var result = edge.result("acme", "search_entries", "{\"sourceId\":\"long\"}");
    String text = result.get("content").get(0).get("text").asString();
    assertThat(text.length()).isBetween(40_000, 61_440);
    var json = result.get("structuredContent");
    int shown = json.get("entries").size();
    assertThat(json.get("after").asString()).isEqualTo("after-" + shown);
    assertThat(json.get("truncated").get("shown").asInt()).isEqualTo(shown);
    assertThat(json.get("truncated").get("total").asInt()).isEqualTo(50);
  }

  @Test
  void callsAreCountedByToolAndOutcomeAndOnlyForToolsThereAre() {
    edge.result("acme", "whoami", "{}");
    edge.error("acme", "create_data_source", "{}");
    edge.call("acme", token, "no_such_tool", "{}");
    assertThat(edge.metrics().lines())
        .anyMatch(line -> counts(line, "tool=\"whoami\"", "outcome=\"ok\""))
        .anyMatch(line -> counts(line, "tool=\"create_data_source\"", "outcome=\"tool_error\""))
        .noneMatch(line -> line.contains("no_such_tool"));
  }

  private static boolean counts(String line, String tool, String outcome) {
    return line.startsWith("mcp_server_operation_duration_seconds_count")
        && line.contains(tool)
        && line.contains(outcome);
  }
}
