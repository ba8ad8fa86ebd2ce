package io.cardloom.aggregator.call;

import com.google.protobuf.Message;
import io.cardloom.aggregator.audit.Attempt;
import io.cardloom.aggregator.audit.Trail;
import io.cardloom.aggregator.call.Answer.Done;
import io.cardloom.aggregator.call.Answer.Failed;
import io.cardloom.aggregator.call.Answer.NeedsConfirmation;
import io.cardloom.aggregator.call.Answer.ScopeTooSmall;
import io.cardloom.aggregator.call.Answer.UnknownTool;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.catalogue.Tool;
import io.cardloom.aggregator.codec.MessageReader;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Rules;
import io.cardloom.aggregator.codec.Shapes;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.identity.Scope;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.Effect;
import io.grpc.Context;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of a call: tool, permission, arguments, service, answer. Nothing a caller sends makes it
/// throw.
public final class CallTool {
  private static final Logger log = LoggerFactory.getLogger(CallTool.class);

  private static final byte[] NONE = {'{', '}'};

  private final Catalogue catalogue;
  private final Map<String, ToolBody> bodies;
  private final MessageReader reader;
  private final CallLimits limits;
  private final Budget budget;
  private final Trail trail;

  /// @param own bodies of the tools that no single service answers, by tool name
  public CallTool(
      Catalogue catalogue,
      Peers peers,
      Deadlines deadlines,
      CallLimits limits,
      Map<String, ToolBody> own,
      Trail trail) {
    this.catalogue = catalogue;
    this.trail = trail;
    this.limits = limits;
    this.bodies = new HashMap<>(own);
    for (Tool tool : catalogue.tools()) {
      if (own.containsKey(tool.name())) continue;
      var peer = peers.of(tool.rpc().getFile().getPackage());
      bodies.put(tool.name(), new RemoteRpc(peer, deadlines.of(tool), tool.rpc()));
    }
    var shapes = new Shapes();
    reader = new MessageReader(shapes, new Rules());
    budget = new Budget(new MessageWriter(shapes));
  }

  /// Calls a tool with the arguments at `[from, from + length)` of a body; a length of 0 means none
  /// were given. What was done or refused is on the trail before this returns.
  public Answer run(Principal principal, String name, byte[] body, int from, int length) {
    Tool tool = catalogue.find(name);
    if (tool == null) return new UnknownTool(Nearest.of(name, catalogue.names()));
    var call = new Call(principal, tool, UUID.randomUUID().toString(), body, from, length);
    Instant begun = trail.now();
    Ended ended = run(call);
    if (ended.refused() || !tool.readOnly()) {
      trail.keep(
          new Attempt(
              principal,
              name,
              ended.arguments(),
              body,
              from,
              length,
              ended.refused(),
              ended.outcome(),
              call.correlationId(),
              begun));
    }
    return ended.answer();
  }

  private record Call(
      Principal principal, Tool tool, String correlationId, byte[] body, int from, int length) {}

  /// @param arguments null where it ended before they were read
  private record Ended(
      Answer answer, @Nullable Message arguments, String outcome, boolean refused) {}

  private Ended run(Call call) {
    var tool = call.tool();
    var principal = call.principal();
    Message arguments = null;
    try {
      // First, so that nobody leaves more refusals on the trail than may be called.
      limits.take(principal, tool);
      if (!principal.may(tool.permission())) return denied(call);
      Message read = arguments(tool, call.body(), call.from(), call.length());
      arguments = read;
      var answerer = Objects.requireNonNull(bodies.get(tool.name()));
      var caller = principal.caller(call.correlationId());
      byte[] json = budget.json(read, asked -> answerer.run(principal, caller, asked));
      return new Ended(new Done(json), arguments, "ok", false);
    } catch (ProblemException known) {
      String code = known.problem().code();
      // A service that refuses our own token is no fault of the caller.
      if (code.equals("unauthenticated")) return internal(call, arguments, known);
      log.debug(
          "{} of {}: {} ({})", tool.name(), principal.workspace(), code, call.correlationId());
      byte[] json = Failures.json(known.problem(), call.correlationId());
      var answer =
          code.equals("confirmation_required")
              ? new NeedsConfirmation(known.problem().toPb(), json)
              : new Failed(json);
      boolean refused = code.equals("forbidden") || code.equals("rate_limited");
      return new Ended(answer, arguments, code, refused);
    } catch (RuntimeException bug) {
      // The client left and nobody reads the answer; what it began may still have been done.
      if (Context.current().isCancelled()) {
        return new Ended(
            new Failed(Failures.internal(call.correlationId())), arguments, "cancelled", false);
      }
      return internal(call, arguments, bug);
    }
  }

  private static Ended denied(Call call) {
    var principal = call.principal();
    var permission = call.tool().permission();
    if (principal.byRole().contains(permission)) {
      String scopes = Scope.enough(permission, principal.scopes());
      return new Ended(new ScopeTooSmall(scopes), null, "insufficient_scope", true);
    }
    byte[] json = Failures.json(new Problem.Denied(permission.name()), call.correlationId());
    return new Ended(new Failed(json), null, "forbidden", true);
  }

  private Message arguments(Tool tool, byte[] body, int from, int length) {
    var type = tool.rpc().getInputType();
    byte[] given = length == 0 ? NONE : body;
    int start = length == 0 ? 0 : from;
    int size = length == 0 ? NONE.length : length;
    return tool.effect() == Effect.DRAFT
        ? reader.readDraft(type, given, start, size)
        : reader.read(type, given, start, size);
  }

  private static Ended internal(Call call, @Nullable Message arguments, RuntimeException bug) {
    log.error("{} failed, correlation {}", call.tool().name(), call.correlationId(), bug);
    return new Ended(
        new Failed(Failures.internal(call.correlationId())), arguments, "internal", false);
  }
}
