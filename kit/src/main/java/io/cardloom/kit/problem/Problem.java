package io.cardloom.kit.problem;

import io.cardloom.proto.common.v1.ProblemDetail;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What can be wrong with a call, each with a stable code word, one sentence and the way out.
/// Anything else thrown is a bug.
public sealed interface Problem {

  /// Most violations named in one answer; the sentence tells how many there are.
  int VIOLATIONS_MAX = 100;

  /// There is no such object in this workspace.
  ///
  /// @param didYouMean the nearest known id, or empty
  record NotFound(String kind, String id, String didYouMean, List<Next> next) implements Problem {
    public NotFound(String kind, String id) {
      this(kind, id, "", List.of());
    }
  }

  /// The input breaks rules; all of them are named.
  ///
  /// @param next calls that lead out, where there are such; mostly the violations say enough
  record Invalid(List<Violation> violations, List<Next> next) implements Problem {
    public Invalid {
      violations = List.copyOf(violations);
      next = List.copyOf(next);
    }

    public Invalid(List<Violation> violations) {
      this(violations, List.of());
    }
  }

  /// The id is taken.
  record AlreadyExists(String kind, String id) implements Problem {}

  /// The object's state does not allow it.
  ///
  /// @param needed the state it would need
  record WrongState(String kind, String id, String state, String needed, List<Next> next)
      implements Problem {}

  /// Someone changed the object since it was read.
  record Stale(String kind, String id, long expected, long found) implements Problem {}

  /// It would change what is live; the facts say how, `next` holds the call that says yes.
  record NeedsConfirmation(String sentence, Map<String, String> impact, List<Next> next)
      implements Problem {}

  /// The caller lacks a permission.
  record Denied(String permission) implements Problem {}

  /// There is no valid caller.
  record Unauthenticated(String reason) implements Problem {}

  /// A rate or amount is used up for now.
  record OverLimit(String limit, Duration retryAfter) implements Problem {}

  /// The request is larger than allowed.
  record TooLarge(String sentence) implements Problem {}

  /// A service needed for it does not answer.
  ///
  /// @param why one sentence, or empty where there is no more to say
  record Unavailable(String service, Duration retryAfter, String why) implements Problem {
    public Unavailable(String service, Duration retryAfter) {
      this(service, retryAfter, "");
    }
  }

  /// It could not be done this time, for a reason that is not the request's; the same call may work
  /// later.
  record NotNow(String sentence, Duration retryAfter) implements Problem {}

  /// A problem another service told, kept as it came.
  record Told(ProblemDetail detail, Status.Code status) implements Problem {}

  default ProblemException exception() {
    return new ProblemException(this);
  }

  /// Stable code word for agents.
  default String code() {
    return switch (this) {
      case NotFound _ -> "not_found";
      case Invalid _ -> "validation_failed";
      case AlreadyExists _, WrongState _, Stale _ -> "conflict";
      case NeedsConfirmation _ -> "confirmation_required";
      case Denied _ -> "forbidden";
      case Unauthenticated _ -> "unauthenticated";
      case OverLimit _ -> "rate_limited";
      case TooLarge _ -> "too_large";
      case Unavailable _, NotNow _ -> "unavailable";
      case Told told -> told.detail().getCode();
    };
  }

  /// One sentence a person or an agent can act on.
  default String message() {
    return switch (this) {
      case NotFound(var kind, var id, var near, _) ->
          "There is no "
              + kind
              + " "
              + id
              + (near.isEmpty() ? "." : ". Did you mean " + near + "?");
      case Invalid(var violations, _) when violations.size() == 1 ->
          violations.getFirst().message();
      case Invalid(var violations, _) ->
          violations.size() + " rules are broken; nothing was stored.";
      case AlreadyExists(var kind, var id) -> "There is already a " + kind + " " + id + ".";
      case WrongState(var kind, var id, var state, var needed, _) ->
          "The " + kind + " " + id + " is " + state + "; it needs to be " + needed + ".";
      case Stale(var kind, var id, var expected, var found) ->
          "The "
              + kind
              + " "
              + id
              + " has changed: version "
              + expected
              + " was expected, it is at "
              + found
              + ".";
      case NeedsConfirmation(var sentence, _, _) -> sentence;
      case Denied(var permission) -> "This needs the permission " + permission + ".";
      case Unauthenticated(var reason) -> reason;
      case OverLimit(var limit, var wait) ->
          "Over the limit of " + limit + "; try again in " + millis(wait) + " ms.";
      case TooLarge(var sentence) -> sentence;
      case Unavailable(var service, var wait, var why) ->
          service
              + " does not answer; try again in "
              + millis(wait)
              + " ms."
              + (why.isEmpty() ? "" : " " + why);
      case NotNow(var sentence, _) -> sentence;
      case Told told -> told.detail().getMessage();
    };
  }

