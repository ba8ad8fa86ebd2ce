package io.cardloom.kit.run;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that goes on in the background for the life of a service: a body is asked for its next step
/// again and again.
///
/// A failure ends the body; the next one is built after a pause that doubles from [#PAUSE_MIN] to
/// [#PAUSE_MAX], so it begins from what is committed.
public final class Loop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  /// Longest wait for a running step at the end; a step is one batch.
  private static final Duration END_WAIT = Duration.ofSeconds(15);

  private final String name;
  private final Callable<? extends Body> bodies;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private final LongAdder done = new LongAdder();
  private volatile double behind = Double.NaN;
  private volatile @Nullable String failure;

  /// The work of a loop. Every wait inside a step is bounded by about a second, so that the loop
  /// can end.
  public interface Body extends AutoCloseable {
    /// One step: a batch, or a bounded wait for one. Returns how much was done.
    int once() throws Exception;

    /// How much is left to do, as of the last step; NaN where it is not known. Asked by the thread
    /// of the loop.
    default double behind() {
      return Double.NaN;
    }

    @Override
    default void close() {}
  }

  private Loop(String name, Callable<? extends Body> bodies) {
    this.name = name;
    this.bodies = bodies;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /// Starts a loop; `bodies` builds its body, and the next one after a failure.
  public static Loop start(String name, Callable<? extends Body> bodies) {
    var loop = new Loop(name, bodies);
    loop.thread.start();
    return loop;
  }

  /// Why the last step failed; null while it goes well.
  public @Nullable String failure() {
    return failure;
  }

  public String name() {
    return name;
  }

  /// How much was done in all.
  long done() {
    return done.sum();
  }

  /// How much was left to do after the last step that went well; NaN where it is not known.
  double behind() {
    return behind;
  }

  private void run() {
    Duration pause = PAUSE_MIN;
    while (stopping.getCount() > 0) {
      try (Body body = bodies.call()) {
        while (stopping.getCount() > 0) {
          done.add(body.once());
          behind = body.behind();
          failure = null;
          pause = PAUSE_MIN;
        }
      } catch (
          Throwable problem) { // an Error too: a loop that is silently dead is the worst of all
        if (stopping.getCount() == 0) return;
        failure = String.valueOf(problem.getMessage());
        log.warn("{} failed, next try in {} ms: {}", name, pause.toMillis(), failure, problem);
        if (stoppedWithin(pause)) return;
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
      }
    }
  }

  private boolean stoppedWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  /// Lets the running step finish, then ends.
  @Override
  public void close() {
    stopping.countDown();
    try {
      if (!thread.join(END_WAIT)) {
        log.warn("{} did not end within {} s and is interrupted", name, END_WAIT.toSeconds());
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
