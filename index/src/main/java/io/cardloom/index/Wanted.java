package io.cardloom.index;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Indexes that searches asked for and are not there. Lost with the process: the next searches ask
/// again.
final class Wanted {
  /// Searches until an index is worth what every later write pays for it.
  static final int ASKED_MIN = 3;

  private static final int REMEMBERED_MAX = 1_000;
  private static final int DUE_MAX = 100;
  private static final int WAIT_MILLIS = 500;

  /// @param order the property whose order a tree shall hold; null for the inverted index
  record Index(CollectionId collection, @Nullable String order) {}

  private final Map<Index, Integer> asked = new ConcurrentHashMap<>();
  private final BlockingQueue<Index> due = new ArrayBlockingQueue<>(DUE_MAX);

  void asked(Index wanted) {
    if (asked.size() >= REMEMBERED_MAX) asked.clear();
    // What finds the queue full is asked for again.
    if (asked.merge(wanted, 1, Integer::sum) == ASKED_MIN && !due.offer(wanted)) {
      asked.remove(wanted);
    }
  }

  /// The next one worth it, or null after a bounded wait.
  @Nullable Index next() throws InterruptedException {
    Index next = due.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    if (next != null) asked.remove(next);
    return next;
  }
}
