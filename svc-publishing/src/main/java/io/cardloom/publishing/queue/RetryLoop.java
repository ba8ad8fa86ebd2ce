package io.cardloom.publishing.queue;

import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Loop;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Tries queue items again when their time has come, in the order they were enqueued, and forgets
/// completed ones after a while. Any number of instances share the work.
public final class RetryLoop implements Loop.Body {
  /// Most items of one transaction.
  private static final int BATCH_MAX = 1_000;

  /// How long to wait when nothing is due; the first pause of an item is a second.
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final Duration PRUNE_EVERY = Duration.ofMinutes(1);

  private final Db db;
  private final EndpointStore endpoints;
  private final QueueStore queue;
  private final Indexing indexing;
  private final Duration keepCompleted;
  private final Clock clock;
  private Instant pruneAt = Instant.MIN;

  /// @param keepCompleted how long a completed item tells when its row became visible
  public RetryLoop(
      Db db,
      EndpointStore endpoints,
      QueueStore queue,
      Indexing indexing,
      Duration keepCompleted,
      Clock clock) {
    this.db = db;
    this.endpoints = endpoints;
    this.queue = queue;
    this.indexing = indexing;
    this.keepCompleted = keepCompleted;
    this.clock = clock;
  }

  @Override
  public int once() throws InterruptedException {
    int done = retry() + prune();
    if (done == 0) Thread.sleep(LOOK_EVERY);
    return done;
  }

  /// One batch. Returns how many items were tried.
  int retry() {
    Instant now = clock.instant();
    return db.inTx(tx -> retry(tx, now));
  }

  private int retry(Tx tx, Instant now) throws Exception {
    List<CollectionId> due = queue.dueEndpoints(tx, now);
    if (due.isEmpty()) return 0;
    List<Endpoint> live = endpoints.live(tx, due);
    var keys = live.stream().map(Endpoint::collection).toList();
    List<QueueItem> items = queue.take(tx, keys, now, BATCH_MAX);
    indexing.run(tx, live, items, Indexing.Source.RETRY);
    return items.size();
  }

  private int prune() {
    Instant now = clock.instant();
    if (now.isBefore(pruneAt)) return 0;
    long forgotten = db.inTx(tx -> queue.prune(tx, now.minus(keepCompleted)));
    if (forgotten == 0) pruneAt = now.plus(PRUNE_EVERY);
    return (int) forgotten;
  }
}
