package io.cardloom.index;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Orders that searches asked for and no tree holds. Lost with the process: the next searches ask
/// again.
final class WantedOrders {
  /// Searches until an order is worth a tree, which every later write pays for.
  static final int ASKED_MIN = 3;

  private static final int REMEMBERED_MAX = 1_000;
  private static final int DUE_MAX = 100;
  private static final int WAIT_MILLIS = 500;

  record Wanted(CollectionId collection, String property) {}

  private final Map<Wanted, Integer> asked = new ConcurrentHashMap<>();
  private final BlockingQueue<Wanted> due = new ArrayBlockingQueue<>(DUE_MAX);

  void asked(CollectionId collection, String property) {
    var wanted = new Wanted(collection, property);
    if (asked.size() >= REMEMBERED_MAX) asked.clear();
    // What finds the queue full is asked for again.
    if (asked.merge(wanted, 1, Integer::sum) == ASKED_MIN && !due.offer(wanted)) {
      asked.remove(wanted);
    }
  }

  /// The next one worth a tree, or null after a bounded wait.
  @Nullable Wanted next() throws InterruptedException {
    Wanted next = due.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    if (next != null) asked.remove(next);
    return next;
  }
}
