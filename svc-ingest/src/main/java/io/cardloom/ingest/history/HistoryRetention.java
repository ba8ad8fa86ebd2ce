package io.cardloom.ingest.history;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.run.Loop;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Forgets history that is older than it is to be kept, a bounded batch at a time.
public final class HistoryRetention implements Loop.Body {
  /// Rows of one transaction: short enough that nothing waits for it.
  private static final int ROWS_MAX = 5_000;

  /// How often there is a look when nothing is left to forget.
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

  /// Longest single wait, so that the loop can end.
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Db db;
  private final HistoryStore history;
  private final Duration kept;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long nextLookNanos = System.nanoTime();

  /// @param kept how long history stays
  public HistoryRetention(Db db, HistoryStore history, Duration kept, Clock clock) {
    this.db = db;
    this.history = history;
    this.kept = kept;
    this.clock = clock;
  }

  @Override
  public int once() throws InterruptedException {
    long wait = nextLookNanos - System.nanoTime();
    if (wait > 0) {
      var _ = closed.await(Math.min(wait, STEP.toNanos()), NANOSECONDS);
      return 0;
    }
    long gone = db.inTx(tx -> history.forget(tx, clock.instant().minus(kept), ROWS_MAX));
    if (gone < ROWS_MAX) nextLookNanos = System.nanoTime() + LOOK_EVERY.toNanos();
    return (int) gone;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
