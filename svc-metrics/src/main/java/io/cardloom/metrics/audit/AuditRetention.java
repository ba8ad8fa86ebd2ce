package io.cardloom.metrics.audit;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.run.Loop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Forgets records that are older than they are kept, a bounded number at a time.
public final class AuditRetention implements Loop.Body {
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Db db;
  private final AuditStore records;
  private final Duration keep;
  private final Clock clock;
  private Instant lookAt = Instant.MIN;

  /// @param keep how long records are kept, at least 90 days: the table itself holds them so long
  public AuditRetention(Db db, AuditStore records, Duration keep, Clock clock) {
    this.db = db;
    this.records = records;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public int once() throws InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(lookAt)) {
      Thread.sleep(PAUSE);
      return 0;
    }
    long forgotten = db.acrossTenants(tx -> records.forget(tx, now.minus(keep)));
    if (forgotten == 0) lookAt = now.plus(LOOK_EVERY);
    return (int) forgotten;
  }
}
