package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Subscriptions;
import io.cardloom.aggregator.mcp.Subscriptions.Change;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The tools that the suite calls.
final class FixtureTools implements Feature {
  private static final Duration STEP = Duration.ofMillis(50);
  private static final String NO_ARGUMENTS = "{'type':'object','additionalProperties':false}";
  private static final String SCHEMA_2020_12 =
      """
      {'$schema':'https://json-schema.org/draft/2020-12/schema','type':'object',
       '$defs':{'address':{'$anchor':'addressDef','type':'object',
         'properties':{'street':{'type':'string'},'city':{'type':'string'}}}},
       'properties':{'name':{'type':'string'},'address':{'$ref':'#/$defs/address'},
         'contactMethod':{'type':'string','enum':['phone','email']},
         'phone':{'type':'string'},'email':{'type':'string'}},
       'allOf':[{'anyOf':[{'required':['phone']},{'required':['email']}]}],
       'if':{'properties':{'contactMethod':{'const':'phone'}},'required':['contactMethod']},
       'then':{'required':['phone']},'else':{'required':['email']},
       'additionalProperties':false}\
      """;

  private final Map<String, Function<Call, Outcome>> tools = new TreeMap<>();

  FixtureTools(Subscriptions subscriptions) {
    tools.put("test_simple_text", _ -> Fixture.text("This is a simple text response for testing."));
    tools.put(
        "test_image_content",
        _ -> content("{'type':'image','data':'" + Fixture.PNG + "','mimeType':'image/png'}"));
    tools.put(
        "test_audio_content",
        _ -> content("{'type':'audio','data':'" + Fixture.WAV + "','mimeType':'audio/wav'}"));
    tools.put(
        "test_embedded_resource",
        _ ->
            content(
                "{'type':'resource','resource':{'uri':'test://embedded-resource',"
                    + "'mimeType':'text/plain','text':'This is an embedded resource content.'}}"));
    tools.put(
        "test_multiple_content_types",
        _ ->
            content(
                "{'type':'text','text':'Multiple content types test:'},{'type':'image','data':'"
                    + Fixture.PNG
                    + "','mimeType':'image/png'},{'type':'resource','resource':{"
                    + "'uri':'test://mixed-content-resource','mimeType':'application/json',"
                    + "'text':'{\\'test\\':\\'data\\',\\'value\\':123}'}}"));
    tools.put(
        "test_error_handling",
        _ -> Fixture.failed("This tool intentionally returns an error for testing"));
    tools.put("test_tool_with_progress", FixtureTools::progress);
    tools.put("test_tool_with_logging", FixtureTools::logging);
    tools.put("test_logging_tool", FixtureTools::logging);
    tools.put("json_schema_2020_12_tool", _ -> Fixture.text("valid"));
    tools.put(
        "test_missing_capability",
        call ->
            Fixture.declares(call, "sampling")
                ? Fixture.text("sampled")
                : Failure.missingCapability("{\"sampling\":{}}"));
    tools.put(
        "test_streaming_elicitation",
        call ->
            Fixture.answered(call, "user_name", "name")
                ? Fixture.text("done")
                : Fixture.ask(
                    Fixture.form("user_name", "What is your name?", "name", "string"), ""));
    tools.put(
        "test_trigger_tool_change",
        _ -> {
          subscriptions.changed(Change.TOOLS);
          return Fixture.text("changed");
        });
    tools.put(
        "test_trigger_prompt_change",
        _ -> {
          subscriptions.changed(Change.PROMPTS);
          return Fixture.text("changed");
        });
    new FixtureQuestions().addTo(tools);
  }

  private static Outcome content(String blocks) {
    return Fixture.result("{'content':[" + blocks + "],'isError':false}");
  }

  private static Outcome progress(Call call) {
    for (double done : new double[] {0, 50, 100}) {
      call.notices().progress(done, 100.0);
      pause();
    }
    return Fixture.text("Progress told.");
  }

  /// Older revisions get the log as it comes, the newest only when the request asks for one.
  private static Outcome logging(Call call) {
    boolean wanted =
        !call.revision().modern()
            || (call.envelope().members(call.envelope().params().all()).get("_meta")
                    instanceof Map<?, ?> meta
                && meta.containsKey("io.modelcontextprotocol/logLevel"));
    for (var line :
        List.of("Tool execution started", "Tool processing data", "Tool execution completed")) {
      if (wanted) {
        call.notices()
            .send(
                "notifications/message",
                out -> {
                  out.writeStringProperty("level", "info");
                  out.writeStringProperty("data", line);
                });
      }
      pause();
    }
    return Fixture.text("Logged.");
  }

  private static void pause() {
    try {
      Thread.sleep(STEP);
    } catch (InterruptedException left) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String capability() {
    return "tools";
  }

  @Override
  public boolean listChanges() {
    return true;
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "tools/list", new Method(Pace.QUICK, this::list),
        "tools/call", new Method(Pace.WAITING, this::call));
  }

  private Outcome list(Call call) {
    return Result.cacheable(
        call.revision(),
        Duration.ZERO,
        "private",
        out -> {
          out.writeName("tools");
          out.writeStartArray();
          for (String name : tools.keySet()) {
            out.writeStartObject();
            out.writeStringProperty("name", name);
            out.writeStringProperty("description", "A fixture of the conformance suite.");
            out.writeName("inputSchema");
            JsonTree.write(out, schema(name));
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private static @Nullable Object schema(String name) {
    return Fixture.json(name.equals("json_schema_2020_12_tool") ? SCHEMA_2020_12 : NO_ARGUMENTS);
  }

  private Outcome call(Call call) {
    var tool = tools.get(String.valueOf(call.envelope().params().name()));
    return tool == null ? Failure.wrongParams("There is no such tool.") : tool.apply(call);
  }
}
