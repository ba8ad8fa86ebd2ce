package io.cardloom.aggregator.call;

import io.cardloom.aggregator.catalogue.Tool;
import io.cardloom.kit.run.Settings;
import java.time.Duration;

/// How long a service may take, keys `deadline.*`.
///
/// @param read for a tool that changes nothing
/// @param write for every other one
/// @param part for one service's part of an answer that several give
public record Deadlines(Duration read, Duration write, Duration part) {
  public Deadlines {
    positive("deadline.read", read);
    positive("deadline.write", write);
    positive("deadline.part", part);
  }

  public static Deadlines from(Settings settings) {
    return new Deadlines(
        settings.duration("deadline.read", Duration.ofSeconds(30)),
        settings.duration("deadline.write", Duration.ofSeconds(120)),
        settings.duration("deadline.part", Duration.ofSeconds(10)));
  }

  Duration of(Tool tool) {
    return tool.readOnly() ? read : write;
  }

  private static void positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "setting " + key + " must be more than nothing, it is " + value);
    }
  }
}
