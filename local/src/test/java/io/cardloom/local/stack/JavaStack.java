package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteArgument;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The work of `clients/stacks/work.mjs` with the protocol's Java client, which speaks 2025-11-25:
/// it tells progress, and is asked nothing.
final class JavaStack implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(120);

  /// A call is told to be under way after two seconds, then every second.
  private static final Duration PROGRESS_WAIT = Duration.ofSeconds(20);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final RunningStack stack;
  private final String entry;
  private final String marker =
      "m" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final LinkedBlockingQueue<ProgressNotification> progress = new LinkedBlockingQueue<>();
  private final McpSyncClient client;

  JavaStack(RunningStack stack, String entry) {
    this.stack = stack;
    this.entry = entry;
    this.client = connect("admin");
  }

  private McpSyncClient connect(String role) {
    var urls = stack.state().urls();
    var token = stack.token(role);
    var transport =
        HttpClientStreamableHttpTransport.builder(urls.publicBase())
            .endpoint(urls.mcp(RunningStack.WORKSPACE).getPath())
            .httpRequestCustomizer(
                (request, _, _, _, _) -> request.header("Authorization", "Bearer " + token))
            .build();
    return McpClient.sync(transport)
        .requestTimeout(WAIT)
        .initializationTimeout(WAIT)
        .progressConsumer(progress::add)
        .build();
  }

  void work() throws Exception {
    var hello = client.initialize();
    assertThat(hello.protocolVersion()).isEqualTo("2025-11-25");
    assertThat(hello.serverInfo().name()).isEqualTo("cardloom");
    tools();
    whatAViewerSees();
    var before = stored();
    refusals(before);
    change(before);
    resourcesPromptsAndIds();
    publishAndStop();
    progressIsTold();
  }

  private void tools() {
    var tools = client.listTools().tools();
    assertThat(tools.stream().map(Tool::name))
        .containsExactlyElementsOf(
            texts(call("whoami", "{}").path("allowedTools")).sorted().toList())
        .contains("import_data", "search_entries", "trace_entry_lifecycle", "update_api_version")
        .hasSizeGreaterThanOrEqualTo(17);
    assertThat(tools)
        .allSatisfy(tool -> {
          assertThat(tool.title()).as(tool.name()).isNotBlank();
          assertThat(tool.inputSchema()).containsEntry("type", "object");
          assertThat(tool.outputSchema()).containsEntry("type", "object");
          assertThat(tool.annotations().readOnlyHint()).as(tool.name()).isNotNull();
        });
  }

  private void whatAViewerSees() {
    try (var viewer = connect("viewer")) {
      viewer.initialize();
      assertThat(viewer.listTools().tools().stream().map(Tool::name))
          .contains("search_entries")
          .doesNotContain("import_data", "update_api_version");
      var refused =
          viewer.callTool(
              request("import_data", imported("{\"id\":\"%s\",\"delete\":true}".formatted(entry))));
      assertThat(error(refused).path("code").asString()).isEqualTo("forbidden");
    }
  }

  private JsonNode stored() {
    var schema = call("describe_data_source_schema", "{\"sourceId\":\"products\"}");
    assertThat(entry).matches(schema.path("keyPattern").asString());
    assertThat(schema.path("properties").valueStream())
        .anySatisfy(property -> {
          assertThat(property.path("id").asString()).isEqualTo("name");
          assertThat(property.path("filter").asString()).isEqualTo("text");
        });
    return call(
            "list_source_entries", "{\"sourceId\":\"products\",\"ids\":[\"%s\"]}".formatted(entry))
        .path("entries")
        .path(0);
  }

  private void refusals(JsonNode before) {
    var refused =
        error(
            client.callTool(
                request(
                    "import_data",
                    imported(
                        "{\"id\":\"not an id\",\"values\":{}},{\"id\":\"%s\",\"values\":{\"namee\":\"x\"}}"
                            .formatted(entry)))));
    assertThat(refused.path("code").asString()).isEqualTo("validation_failed");
    assertThat(refused.path("violations").valueStream())
        .anySatisfy(
            violation -> assertThat(violation.path("path").asString()).isEqualTo("entries[0].id"))
        .anySatisfy(
            violation -> assertThat(violation.path("didYouMean").asString("")).isEqualTo("name"));
    assertThat(stored().path("values")).isEqualTo(before.path("values"));
  }

  private void change(JsonNode before) {
    var name = before.path("values").path("name").asString() + " " + marker;
    var body =
        imported(
            "{\"id\":\"%s\",\"values\":{\"name\":%s}}"
                .formatted(entry, JSON.writeValueAsString(name)));
    assertThat(call("import_data", body).path("updated").asInt()).isEqualTo(1);
    assertThat(call("import_data", body).path("unchanged").asInt()).isEqualTo(1);
    var search =
        "{\"sourceId\":\"products\",\"query\":{\"filters\":[{\"property\":\"name\",\"text\":{\"contains\":\"%s\"}}],\"fields\":[\"name\"]}}"
            .formatted(marker);
    var found =
        until("search_entries", search, answer -> answer.path("entries").size() > 0)
            .path("entries");
    assertThat(found.size()).isEqualTo(1);
    assertThat(found.path(0).path("id").asString()).isEqualTo(entry);
    assertThat(found.path(0).path("values").path("name").asString()).isEqualTo(name);
    long version = before.path("version").asLong() + 1;
    var trace =
        until(
            "trace_entry_lifecycle",
            "{\"sourceId\":\"products\",\"entryId\":\"%s\"}".formatted(entry),
            answer ->
                answer.path("stuckAt").asString("").isEmpty()
                    && answer.path("entryVersion").asLong() >= version);
    assertThat(trace.path("stages").valueStream())
        .anySatisfy(stage -> {
          assertThat(stage.path("target").asString("")).isEqualTo("shop.v1.products");
          assertThat(stage.path("status").asString("")).isEqualTo("DONE");
        });
  }

  private void resourcesPromptsAndIds() {
    assertThat(client.listResources().resources())
        .anySatisfy(one -> assertThat(one.uri()).isEqualTo("cardloom://guide/discover"));
    var schema =
        client
            .readResource(new ReadResourceRequest("cardloom://source/products/schema"))
            .contents()
            .getFirst();
    assertThat(((TextResourceContents) schema).text()).contains("\"name\"");
    assertThat(client.listPrompts().prompts())
        .anySatisfy(one -> assertThat(one.name()).isEqualTo("why-not-live"));
    var prompt =
        client.getPrompt(
            new GetPromptRequest("why-not-live", Map.of("sourceId", "products", "entryId", entry)));
    assertThat(((TextContent) prompt.messages().getFirst().content()).text())
        .contains("`" + entry + "`");
    assertThat(completed(new ResourceReference("cardloom://source/{id}/schema"), "id", "prod"))
        .containsExactly("products");
    assertThat(completed(new PromptReference("audit-destination"), "destinationId", "sho"))
        .containsExactly("shop");
  }

  private List<String> completed(CompleteReference reference, String argument, String typed) {
    var request = new CompleteRequest(reference, new CompleteArgument(argument, typed));
    return client.completeCompletion(request).completion().values();
  }

  private void publishAndStop() {
    call("create_destination", "{\"identifier\":\"by-java\",\"languages\":[\"en\"]}");
    var version =
        call("create_api_version", "{\"destinationId\":\"by-java\"}")
            .path("apiVersion")
            .path("id")
            .asString();
    call(
        "create_endpoint",
        "{\"apiVersionId\":\"%s\",\"path\":\"changed\",\"cardDefinitionId\":\"product\",\"conditions\":[{\"property\":\"name\",\"text\":{\"contains\":\"%s\"}}]}"
            .formatted(version, marker));
    call("update_api_version", "{\"apiVersionId\":\"%s\",\"state\":\"ACTIVE\"}".formatted(version));
    until(
        "search_destination_data",
        "{\"destinationId\":\"by-java\",\"endpoint\":\"changed\"}",
        answer -> answer.path("results").size() == 1);
    var stop = "{\"apiVersionId\":\"%s\",\"state\":\"STOPPED\"}".formatted(version);
    var question = error(client.callTool(request("update_api_version", stop)));
    assertThat(question.path("code").asString()).isEqualTo("confirmation_required");
    assertThat(question.path("facts").path("rows").asString()).isEqualTo("1");
    var next = question.path("next").path(0);
    var stopped = call(next.path("tool").asString(), next.path("arguments").toString());
    assertThat(stopped.path("apiVersion").path("state").asString()).isEqualTo("STOPPED");
  }

  private void progressIsTold() throws Exception {
    try (var lock = new EntryLock(stack);
        var side = Executors.newVirtualThreadPerTaskExecutor()) {
      lock.take();
      var slow =
          CallToolRequest.builder("list_source_entries")
              .arguments(Map.of("sourceId", "products", "page", Map.of("limit", 1)))
              .progressToken("java-1")
              .build();
      var answer = side.submit(() -> client.callTool(slow));
      double before = -1;
      for (int i = 0; i < 2; i++) {
        var told = progress.poll(PROGRESS_WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(told).as(() -> "progress, answer " + answer).isNotNull();
        assertThat(told.progressToken()).isEqualTo("java-1");
        assertThat(told.progress()).isGreaterThan(before);
        before = told.progress();
      }
      assertThat(answer).isNotDone();
      lock.give();
      assertThat(done(answer.get(WAIT.toSeconds(), TimeUnit.SECONDS)).path("entries").size())
          .isEqualTo(1);
    }
  }

  private static String imported(String entries) {
    return "{\"sourceId\":\"products\",\"entries\":[" + entries + "]}";
  }

  @SuppressWarnings("unchecked")
  private static CallToolRequest request(String tool, String arguments) {
    return CallToolRequest.builder(tool).arguments(JSON.readValue(arguments, Map.class)).build();
  }

  private JsonNode call(String tool, String arguments) {
    return done(client.callTool(request(tool, arguments)));
  }

  private JsonNode until(String tool, String arguments, Predicate<JsonNode> good) {
    return Awaitility.await(tool).atMost(WAIT).until(() -> call(tool, arguments), good);
  }

  private static JsonNode done(CallToolResult result) {
    assertThat(result.isError()).as(text(result)).isNotEqualTo(true);
    return JSON.valueToTree(result.structuredContent());
  }

  private static JsonNode error(CallToolResult result) {
    assertThat(result.isError()).as(text(result)).isTrue();
    return JSON.readTree(text(result)).path("error");
  }

  private static String text(CallToolResult result) {
    return ((TextContent) result.content().getFirst()).text();
  }

  private static java.util.stream.Stream<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString);
  }

  @Override
  public void close() {
    client.closeGracefully();
  }
}
