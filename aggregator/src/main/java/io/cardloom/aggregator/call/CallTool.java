package io.cardloom.aggregator.call;

import com.google.protobuf.Message;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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

  /// @param own bodies of the tools that no single service answers, by tool name
  public CallTool(
      Catalogue catalogue,
      Peers peers,
      Deadlines deadlines,
      CallLimits limits,
      Map<String, ToolBody> own) {
    this.catalogue = catalogue;
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
  /// were given.
  public Answer run(Principal principal, String name, byte[] body, int from, int length) {
    Tool tool = catalogue.find(name);
    if (tool == null) return new UnknownTool(Nearest.of(name, catalogue.names()));
    String correlationId = UUID.randomUUID().toString();
    var permission = tool.permission();
    if (!principal.may(permission)) {
      return principal.byRole().contains(permission)
          ? new ScopeTooSmall(Scope.enough(permission, principal.scopes()))
          : new Failed(Failures.json(new Problem.Denied(permission.name()), correlationId));
    }
    try {
      limits.take(principal, tool);
      Message arguments = arguments(tool, body, from, length);
      var answerer = Objects.requireNonNull(bodies.get(name));
      var caller = principal.caller(correlationId);
      return new Done(budget.json(arguments, asked -> answerer.run(principal, caller, asked)));
    } catch (ProblemException known) {
      // A service that refuses our own token is no fault of the caller.
      if (known.problem().code().equals("unauthenticated"))
        return internal(tool, correlationId, known);
      log.debug(
          "{} of {}: {} ({})", name, principal.workspace(), known.problem().code(), correlationId);
      byte[] json = Failures.json(known.problem(), correlationId);
      return known.problem().code().equals("confirmation_required")
          ? new NeedsConfirmation(known.problem().toPb(), json)
          : new Failed(json);
    } catch (RuntimeException bug) {
      // The client left and nobody reads the answer.
      if (Context.current().isCancelled()) return new Failed(Failures.internal(correlationId));
      return internal(tool, correlationId, bug);
    }
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

  private static Answer internal(Tool tool, String correlationId, RuntimeException bug) {
    log.error("{} failed, correlation {}", tool.name(), correlationId, bug);
    return new Failed(Failures.internal(correlationId));
  }
}
