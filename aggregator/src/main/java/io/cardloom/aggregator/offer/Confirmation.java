package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Envelope.Slice;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.proto.common.v1.NextCall;
import io.cardloom.proto.common.v1.ProblemDetail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Asks the person behind a client before a tool changes what is live, or creates what the client
/// cannot show in a form.
///
/// A tool that wants a yes names the call that says it. The client is asked for that yes in a form,
/// and brings back a seal with what the yes adds to the arguments; the call is then made with it.
/// The tools that ask bear a repeat, so a seal may come back twice.
///
/// A create is asked about with what its draft says it would do, and takes an idempotency key.
final class Confirmation {
  private static final String QUESTION = "confirm";

  private final Seal seal;

  Confirmation(Seal seal) {
    this.seal = seal;
  }

  /// The question, or nothing where the problem does not name a call that says yes.
  Optional<Outcome> ask(Call call, ProblemDetail problem) {
    String tool = Objects.requireNonNull(call.envelope().params().name());
    return problem.getNextList().stream()
        .filter(next -> next.getTool().equals(tool))
        .findFirst()
        .map(next -> question(call, message(problem), added(call, next)));
  }

  /// The question before a create, or nothing where its draft has problems: those are told by the
  /// create itself.
  ///
  /// @param draft what the draft tool answered
  Optional<Outcome> ask(Call call, byte[] draft) {
    return JsonTree.read(draft, 0, draft.length) instanceof Map<?, ?> answer
            && answer.get("problems") instanceof List<?> problems
            && problems.isEmpty()
            && answer.get("submit") instanceof Map<?, ?> submit
            && submit.get("why") instanceof String would
        ? Optional.of(question(call, would, JsonText.utf8("{}")))
        : Optional.empty();
  }

  /// What the yes adds: the members of the named call that the arguments lack or say otherwise.
  private static byte[] added(Call call, NextCall next) {
    var given = call.envelope().members(call.envelope().arguments());
    byte[] confirming = next.getArguments().getUtf8().toByteArray();
    var added = new LinkedHashMap<String, @Nullable Object>();
    if (confirming.length > 0
        && JsonTree.read(confirming, 0, confirming.length) instanceof Map<?, ?> members) {
      members.forEach((name, value) -> {
        if (!Objects.equals(given.get(name), value)) added.put((String) name, value);
      });
    }
    return JsonText.bytes(out -> JsonTree.write(out, added));
  }

  private Outcome question(Call call, String message, byte[] added) {
    return Result.inputRequired(out -> {
      out.writeName("inputRequests");
      out.writeStartObject();
      out.writeName(QUESTION);
      out.writeStartObject();
      out.writeStringProperty("method", "elicitation/create");
      out.writeName("params");
      out.writeStartObject();
      out.writeStringProperty("mode", "form");
      out.writeStringProperty("message", message);
      out.writeName("requestedSchema");
      form(out);
      out.writeEndObject();
      out.writeEndObject();
      out.writeEndObject();
      out.writeStringProperty("requestState", seal.close(call.principal(), use(call), added));
    });
  }

  private static void form(JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("type", "object");
    out.writeName("properties");
    out.writeStartObject();
    out.writeName(QUESTION);
    out.writeStartObject();
    out.writeStringProperty("type", "boolean");
    out.writeStringProperty("title", "Go ahead");
    out.writeStringProperty("description", "Make this change.");
    out.writeBooleanProperty("default", false);
    out.writeEndObject();
    out.writeEndObject();
    out.writeName("required");
    out.writeArray(new String[] {QUESTION}, 0, 1);
    out.writeEndObject();
  }

  private static String message(ProblemDetail problem) {
    var message = new StringBuilder(problem.getMessage());
    problem
        .getFactsMap()
        .forEach((fact, value) -> message.append("\n").append(fact).append(": ").append(value));
    return message.toString();
  }

  /// Answers a call that comes back with a seal.
  ///
  /// @param proceed makes the call with other arguments, and asks again where that is wanted
  /// @param again makes the call as it first was, which asks again
  Outcome resume(
      Call call, Function<byte[], Outcome> proceed, java.util.function.Supplier<Outcome> again) {
    var params = call.envelope().params();
    var opened =
        seal.open(call.principal(), use(call), Objects.requireNonNull(params.requestState()));
    if (opened.isEmpty()) {
      return Failure.wrongParams(
          "requestState is not from here, belongs to another call, or is too old; call without it.");
    }
    var response = call.envelope().members(params.inputResponses()).get(QUESTION);
    if (!(response instanceof Map<?, ?> said)) return again.get();
    boolean yes =
        said.get("content") instanceof Map<?, ?> content
            && Boolean.TRUE.equals(content.get(QUESTION));
    return switch (String.valueOf(said.get("action"))) {
      case "accept" -> yes ? proceed.apply(merged(call, opened.get())) : declined("declined");
      case "decline" -> declined("declined");
      case "cancel" -> declined("cancelled");
      default -> again.get();
    };
  }

  private static byte[] merged(Call call, byte[] added) {
    var all =
        new LinkedHashMap<String, @Nullable Object>(
            call.envelope().members(call.envelope().arguments()));
    if (JsonTree.read(added, 0, added.length) instanceof Map<?, ?> members) {
      members.forEach((name, value) -> all.put((String) name, value));
    }
    return JsonText.bytes(out -> JsonTree.write(out, all));
  }

  private static Outcome declined(String how) {
    byte[] json =
        JsonText.bytes(out -> {
          out.writeStartObject();
          out.writeName("error");
          out.writeStartObject();
          out.writeStringProperty("code", how);
          out.writeStringProperty("message", "The person " + how + " it; nothing was changed.");
          out.writeBooleanProperty("retryable", false);
          out.writeEndObject();
          out.writeEndObject();
        });
    return Content.of(json, true, false);
  }

  /// The tool and the very bytes of its arguments.
  private static String use(Call call) {
    var envelope = call.envelope();
    Slice arguments = envelope.arguments();
    return envelope.params().name()
        + '\0'
        + Seal.digest(envelope.body(), arguments.from(), arguments.length());
  }
}
