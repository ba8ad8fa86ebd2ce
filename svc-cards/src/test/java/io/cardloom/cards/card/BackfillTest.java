package io.cardloom.cards.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.events.v1.EntryChanged;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a backfill and the changes that come meanwhile make together.
@FreshSchema({"db/kit", "db/index", "db/cards"})
final class BackfillTest {
  private static final Clock CLOCK = Clock.systemUTC();

  /// The event is handled by a consumer that cannot see the definition yet; the activation commits
  /// before that consumer does. The backfill brings the entry.
  @Test
  void anEventHandledJustBeforeTheActivationIsNotLost(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a"), "a.x");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer()) {
      EntryChanged event = ingest.put(box.entry("a", "k", 1, "{\"x\":\"1\"}"));
      db.useTx(
          "acme",
          tx -> {
            assertThat(box.build.run(tx, Lane.PROMPT, List.of(EntryChange.of(event)))).isEmpty();
            CompletableFuture.runAsync(() -> box.activate("d", peer, CLOCK)).get();
          });
      assertThat(box.cards("d")).isEmpty();
      box.walkUntilActive("d", peer, CLOCK, 10);
    }
    assertThat(box.state("d")).isEqualTo("ACTIVE");
    assertThat(box.versioned("d")).isEqualTo(Map.of("k", "1 {\"a_x\":\"1\"}"));
    assertThat(box.indexed("d")).isEqualTo(box.versioned("d"));
  }

  /// The page was read before the entry was deleted, and arrives after the delete was handled.
  @Test
  void aPageDoesNotBringBackWhatWasDeletedMeanwhile(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a"), "a.x");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer()) {
      ingest.put(box.entry("a", "gone", 1, "{\"x\":\"1\"}"));
      ingest.put(box.entry("a", "newer", 1, "{\"x\":\"1\"}"));
      box.activate("d", peer, CLOCK);
      ingest.afterRead(() ->
          box.handle(
              ingest.put(box.entry("a", "gone", 2, "")),
              ingest.put(box.entry("a", "newer", 2, "{\"x\":\"2\"}"))));
      box.walkUntilActive("d", peer, CLOCK, 10);
    }
    assertThat(box.versioned("d")).isEqualTo(Map.of("newer", "1 {\"a_x\":\"2\"}"));
    assertThat(box.told()).hasSize(1);
  }

  @Test
  void anInterruptedWalkGoesOnWhereItWas(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a"), "a.x");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer()) {
      for (int i = 1; i <= 5; i++) ingest.put(box.entry("a", "k" + i, 1, "{\"x\":\"1\"}"));
      box.activate("d", peer, CLOCK);
      try (var first = box.backfill(peer, CLOCK, 2)) {
        await().atMost(Duration.ofSeconds(90)).until(() -> first.once() == 1);
      }
      assertThat(box.cards("d")).hasSize(2);
      ingest.scannedAfter.clear();
      assertThat(box.state("d")).isEqualTo("UPDATING");
      box.walkUntilActive("d", peer, CLOCK, 2);
      assertThat(ingest.scannedAfter).containsOnly("k2", "k4");
    }
    assertThat(box.cards("d")).hasSize(5);
    assertThat(box.state("d")).isEqualTo("ACTIVE");
    assertThat(box.told()).hasSize(5);
  }

  @Test
  void oneInstanceWalksAtATime(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a"), "a.x");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer();
        var other = box.backfill(peer, CLOCK, 10)) {
      ingest.put(box.entry("a", "k", 1, "{\"x\":\"1\"}"));
      box.activate("d", peer, CLOCK);
      var second = new CompletableFuture<Integer>();
      ingest.afterRead(() -> {
        try {
          second.complete(other.once());
        } catch (java.sql.SQLException failure) {
          second.completeExceptionally(failure);
        }
      });
      box.walkUntilActive("d", peer, CLOCK, 10);
      assertThat(second).isCompletedWithValue(0);
    }
    assertThat(box.cards("d")).hasSize(1);
  }

  @Test
  void itWaitsWhileTheSourcesServiceIsAwayAndSaysWhy(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a"), "a.x");
    var ingest = CardBox.ingest();
    ingest.put(box.entry("a", "k", 1, "{\"x\":\"1\"}"));
    try (var peer = ingest.peer()) {
      box.activate("d", peer, CLOCK);
      ingest.close();
      try (var backfill = box.backfill(peer, CLOCK, 10)) {
        assertThat(backfill.once()).isZero();
      }
    }
    assertThat(box.state("d")).isEqualTo("UPDATING");
    var id = new DefinitionId(CardBox.TENANT, "d");
    assertThat(db.<String>inTx("acme", tx -> box.backfills.failure(tx, id, "a")))
        .contains("svc-ingest");

    try (var back = CardBox.ingest();
        var peer = back.peer()) {
      back.put(box.entry("a", "k", 1, "{\"x\":\"1\"}"));
      box.walkUntilActive("d", peer, CLOCK, 10);
    }
    assertThat(box.state("d")).isEqualTo("ACTIVE");
    assertThat(box.cards("d")).hasSize(1);
  }

  @Test
  void aDefinitionWithoutEntriesIsActiveAtOnce(Db db) throws Exception {
    var box = new CardBox(db);
    box.draft("d", List.of("a", "b"), "a.x", "b.x");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer()) {
      box.activate("d", peer, CLOCK);
      box.walkUntilActive("d", peer, CLOCK, 10);
    }
    assertThat(box.state("d")).isEqualTo("ACTIVE");
  }
}