  /// How the problem travels between services.
  default Status.Code grpcCode() {
    return switch (this) {
      case NotFound _ -> Status.Code.NOT_FOUND;
      case Invalid _, TooLarge _ -> Status.Code.INVALID_ARGUMENT;
      case AlreadyExists _ -> Status.Code.ALREADY_EXISTS;
      case WrongState _, NeedsConfirmation _ -> Status.Code.FAILED_PRECONDITION;
      case Stale _ -> Status.Code.ABORTED;
      case Denied _ -> Status.Code.PERMISSION_DENIED;
      case Unauthenticated _ -> Status.Code.UNAUTHENTICATED;
      case OverLimit _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Unavailable _, NotNow _ -> Status.Code.UNAVAILABLE;
      case Told told -> told.status();
    };
  }

  /// The wire form; at most [#VIOLATIONS_MAX] violations.
  default ProblemDetail toPb() {
    if (this instanceof Told told) return told.detail();
    var pb = ProblemDetail.newBuilder().setCode(code()).setMessage(message());
    switch (this) {
      case NotFound(var kind, var id, var near, var next) -> {
        pb.putFacts("kind", kind).putFacts("id", id);
        if (!near.isEmpty()) pb.putFacts("didYouMean", near);
        next.forEach(call -> pb.addNext(call.toPb()));
      }
      case Invalid(var violations, var next) -> {
        violations.stream().limit(VIOLATIONS_MAX).forEach(v -> pb.addViolations(toPb(v)));
        next.forEach(call -> pb.addNext(call.toPb()));
      }
      case AlreadyExists(var kind, var id) -> pb.putFacts("kind", kind).putFacts("id", id);
      case WrongState(var kind, var id, var state, var needed, var next) -> {
        pb.putFacts("kind", kind).putFacts("id", id);
        pb.putFacts("state", state).putFacts("needed", needed);
        next.forEach(call -> pb.addNext(call.toPb()));
      }
      case Stale(var kind, var id, var expected, var found) -> {
        pb.putFacts("kind", kind).putFacts("id", id);
        pb.putFacts("expectedVersion", "" + expected).putFacts("foundVersion", "" + found);
      }
      case NeedsConfirmation(_, var impact, var next) -> {
        pb.putAllFacts(impact);
        next.forEach(call -> pb.addNext(call.toPb()));
      }
      case Denied(var permission) -> pb.putFacts("permission", permission);
      case OverLimit(_, var wait) -> pb.setRetryAfterMs(millis(wait));
      case Unavailable(var service, var wait, _) ->
          pb.putFacts("service", service).setRetryAfterMs(millis(wait));
      case NotNow(_, var wait) -> pb.setRetryAfterMs(millis(wait));
      case Unauthenticated _, TooLarge _, Told _ -> {}
    }
    return pb.build();
  }

  /// Rounded up: who waits less than that is refused again, and 0 says that waiting does not help.
  private static long millis(Duration wait) {
    return Math.ceilDiv(wait.toNanos(), 1_000_000);
  }

  private static io.cardloom.proto.common.v1.Violation toPb(Violation violation) {
    return io.cardloom.proto.common.v1.Violation.newBuilder()
        .setPath(violation.path())
        .setRule(violation.rule())
        .setMessage(violation.message())
        .setGot(violation.got())
        .addAllAllowed(violation.allowed())
        .setDidYouMean(violation.didYouMean())
        .build();
  }
}
