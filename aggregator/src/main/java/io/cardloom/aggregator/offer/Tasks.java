package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.call.Answer;
import io.cardloom.aggregator.call.CallTool;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Outcome.StepUp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Imports as tasks, for clients that declare the extension: `start_import` answers with a task,
/// and `tasks/get` with what `get_import_status` tells. The import is the task: nothing is kept
/// here, so any replica answers, and only callers of the workspace who may read it find it.
public final class Tasks implements Feature {
  static final String EXTENSION = "io.modelcontextprotocol/tasks";

  private static final String BEGINS = "start_import";
  private static final String ASKS = "get_import_status";

  /// How long a client should wait between two questions.
  private static final Duration POLL = Duration.ofSeconds(1);

  private final CallTool tools;
  private final Clock clock;

  public Tasks(CallTool tools, Clock clock) {
    this.tools = tools;
    this.clock = clock;
  }

  @Override
  public String capability() {
    return "";
  }

  @Override
  public String extension() {
    return EXTENSION;
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "tasks/get", new Method(Pace.WAITING, this::get),
        "tasks/update", new Method(Pace.WAITING, this::acknowledged),
        "tasks/cancel", new Method(Pace.WAITING, this::acknowledged));
  }

  /// The answer of a tool as a task, where the tool begins one and the client takes tasks.
  Optional<Outcome> begun(Call call, String tool, byte[] json) {
    if (!tool.equals(BEGINS) || !call.declares(EXTENSION)) return Optional.empty();
    var status = Status.of(json);
    return Optional.of(Result.task(out -> head(out, status)));
  }

  private Outcome get(Call call) {
    return asked(
        call,
        (status, json) ->
            new Result(out -> {
              head(out, status);
              if (!status.ended()) return;
              out.writeName("result");
              out.writeStartObject();
              Content.write(out, json, status.failed(), !status.failed());
              out.writeEndObject();
            }));
  }

  /// Nothing is asked of a client while it waits, and an import that has begun goes on: what is
  /// accepted is not taken back halfway.
  private Outcome acknowledged(Call call) {
    return asked(call, (_, _) -> new Result(_ -> {}));
  }

  private interface Found {
    Outcome as(Status status, byte[] json);
  }

  private Outcome asked(Call call, Found found) {
    if (!call.declares(EXTENSION)) {
      return Failure.missingCapability("{\"extensions\":{\"" + EXTENSION + "\":{}}}");
    }
    String id = call.envelope().params().taskId();
    if (id == null) return Failure.wrongParams("params.taskId must be the id of a task.");
    byte[] arguments =
        JsonText.bytes(out -> {
          out.writeStartObject();
          out.writeStringProperty("importId", id);
          out.writeEndObject();
        });
    return switch (tools.run(call.principal(), ASKS, arguments, 0, arguments.length)) {
      case Answer.Done(var json) -> found.as(Status.of(json), json);
      case Answer.ScopeTooSmall(var scopes) -> new StepUp(scopes);
      case Answer.Failed _, Answer.NeedsConfirmation _, Answer.UnknownTool _ ->
          Failure.wrongParams(
              "There is no such task, or it has expired, or it cannot be read now.");
    };
  }

  /// The members that every answer about a task has.
  private void head(JsonGenerator out, Status status) {
    out.writeStringProperty("taskId", status.text("importId"));
    out.writeStringProperty("status", status.ended() ? "completed" : "working");
    out.writeStringProperty("statusMessage", status.sentence());
    out.writeStringProperty("createdAt", status.text("startedAt"));
    // What is told was read this moment.
    out.writeStringProperty("lastUpdatedAt", clock.instant().toString());
    out.writeNumberProperty("ttlMs", Math.max(1, status.life().toMillis()));
    out.writeNumberProperty("pollIntervalMs", POLL.toMillis());
  }

  /// An import as its tool tells it.
  private record Status(Map<?, ?> members) {
    static Status of(byte[] json) {
      if (JsonTree.read(json, 0, json.length) instanceof Map<?, ?> members) {
        return new Status(members);
      }
      throw new IllegalStateException("an import's status is no object");
    }

    String text(String name) {
      @Nullable Object value = members.get(name);
      return value == null ? "" : value.toString();
    }

    /// A number, 0 where it is left out.
    String count(String name) {
      return members.containsKey(name) ? text(name) : "0";
    }

    boolean failed() {
      return text("state").equals("FAILED");
    }

    boolean ended() {
      return failed() || text("state").equals("COMPLETED");
    }

    String sentence() {
      return failed()
          ? text("problem")
          : count("applied") + " of " + count("total") + " entries are applied.";
    }

    Duration life() {
      return Duration.between(Instant.parse(text("startedAt")), Instant.parse(text("expiresAt")));
    }
  }
}
