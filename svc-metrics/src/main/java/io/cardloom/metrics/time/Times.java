package io.cardloom.metrics.time;

import io.cardloom.kit.problem.Violation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/// Reads times of requests.
public final class Times {
  private Times() {}

  /// The time that `text` is, RFC 3339 with a zone; else a violation at `path` is added.
  public static Optional<Instant> read(String path, String text, List<Violation> violations) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException _) {
      violations.add(
          new Violation(
              path,
              "bad_timestamp",
              "A time is RFC 3339 with a zone.",
              text,
              List.of("2026-01-31T12:00:00Z"),
              ""));
      return Optional.empty();
    }
  }
}
