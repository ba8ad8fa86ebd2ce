package io.cardloom.index;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Collections whose inverted index is not made yet, or holds what was written last in a list.
///
/// Loading is faster without it, and searches of what is loaded look at every document meanwhile,
/// two milliseconds for a thousand. Later writes are faster for the list: PostgreSQL merges it when
/// it reaches 4 MB, and until then every search with a filter reads it from end to end, some
/// milliseconds. So it is made, then merged, as soon as writing pauses. Lost with the process:
/// later writes, three searches or vacuum make up for it.
final class Unmerged {
  /// Documents that are worth it; a search reads fewer within tenths of a millisecond.
  static final int DOCUMENTS_MIN = 100;

  /// Documents that are not waited with for a pause: no writer waits for longer than making the
  /// index of so many takes, some three seconds.
  static final int DOCUMENTS_MAX = 100_000;

  /// Long enough that what was imported has become cards and rows: making the index of the entries
  /// would have the processors that these need.
  private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int REMEMBERED_MAX = 1_000;

  private record Written(long documents, long lastNanos) {}

  private final Map<CollectionId, Written> written = new ConcurrentHashMap<>();

  void wrote(CollectionId collection, int documents) {
    if (documents == 0) return;
    if (written.size() >= REMEMBERED_MAX) written.clear();
    long now = System.nanoTime();
    written.merge(
        collection,
        new Written(documents, now),
        (before, _) -> new Written(before.documents + documents, now));
  }

  /// One that nothing was written to for five seconds, or too much, or null. It is given once.
  @Nullable CollectionId next() {
    long now = System.nanoTime();
    for (var one : written.entrySet()) {
      Written last = one.getValue();
      boolean paused = now - last.lastNanos >= PAUSE_NANOS;
      if (last.documents >= (paused ? DOCUMENTS_MIN : DOCUMENTS_MAX)
          && written.remove(one.getKey(), last)) {
        return one.getKey();
      }
    }
    return null;
  }
}
