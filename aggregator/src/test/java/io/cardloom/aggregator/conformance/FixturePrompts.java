package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The prompts that the suite gets.
final class FixturePrompts implements Feature {
  private static final @Nullable Object LIST =
      Fixture.json(
          """
          [{'name':'test_simple_prompt','description':'A prompt.'},
           {'name':'test_prompt_with_arguments','description':'A prompt with arguments.','arguments':[
             {'name':'arg1','description':'First test argument','required':true},
             {'name':'arg2','description':'Second test argument','required':true}]},
           {'name':'test_prompt_with_embedded_resource','description':'A prompt with a resource.','arguments':[
             {'name':'resourceUri','description':'URI of the resource to embed','required':true}]},
           {'name':'test_prompt_with_image','description':'A prompt with a picture.'},
           {'name':'test_input_required_result_prompt','description':'A prompt that asks first.'}]\
          """);

  @Override
  public String capability() {
    return "prompts";
  }

  @Override
  public boolean listChanges() {
    return true;
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "prompts/list", new Method(Pace.QUICK, FixturePrompts::list),
        "prompts/get", new Method(Pace.QUICK, FixturePrompts::get));
  }

  private static Outcome list(Call call) {
    return Result.cacheable(
        call.revision(),
        Duration.ofMinutes(1),
        "private",
        out -> {
          out.writeName("prompts");
          JsonTree.write(out, LIST);
        });
  }

  private static Outcome get(Call call) {
    var envelope = call.envelope();
    var given = envelope.members(envelope.arguments());
    String ask = "{'type':'text','text':'Please analyze the image above.'}";
    return switch (String.valueOf(envelope.params().name())) {
      case "test_simple_prompt" ->
          messages("{'type':'text','text':'This is a simple prompt for testing.'}");
      case "test_prompt_with_arguments" ->
          new Result(out -> {
            out.writeName("messages");
            JsonTree.write(
                out,
                java.util.List.of(
                    Map.of(
                        "role",
                        "user",
                        "content",
                        Map.of(
                            "type",
                            "text",
                            "text",
                            "Prompt with arguments: arg1='"
                                + given.get("arg1")
                                + "', arg2='"
                                + given.get("arg2")
                                + "'"))));
          });
      case "test_prompt_with_embedded_resource" ->
          messages(
              "{'type':'resource','resource':{'uri':'"
                  + Objects.requireNonNullElse(given.get("resourceUri"), "")
                  + "','mimeType':'text/plain','text':'Embedded resource content for testing.'}}",
              "{'type':'text','text':'Please process the embedded resource above.'}");
      case "test_prompt_with_image" ->
          messages("{'type':'image','data':'" + Fixture.PNG + "','mimeType':'image/png'}", ask);
      case "test_input_required_result_prompt" ->
          Fixture.answered(call, "user_context", "context")
              ? messages("{'type':'text','text':'With context.'}")
              : Fixture.ask(
                  Fixture.form(
                      "user_context", "What context should the prompt use?", "context", "string"),
                  "");
      default -> Failure.wrongParams("There is no such prompt.");
    };
  }

  private static Outcome messages(String... contents) {
    var messages = new StringBuilder();
    for (String content : contents) {
      if (!messages.isEmpty()) messages.append(',');
      messages.append("{'role':'user','content':").append(content).append('}');
    }
    return Fixture.result("{'messages':[" + messages + "]}");
  }
}
