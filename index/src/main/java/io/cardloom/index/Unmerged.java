package io.cardloom.index;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Collections whose inverted index holds what was written last in a list.
///
/// Writes are faster for it: PostgreSQL merges the list when it reaches 4 MB. Until then every
/// search with a filter reads it from end to end, some milliseconds. So it is merged as soon as
/// writing pauses. Lost with the process: later writes, or vacuum, merge it then.
final class Unmerged {
  /// Documents that are worth it; a search reads fewer within a tenth of a millisecond.
  static final int DOCUMENTS_MIN = 100;

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
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

  /// One that nothing was written to for a second, or null. It is given once.
  @Nullable CollectionId next() {
    long now = System.nanoTime();
    for (var one : written.entrySet()) {
      Written last = one.getValue();
      if (last.documents >= DOCUMENTS_MIN
          && now - last.lastNanos >= PAUSE_NANOS
          && written.remove(one.getKey(), last)) {
        return one.getKey();
      }
    }
    return null;
  }
}
