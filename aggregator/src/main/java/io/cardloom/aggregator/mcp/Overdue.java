package io.cardloom.aggregator.mcp;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tells those who have taken longer than they said, up to [#LOOK] late. It looks at all of them
/// now and then while there are any: a timer for each would wake a thread for every call, and
/// hardly any call takes that long.
final class Overdue {
  static final Duration LOOK = Duration.ofMillis(10);

  /// Somebody who is to be told.
  static final class Due {
    private final long at;
    private final Runnable told;

    private Due(long at, Runnable told) {
      this.at = at;
      this.told = told;
    }
  }

  private final Set<Due> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  /// @param told is called on a thread that others wait for
  Due after(Duration wait, Runnable told) {
    var due = new Due(System.nanoTime() + wait.toNanos(), told);
    waiting.add(due);
    look();
    return due;
  }

  /// Does not tell any more, unless it is doing so.
  void forget(Due due) {
    waiting.remove(due);
  }

  private void look() {
    if (!waiting.isEmpty() && !looking.get() && looking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("mcp-overdue").start(this::lookOn);
    }
  }

  private void lookOn() {
    try {
      while (!waiting.isEmpty()) {
        Thread.sleep(LOOK);
        long now = System.nanoTime();
        for (var due : waiting) {
          if (due.at - now <= 0 && waiting.remove(due)) due.told.run();
        }
      }
    } catch (InterruptedException nobody) {
      throw new IllegalStateException("nobody interrupts this thread", nobody);
    } finally {
      looking.set(false);
      look(); // for one that came in between
    }
  }
}
