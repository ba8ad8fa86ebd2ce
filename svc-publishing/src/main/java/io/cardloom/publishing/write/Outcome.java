package io.cardloom.publishing.write;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.problem.Next;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import java.util.List;

/// The outcome of a write, as callers get it.
public final class Outcome {
  private Outcome() {}

  /// Stored, or only checked when it was a dry run.
  public static WriteOutcome of(
      boolean dryRun, long version, Caller caller, List<String> warnings, List<Next> next) {
    return outcome(
        dryRun ? WriteStatus.WRITE_STATUS_VALIDATED : WriteStatus.WRITE_STATUS_APPLIED,
        version,
        caller,
        warnings,
        next);
  }

  /// It was so already.
  public static WriteOutcome unchanged(long version, Caller caller) {
    return outcome(WriteStatus.WRITE_STATUS_UNCHANGED, version, caller, List.of(), List.<Next>of());
  }

  private static WriteOutcome outcome(
      WriteStatus status, long version, Caller caller, List<String> warnings, List<Next> next) {
    return WriteOutcome.newBuilder()
        .setStatus(status)
        .setVersion(version)
        .setCorrelationId(caller.correlationId())
        .addAllWarnings(warnings)
        .addAllNext(next.stream().map(Next::toPb).toList())
        .build();
  }
}
