package io.cardloom.ingest.retention;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Loop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Removes rows that are past their time, a bounded batch at a time.
public final class Retention implements Loop.Body {
  /// Rows of one transaction: short enough that nothing waits for it.
  private static final int ROWS_MAX = 5_000;

  /// How often there is a look when nothing is left to forget.
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

  /// Longest single wait, so that the loop can end.
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Db db;
  private final Forgetting rows;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long nextLookNanos = System.nanoTime();

  /// Removes rows past their time, of all workspaces, at most `limit`. Returns how many.
  @FunctionalInterface
  public interface Forgetting {
    long forget(Tx tx, int limit);
  }

  public Retention(Db db, Forgetting rows) {
    this.db = db;
    this.rows = rows;
  }

  @Override
  public int once() throws InterruptedException {
    long wait = nextLookNanos - System.nanoTime();
    if (wait > 0) {
      var _ = closed.await(Math.min(wait, STEP.toNanos()), NANOSECONDS);
      return 0;
    }
    long gone = db.acrossTenants(tx -> rows.forget(tx, ROWS_MAX));
    if (gone < ROWS_MAX) nextLookNanos = System.nanoTime() + LOOK_EVERY.toNanos();
    return (int) gone;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
