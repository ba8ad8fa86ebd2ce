package io.cardloom.publishing.queue;

import io.cardloom.index.Document;

/// How a try at an item ended.
public sealed interface Settled {
  /// Most tries of an item before it is given up: with the pauses between them about four minutes.
  int ATTEMPTS_MAX = 8;

  QueueItem item();

  /// The row is as the card says.
  ///
  /// @param row what the card makes of it; deleted when the card is, or does not match the
  ///   endpoint's conditions
  /// @param written whether this try changed the index; not when the row had the version already
  record Completed(QueueItem item, Document row, boolean written) implements Settled {
    /// Whether consumers see a row.
    boolean shown() {
      return !row.deleted();
    }
  }

  /// The try failed; another follows unless it was the last.
  ///
  /// @param error one sentence
  record Failed(QueueItem item, String error) implements Settled {
    private static final int ERROR_CHARS_MAX = 500;
    private static final long PAUSE_FIRST_MS = 1_000;
    private static final long PAUSE_MAX_MS = 60_000;

    public Failed {
      error = error.length() <= ERROR_CHARS_MAX ? error : error.substring(0, ERROR_CHARS_MAX) + "…";
    }

    int attempts() {
      return item.attempts() + 1;
    }

    boolean last() {
      return attempts() >= ATTEMPTS_MAX;
    }

    /// Milliseconds until the next try; doubles with each.
    long pauseMs() {
      return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << item.attempts());
    }
  }
}
