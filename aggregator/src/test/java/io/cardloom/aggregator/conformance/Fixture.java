package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What fixtures are written in: JSON with single quotes, which no fixture needs for itself.
final class Fixture {
  /// A red pixel.
  static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

  /// A WAV file without samples.
  static final String WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

  private Fixture() {}

  @Nullable
  static Object json(String text) {
    byte[] json = JsonText.utf8(text.replace('\'', '"'));
    return JsonTree.read(json, 0, json.length);
  }

  /// The members of a result.
  static Result result(String members) {
    var tree = json(members);
    return new Result(out ->
        ((Map<?, ?>) java.util.Objects.requireNonNull(tree))
            .forEach((name, value) -> {
              out.writeName((String) name);
              JsonTree.write(out, value);
            }));
  }

  static Result text(String text) {
    return result("{'content':[{'type':'text','text':'" + text + "'}],'isError':false}");
  }

  static Result failed(String text) {
    return result("{'content':[{'type':'text','text':'" + text + "'}],'isError':true}");
  }

  /// Questions to the client.
  ///
  /// @param state what it is to bring back, or empty
  static Outcome ask(String requests, String state) {
    var tree = json(requests);
    return Result.inputRequired(out -> {
      out.writeName("inputRequests");
      JsonTree.write(out, tree);
      if (!state.isEmpty()) out.writeStringProperty("requestState", state);
    });
  }

  /// What came back for one question, where it is an object.
  static @Nullable Map<?, ?> response(Call call, String key) {
    var params = call.envelope().params();
    return call.envelope().members(params.inputResponses()).get(key) instanceof Map<?, ?> said
        ? said
        : null;
  }

  /// Whether an accepted form has a text of that name.
  static boolean answered(Call call, String key, String field) {
    var said = response(call, key);
    return said != null
        && "accept".equals(said.get("action"))
        && said.get("content") instanceof Map<?, ?> content
        && content.get(field) instanceof String;
  }

  static boolean declares(Call call, String capability) {
    var envelope = call.envelope();
    return envelope.members(envelope.params().capabilities()).containsKey(capability);
  }

  static String form(String key, String message, String field, String type) {
    return "{'"
        + key
        + "':{'method':'elicitation/create','params':{'mode':'form','message':'"
        + message
        + "','requestedSchema':{'type':'object','properties':{'"
        + field
        + "':{'type':'"
        + type
        + "'}},'required':['"
        + field
        + "']}}}}";
  }
}
