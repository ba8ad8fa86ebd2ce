package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// `completion/complete`: ids in the caller's workspace, for arguments of prompts and variables of
/// resource templates. Ids that begin with what is typed come first, then those that contain it.
public final class Completions implements Feature {
  /// Most values of one answer, as the protocol has it.
  private static final int VALUES_MAX = 100;

  private final Lookups lookups;

  public Completions(Peers peers, Duration deadline) {
    this.lookups = new Lookups(peers, deadline);
  }

  @Override
  public String capability() {
    return "completions";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of("completion/complete", new Method(Pace.WAITING, this::complete));
  }

  private Outcome complete(Call call) {
    var params = call.envelope().members(call.envelope().params().all());
    if (!(params.get("ref") instanceof Map<?, ?> ref)
        || !(params.get("argument") instanceof Map<?, ?> argument)
        || !(argument.get("name") instanceof String name)
        || !(argument.get("value") instanceof String typed)) {
      return Failure.wrongParams("params needs ref, and argument with name and value.");
    }
    Optional<String> kind =
        switch (String.valueOf(ref.get("type"))) {
          case "ref/prompt" -> Prompts.kindOf(call, String.valueOf(ref.get("name")), name);
          case "ref/resource" ->
              name.equals("id")
                  ? Resources.kindOf(String.valueOf(ref.get("uri")))
                  : Optional.empty();
          default -> Optional.empty();
        };
    if (kind.isEmpty()) return Failure.wrongParams("There is nothing of that name to complete.");
    boolean open = !kind.get().isEmpty() && call.principal().may(Permission.CONFIG_READ);
    try {
      return answer(open ? matching(lookups.ids(call.principal(), kind.get()), typed) : List.of());
    } catch (ProblemException outOfReach) {
      // A list that cannot be had now is no reason to disturb a person who types.
      return answer(List.of());
    }
  }

  private static List<String> matching(List<String> ids, String typed) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    var first = new ArrayList<String>();
    var then = new ArrayList<String>();
    for (String id : ids) {
      String low = id.toLowerCase(Locale.ROOT);
      if (low.startsWith(wanted)) first.add(id);
      else if (low.contains(wanted)) then.add(id);
    }
    first.addAll(then);
    return first;
  }

  private static Outcome answer(List<String> values) {
    String[] shown = values.stream().limit(VALUES_MAX).toArray(String[]::new);
    return new Result(out -> {
      out.writeName("completion");
      out.writeStartObject();
      out.writeName("values");
      out.writeArray(shown, 0, shown.length);
      out.writeNumberProperty("total", values.size());
      out.writeBooleanProperty("hasMore", values.size() > shown.length);
      out.writeEndObject();
    });
  }
}
