package io.cardloom.kit.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.DefaultApplied;
import io.cardloom.proto.common.v1.DraftSubmit;
import io.cardloom.proto.common.v1.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What is found while a request to create something is made ready: the defaults filled in, and
/// every problem in its way.
///
/// A create and its draft run the same rules on one of these. The create then calls [#throwIfAny];
/// the draft answers with [#defaultsPb], [#problemsPb] and [#submit]. Used by one thread, once.
public final class Draft {
  private final List<DefaultApplied> defaults = new ArrayList<>();
  private final List<Violation> problems = new ArrayList<>();

  /// Paths whose problem is so far told by the contract alone.
  private final Set<String> constrained = new HashSet<>();

  private Draft() {}

  /// Begins with the constraints of its contract that the request breaks.
  public static Draft of(Message request) {
    var draft = new Draft();
    draft.problems.addAll(Constraints.broken(request));
    draft.problems.forEach(problem -> draft.constrained.add(problem.path()));
    return draft;
  }

  /// A text, or the word of an enum, that was filled in.
  ///
  /// @param path such as `properties[0].type`
  /// @param why one sentence
  public void filled(String path, String value, String why) {
    filledJson(path, quoted(value), why);
  }

  public void filled(String path, long value, String why) {
    filledJson(path, Long.toString(value), why);
  }

  public void filled(String path, boolean value, String why) {
    filledJson(path, Boolean.toString(value), why);
  }

  /// Any other value that was filled in, as JSON.
  public void filledJson(String path, String json, String why) {
    defaults.add(
        DefaultApplied.newBuilder()
            .setPath(path)
            .setValue(Json.newBuilder().setUtf8(ByteString.copyFromUtf8(json)))
            .setWhy(why)
            .build());
  }

  /// A rule that is broken. It takes the place of what the contract says of the same path, since it
  /// says more.
  public void problem(Violation violation) {
    if (constrained.remove(violation.path())) {
      problems.removeIf(problem -> problem.path().equals(violation.path()));
    }
    problems.add(violation);
  }

  public void problems(Collection<Violation> violations) {
    violations.forEach(this::problem);
  }

  /// Runs a rule that throws. Violations become problems as they are, any other problem one at
  /// `path`; the result is empty then. `Unavailable` and the like are not the request's fault and
  /// come out as they are.
  public <T> Optional<T> tried(String path, Supplier<T> rule) {
    try {
      return Optional.of(rule.get());
    } catch (ProblemException refused) {
      Problem problem = refused.problem();
      switch (problem) {
        case Problem.Invalid(var violations, _) -> problems(violations);
        case Problem.NotFound(_, var id, var near, _) ->
            problem(new Violation(path, problem.code(), problem.message(), id, List.of(), near));
        case Problem.AlreadyExists(_, var id) ->
            problem(Violation.of(path, problem.code(), problem.message(), id));
        case Problem.WrongState(_, _, var state, var needed, _) ->
            problem(
                new Violation(path, problem.code(), problem.message(), state, List.of(needed), ""));
        case Problem.Stale _, Problem.NeedsConfirmation _, Problem.TooLarge _ ->
            problem(Violation.of(path, problem.code(), problem.message()));
        case Problem.Denied _,
            Problem.Unauthenticated _,
            Problem.OverLimit _,
            Problem.Unavailable _,
            Problem.NotNow _,
            Problem.Told _ ->
            throw refused;
      }
      return Optional.empty();
    }
  }

  /// Whether there is a problem at just this path. A list that is longer than its contract allows
  /// is best left as it came: nothing else bounds its draft.
  public boolean broken(String path) {
    return problems.stream().anyMatch(problem -> problem.path().equals(path));
  }

  /// As many problems as an answer names: looking on brings nothing.
  public boolean full() {
    return problems.size() >= Problem.VIOLATIONS_MAX;
  }

  /// Nothing is in the way.
  public boolean good() {
    return problems.isEmpty();
  }

  public List<Violation> problems() {
    return List.copyOf(problems);
  }

  /// @throws ProblemException `Invalid` with every problem, where there is one
  public void throwIfAny() {
    ProblemException.throwIfAny(problems);
  }

  public List<DefaultApplied> defaultsPb() {
    return List.copyOf(defaults);
  }

  /// At most [Problem#VIOLATIONS_MAX] problems; [#submit] says how many there are.
  public List<io.cardloom.proto.common.v1.Violation> problemsPb() {
    return new Problem.Invalid(problems).toPb().getViolationsList();
  }

  /// How the draft becomes real.
  ///
  /// @param would what the tool would do with the draft as its arguments, one sentence
  public DraftSubmit submit(String tool, String would) {
    String why =
        switch (problems.size()) {
          case 0 -> would;
          case 1 -> "One problem is in the way.";
          default -> problems.size() + " problems are in the way.";
        };
    return DraftSubmit.newBuilder().setTool(tool).setWhy(why).build();
  }

  private static String quoted(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < 0x20) json.append("\\u%04x".formatted((int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
