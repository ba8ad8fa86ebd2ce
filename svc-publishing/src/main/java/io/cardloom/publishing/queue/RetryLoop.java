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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Tries queue items again when their time has come, those of a workspace in the order they were
/// enqueued, and forgets completed ones after a while. Any number of instances share the work.
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
    return db.acrossTenants(tx -> retry(tx, now));
  }

  /// Every workspace has an equal share of the batch, in order of workspaces, so that two
  /// transactions lock rows in the same order.
  private int retry(Tx tx, Instant now) throws Exception {
    var due = new TreeMap<String, List<CollectionId>>();
    for (CollectionId endpoint : queue.dueEndpoints(tx, now)) {
      due.computeIfAbsent(endpoint.tenant(), _ -> new ArrayList<>()).add(endpoint);
    }
    int done = 0;
    for (var ofTenant : due.entrySet()) {
      tx.actFor(ofTenant.getKey());
      done += retry(tx, ofTenant.getValue(), now, Math.max(1, BATCH_MAX / due.size()));
    }
    return done;
  }

  private int retry(Tx tx, List<CollectionId> due, Instant now, int itemsMax) throws Exception {
    List<Endpoint> live = endpoints.live(tx, due);
    var keys = live.stream().map(Endpoint::collection).toList();
    List<QueueItem> items = queue.take(tx, keys, now, itemsMax);
    indexing.run(tx, live, items, Indexing.Source.RETRY);
    return items.size();
  }

  private int prune() {
    Instant now = clock.instant();
    if (now.isBefore(pruneAt)) return 0;
    long forgotten = db.acrossTenants(tx -> queue.prune(tx, now.minus(keepCompleted)));
    if (forgotten == 0) pruneAt = now.plus(PRUNE_EVERY);
    return (int) forgotten;
  }
}
