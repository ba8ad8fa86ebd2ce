package io.cardloom.local.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/// What an import did so far. Safe for several threads.
public final class LoadReport {
  /// Bad rows kept with their reason; more are only counted.
  static final int BAD_KEPT_MAX = 100;

  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong created = new AtomicLong();
  private final AtomicLong updated = new AtomicLong();
  private final AtomicLong unchanged = new AtomicLong();
  private final AtomicLong badCount = new AtomicLong();
  private final List<BadRow> bad = new ArrayList<>();

  /// A row left out.
  public record BadRow(long line, String why) {}

  void seen() {
    seen.incrementAndGet();
  }

  void accepted(JsonNode answer) {
    created.addAndGet(answer.path("created").asLong(0));
    updated.addAndGet(answer.path("updated").asLong(0));
    unchanged.addAndGet(answer.path("unchanged").asLong(0));
  }

  synchronized void bad(long line, String why) {
    badCount.incrementAndGet();
    if (bad.size() < BAD_KEPT_MAX) {
      bad.add(new BadRow(line, why));
    }
  }

  public long rowsSeen() {
    return seen.get();
  }

  public long created() {
    return created.get();
  }

  public long updated() {
    return updated.get();
  }

  public long unchanged() {
    return unchanged.get();
  }

  /// Entries the service has taken, changed or not.
  public long accepted() {
    return created.get() + updated.get() + unchanged.get();
  }

  public long badCount() {
    return badCount.get();
  }

  /// The first bad rows by line.
  public synchronized List<BadRow> bad() {
    return bad.stream().sorted(Comparator.comparingLong(BadRow::line)).toList();
  }
}
