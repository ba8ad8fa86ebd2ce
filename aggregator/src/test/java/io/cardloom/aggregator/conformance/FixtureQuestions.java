package io.cardloom.aggregator.conformance;

import static io.cardloom.aggregator.conformance.Fixture.answered;
import static io.cardloom.aggregator.conformance.Fixture.ask;
import static io.cardloom.aggregator.conformance.Fixture.form;
import static io.cardloom.aggregator.conformance.Fixture.response;
import static io.cardloom.aggregator.conformance.Fixture.text;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.offer.Seal;
import io.cardloom.kit.call.Keys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Tools that ask the client for something before they answer; what it brings back is sealed as in
/// the product.
final class FixtureQuestions {
  private static final String NAME = form("user_name", "What is your name?", "name", "string");
  private static final String OK = form("confirm", "Please confirm", "ok", "boolean");
  private static final String SAMPLING =
      "{'capital_question':{'method':'sampling/createMessage','params':{'messages':[{'role':'user',"
          + "'content':{'type':'text','text':'What is the capital of France?'}}],'maxTokens':100}}}";
  private static final String ROOTS = "{'client_roots':{'method':'roots/list','params':{}}}";

  private final Seal seal = new Seal(Keys.make().getPrivate(), Clock.systemUTC());

  void addTo(Map<String, Function<Call, Outcome>> tools) {
    tools.put(
        "test_input_required_result_elicitation",
        call -> answered(call, "user_name", "name") ? text("Hello!") : ask(NAME, ""));
    tools.put(
        "test_input_required_result_sampling",
        call -> response(call, "capital_question") != null ? text("Paris") : ask(SAMPLING, ""));
    tools.put(
        "test_input_required_result_list_roots",
        call -> response(call, "client_roots") != null ? text("roots seen") : ask(ROOTS, ""));
    tools.put("test_input_required_result_request_state", this::confirmed);
    tools.put("test_input_required_result_tampered_state", this::confirmed);
    tools.put(
        "test_input_required_result_capabilities",
        call -> ask(Fixture.declares(call, "elicitation") ? NAME : SAMPLING, ""));
    tools.put("test_input_required_result_multiple_inputs", this::several);
    tools.put("test_input_required_result_multi_round", this::rounds);
  }

  private Outcome confirmed(Call call) {
    if (call.envelope().params().requestState() == null) return ask(OK, state(call, "1"));
    if (opened(call).isEmpty()) return Failure.wrongParams("requestState is not from here.");
    return response(call, "confirm") == null ? ask(OK, state(call, "1")) : text("state-ok");
  }

  private Outcome several(Call call) {
    boolean all =
        answered(call, "user_name", "name")
            && response(call, "capital_question") != null
            && response(call, "client_roots") != null;
    if (all && opened(call).isPresent()) return text("all there");
    return ask(joined(NAME, SAMPLING, ROOTS), state(call, "all"));
  }

  private static String joined(String... requests) {
    return "{"
        + java.util.Arrays.stream(requests)
            .map(request -> request.substring(1, request.length() - 1))
            .collect(java.util.stream.Collectors.joining(","))
        + "}";
  }

  private Outcome rounds(Call call) {
    String round = opened(call).orElse("");
    if (round.equals("1") && answered(call, "step1", "name")) {
      return ask(
          form("step2", "Step 2: What is your favorite color?", "color", "string"),
          state(call, "2"));
    }
    if (round.equals("2") && answered(call, "step2", "color")) return text("Three rounds.");
    return ask(form("step1", "Step 1: What is your name?", "name", "string"), state(call, "1"));
  }

  private String state(Call call, String content) {
    return seal.close(call.principal(), use(call), JsonText.utf8(content));
  }

  private Optional<String> opened(Call call) {
    return Optional.ofNullable(call.envelope().params().requestState())
        .flatMap(state -> seal.open(call.principal(), use(call), state))
        .map(content -> new String(content, StandardCharsets.UTF_8));
  }

  private static String use(Call call) {
    return String.valueOf(call.envelope().params().name());
  }
}
