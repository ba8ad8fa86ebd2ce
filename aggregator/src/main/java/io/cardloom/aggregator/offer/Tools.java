package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.call.Answer;
import io.cardloom.aggregator.call.CallTool;
import io.cardloom.aggregator.catalogue.ToolJson.Form;
import io.cardloom.aggregator.catalogue.ToolLists;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Outcome.StepUp;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The tools of the catalogue: each caller is shown, and may call, what its role and token allow.
public final class Tools implements Feature {
  /// The extension of clients that show forms.
  private static final String APPS = "io.modelcontextprotocol/ui";

  /// How long a client may keep the list: a role may change meanwhile.
  private static final Duration KEEP = Duration.ofMinutes(5);

  private final ToolLists lists;
  private final CallTool tools;
  private final Tasks tasks;
  private final Map<String, String> drafts;
  private final Confirmation confirmation;

  /// @param drafts the draft tool of each tool that has one
  /// @param secret of the aggregator, for what clients bring back
  public Tools(
      ToolLists lists,
      CallTool tools,
      Tasks tasks,
      Map<String, String> drafts,
      PrivateKey secret,
      Clock clock) {
    this.drafts = Map.copyOf(drafts);
    this.lists = lists;
    this.tools = tools;
    this.tasks = tasks;
    this.confirmation = new Confirmation(new Seal(secret, clock));
  }

  @Override
  public String capability() {
    return "tools";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "tools/list", new Method(Pace.QUICK, this::list),
        "tools/call", new Method(Pace.WAITING, this::call));
  }

  private Outcome list(Call call) {
    // The whole list is one page, so no cursor was ever handed out.
    if (call.envelope().params().cursor() != null) return Failure.wrongCursor();
    var form = call.revision().structured() ? Form.FULL : Form.PLAIN;
    RawUtf8 definitions = lists.of(call.principal().permissions(), form);
    return Result.cacheable(
        call.revision(),
        KEEP,
        "private",
        out -> {
          out.writeName("tools");
          out.writeRawValue(definitions);
        });
  }

  private Outcome call(Call call) {
    var envelope = call.envelope();
    if (envelope.params().name() == null)
      return Failure.wrongParams("params.name must be the name of a tool.");
    if (call.elicits() && envelope.params().requestState() != null) {
      return confirmation.resume(
          call, arguments -> run(call, arguments, 0, arguments.length), () -> runAsGiven(call));
    }
    return runAsGiven(call);
  }

  private Outcome runAsGiven(Call call) {
    var arguments = call.envelope().arguments();
    var question = question(call);
    if (question.isPresent()) return question.get();
    return run(call, call.envelope().body(), arguments.from(), arguments.length());
  }

  /// Asks before something is created, where it could not be reviewed in a form: the client shows
  /// none, but can ask its person. What would be refused anyway is not asked about.
  private Optional<Outcome> question(Call call) {
    String draft = drafts.get(call.envelope().params().name());
    if (draft == null || !call.elicits() || call.declares(APPS)) return Optional.empty();
    var arguments = call.envelope().arguments();
    if (Boolean.TRUE.equals(call.envelope().members(arguments).get("dryRun"))) {
      return Optional.empty();
    }
    byte[] body = call.envelope().body();
    return tools.run(call.principal(), draft, body, arguments.from(), arguments.length())
            instanceof Answer.Done(var json)
        ? confirmation.ask(call, json)
        : Optional.empty();
  }

  private Outcome run(Call call, byte[] body, int from, int length) {
    String name = Objects.requireNonNull(call.envelope().params().name());
    boolean structured = call.revision().structured();
    return switch (tools.run(call.principal(), name, body, from, length)) {
      case Answer.Done(var json) ->
          tasks.begun(call, name, json).orElseGet(() -> Content.of(json, false, structured));
      case Answer.Failed(var json) -> Content.of(json, true, false);
      case Answer.NeedsConfirmation(var problem, var json) ->
          call.elicits()
              ? confirmation.ask(call, problem).orElseGet(() -> Content.of(json, true, false))
              : Content.of(json, true, false);
      case Answer.ScopeTooSmall(var scopes) -> new StepUp(scopes);
      case Answer.UnknownTool(var near) ->
          Failure.wrongParams(
              "There is no such tool." + (near.isEmpty() ? "" : " Did you mean " + near + "?"));
    };
  }
}
