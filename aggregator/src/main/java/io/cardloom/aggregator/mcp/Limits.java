package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.identity.Principal;
import io.cardloom.kit.limit.Buckets;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/// What one caller may take of the transport: requests a second and streams at a time. How many
/// calls of which tools is the tools' own matter.
public final class Limits {
  private record Subject(String workspace, String subject) {
    static Subject of(Principal principal) {
      return new Subject(principal.workspace(), principal.subject());
    }
  }

  private final StreamConfig streams;
  private final Buckets<Subject> requests;
  private final ConcurrentHashMap<Subject, Integer> open = new ConcurrentHashMap<>();

  public Limits(StreamConfig streams, Buckets.Rate requests) {
    this.streams = streams;
    this.requests = new Buckets<>(requests);
  }

  StreamConfig streams() {
    return streams;
  }

  /// Nothing where the request may go on, else how long to wait.
  Duration request(Principal principal) {
    return requests.take(Subject.of(principal));
  }

  /// Whether one more stream may be opened; [#closesStream] gives it back.
  boolean opensStream(Principal principal) {
    int held =
        open.compute(
            Subject.of(principal),
            (_, count) -> count == null ? 1 : count > streams.perCaller() ? count : count + 1);
    if (held <= streams.perCaller()) return true;
    closesStream(principal);
    return false;
  }

  void closesStream(Principal principal) {
    open.computeIfPresent(Subject.of(principal), (_, count) -> count <= 1 ? null : count - 1);
  }
}
