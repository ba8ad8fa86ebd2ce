package io.cardloom.local.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waiting for what a stack shows from outside.
public final class Wait {
  private Wait() {}

  /// Returns once `there` says so, asked every `pauseMs`; 0 asks without a pause. Throws
  /// `IllegalStateException` that names `what` after the longest time.
  public static void until(String what, Duration longest, int pauseMs, BooleanSupplier there) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + " does not show everything after " + longest.toSeconds() + " s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pauseMs);
      } catch (InterruptedException failure) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", failure);
      }
    }
  }
}
