package io.cardloom.kit.key;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.run.Loop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When keys were last used: noted in memory, written for all keys at once every ten seconds and at
/// the end. Only keys that are good are noted, so what callers invent costs nothing.
public final class KeyUses implements Loop.Body {
  private static final Logger log = LoggerFactory.getLogger(KeyUses.class);
  private static final Duration WRITE_EVERY = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofSeconds(1);

  /// Most keys noted between two writes; what is beyond is not known to have been used.
  private static final int NOTED_MAX = 50_000;

  private final Db db;
  private final ApplicationStore store;
  private final Map<Key, Instant> noted = new HashMap<>();
  private long nextWriteNanos = System.nanoTime() + WRITE_EVERY.toNanos();

  private record Key(String tenant, String id) {}

  /// A key, and when it was used last.
  record Use(String tenant, String keyId, Instant at) {}

  KeyUses(Db db, ApplicationStore store) {
    this.db = db;
    this.store = store;
  }

  /// A key was used. Safe for several threads.
  void used(String tenant, String keyId, Instant at) {
    synchronized (noted) {
      if (noted.size() < NOTED_MAX || noted.containsKey(new Key(tenant, keyId))) {
        noted.put(new Key(tenant, keyId), at);
      }
    }
  }

  @Override
  public int once() throws InterruptedException {
    Thread.sleep(STEP);
    if (System.nanoTime() - nextWriteNanos < 0) return 0;
    nextWriteNanos = System.nanoTime() + WRITE_EVERY.toNanos();
    return write();
  }

  /// Returns how many keys were used since the last time.
  int write() {
    List<Use> uses = new ArrayList<>();
    synchronized (noted) {
      noted.forEach((key, at) -> uses.add(new Use(key.tenant(), key.id(), at)));
      noted.clear();
    }
    if (uses.isEmpty()) return 0;
    // Instances lock rows in one order.
    uses.sort(Comparator.comparing(Use::tenant).thenComparing(Use::keyId));
    db.acrossTenants(tx -> {
      store.used(tx, uses);
      return true;
    });
    return uses.size();
  }

  @Override
  public void close() {
    try {
      write();
    } catch (RuntimeException failure) {
      log.warn("when keys were last used is not written: {}", failure.getMessage());
    }
  }
}
