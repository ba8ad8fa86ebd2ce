package io.cardloom.metrics.series;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.run.Loop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Forgets minutes and ids of samples when they are old enough, a bounded number at a time.
public final class RetentionLoop implements Loop.Body {
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Db db;
  private final SeriesStore series;
  private final Duration keep;
  private final Clock clock;
  private Instant lookAt = Instant.MIN;

  /// @param keep how long minutes are kept; longer than a sample may be late
  public RetentionLoop(Db db, SeriesStore series, Duration keep, Clock clock) {
    this.db = db;
    this.series = series;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public int once() throws InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(lookAt)) {
      Thread.sleep(PAUSE);
      return 0;
    }
    long forgotten = forget(now);
    if (forgotten == 0) lookAt = now.plus(LOOK_EVERY);
    return (int) forgotten;
  }

  long forget(Instant now) {
    return db.acrossTenants(
        tx -> series.forget(tx, now.minus(CountSamples.LATE_MAX), now.minus(keep)));
  }
}
