package io.cardloom.local.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waiting for what a stack shows from outside.
public final class Wait {
  private Wait() {}

  /// Of the time that waiting takes, the share that asking may: counting a large endpoint is work.
  private static final int PAUSES_PER_ANSWER = 10;

  /// Returns once `there` says so, asked every `pauseMs`, and less often where the answer takes
  /// long; 0 asks without a pause. Throws `IllegalStateException` that names `what` after the
  /// longest time.
  public static void until(String what, Duration longest, int pauseMs, BooleanSupplier there) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      long asked = System.nanoTime();
      if (there.getAsBoolean()) return;
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + " does not show everything after " + longest.toSeconds() + " s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(
            pauseMs == 0 ? 0 : Math.max(pauseMs, PAUSES_PER_ANSWER * tookMs));
      } catch (InterruptedException failure) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", failure);
      }
    }
  }
}
