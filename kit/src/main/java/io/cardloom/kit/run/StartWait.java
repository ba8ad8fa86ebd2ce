package io.cardloom.kit.run;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits at a start for what a service cannot begin without, so that the order of starts does not
/// matter: it says what is waited for, and gives up after a while, so that whoever watches the
/// process starts it again.
public final class StartWait {
  private static final Logger log = LoggerFactory.getLogger(StartWait.class);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration SAID_EVERY = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Duration longest;

  StartWait(Duration longest) {
    this.longest = longest;
  }

  /// Tries until `attempt` returns, for a minute at most.
  ///
  /// @param what such as `Kafka at kafka:9092`
  /// @throws IllegalStateException that says what did not answer, and why, when the time is over
  public static <T> T until(String what, Callable<T> attempt) {
    return new StartWait(LONGEST).tried(what, attempt);
  }

  <T> T tried(String what, Callable<T> attempt) {
    long began = System.nanoTime();
    long said = 0;
    while (true) {
      try {
        return attempt.call();
      } catch (InterruptedException interrupted) {
        throw stopped(what, interrupted);
      } catch (Exception failure) {
        long waited = System.nanoTime() - began;
        if (waited >= longest.toNanos()) {
          throw new IllegalStateException(
              "%s did not answer within %d s: %s"
                  .formatted(what, longest.toSeconds(), reason(failure)),
              failure);
        }
        if (said == 0 || waited - said >= SAID_EVERY.toNanos()) {
          said = Math.max(1, waited);
          log.info("waiting for {}: {}", what, reason(failure));
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      } catch (InterruptedException interrupted) {
        throw stopped(what, interrupted);
      }
    }
  }

  private static IllegalStateException stopped(String what, InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for " + what, interrupted);
  }

  /// The words at the bottom: those above them only say that something failed.
  private static String reason(Throwable failure) {
    Throwable bottom = failure;
    while (bottom.getCause() != null && bottom.getCause() != bottom) bottom = bottom.getCause();
    return bottom.getMessage() == null
        ? bottom.toString()
        : bottom.getClass().getSimpleName() + ": " + bottom.getMessage();
  }
}
