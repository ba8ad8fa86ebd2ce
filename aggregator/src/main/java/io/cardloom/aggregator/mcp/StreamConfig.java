package io.cardloom.aggregator.mcp;

import io.cardloom.kit.run.Settings;
import java.time.Duration;

/// When an answer becomes a stream, and how one is kept alive; keys `stream.*`.
///
/// @param after how long an answer may take before it becomes a stream, `stream.after`
/// @param heartbeat longest silence on a stream, at most 15 s, `stream.heartbeat`
/// @param life longest life of a listening stream, `stream.life`: it then ends in order, and the
///   client asks again
/// @param perCaller most streams one caller may have at a time, `stream.per-caller`
public record StreamConfig(Duration after, Duration heartbeat, Duration life, int perCaller) {
  private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(15);

  public static final StreamConfig USUAL =
      new StreamConfig(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofHours(1), 16);

  public StreamConfig {
    require(!after.isNegative(), "stream.after must not be negative");
    require(heartbeat.isPositive(), "stream.heartbeat must be more than nothing");
    require(heartbeat.compareTo(HEARTBEAT_MAX) <= 0, "stream.heartbeat must be at most PT15S");
    require(life.isPositive(), "stream.life must be more than nothing");
    require(perCaller >= 1, "stream.per-caller must be at least 1");
  }

  public static StreamConfig from(Settings settings) {
    return new StreamConfig(
        settings.duration("stream.after", USUAL.after),
        settings.duration("stream.heartbeat", USUAL.heartbeat),
        settings.duration("stream.life", USUAL.life),
        settings.number("stream.per-caller", USUAL.perCaller));
  }

  private static void require(boolean good, String sentence) {
    if (!good) throw new IllegalArgumentException("setting " + sentence);
  }
}
