package io.cardloom.cards.card;

import static io.cardloom.cards.card.CardBox.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.events.v1.EntryChanged;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever the order in which entries change, events are polled (again, late, with other batches)
/// and pages are walked: in the end the cards, the index and the events told are what the entries
/// imply.
@FreshSchema({"db/kit", "db/index", "db/cards"})
final class MergeModelTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final List<String> SOURCES = List.of("a", "b");
  private static final int KEYS = 4;
  private static final int STEPS = 120;

  /// A run of one seed: what svc-ingest holds, what was polled, and what must come of it.
  private static final class Run {
    final Random random;
    final CardBox box;
    final FakeIngest ingest;
    final List<EntryChanged> history = new ArrayList<>();
    final Map<String, EntryChanged> entries = new TreeMap<>();
    int polled;

    Run(long seed, CardBox box, FakeIngest ingest) {
      this.random = new Random(seed);
      this.box = box;
      this.ingest = ingest;
    }

    /// Someone changes or deletes an entry.
    void change() {
      String source = SOURCES.get(random.nextInt(SOURCES.size()));
      String key = "k" + random.nextInt(KEYS);
      EntryChanged before = entries.get(source + "/" + key);
      long version = before == null ? 1 : before.getVersion() + 1;
      boolean delete = before != null && !before.getDeleted() && random.nextInt(4) == 0;
      var body = new ArrayList<String>();
      for (String property : List.of("x", "y", "z")) {
        if (random.nextBoolean()) body.add("\"" + property + "\":\"" + random.nextInt(3) + "\"");
      }
      var event = box.entry(source, key, version, delete ? "" : "{" + String.join(",", body) + "}");
      entries.put(source + "/" + key, event);
      history.add(ingest.put(event));
    }

    /// The next events are polled, now and then again from a few before, or with any that was
    /// polled long ago.
    void poll() {
      int from = Math.max(0, polled - random.nextInt(3));
      int to = Math.min(history.size(), polled + 1 + random.nextInt(6));
      var batch = new ArrayList<>(history.subList(from, to));
      if (polled > 0 && random.nextInt(3) == 0) {
        batch.add(random.nextInt(batch.size() + 1), history.get(random.nextInt(polled)));
      }
      polled = to;
      box.handle(batch);
    }

    /// Everything comes once more, the oldest states last as likely as the newest.
    void pollAllAgainInAnyOrder() {
      var again = new ArrayList<>(history);
      Collections.shuffle(again, random);
      for (int from = 0; from < again.size(); from += 5) {
        box.handle(again.subList(from, Math.min(from + 5, again.size())));
      }
    }

    /// What the card of `key` must be, or empty when there must be none.
    String expected(String key, List<String> sources, List<String> properties) {
      var values = new TreeMap<String, String>();
      boolean exists = false;
      for (String source : sources) {
        EntryChanged entry = entries.get(source + "/" + key);
        if (entry == null || entry.getDeleted()) continue;
        exists = true;
        for (String pair : entry.getBody().toStringUtf8().replaceAll("[{}]", "").split(",")) {
          if (pair.isEmpty()) continue;
          String property = pair.substring(1, 2);
          if (properties.contains(source + "." + property)) {
            values.put(source + "_" + property, pair.substring(4));
          }
        }
      }
      if (!exists) return "";
      var body = new ArrayList<String>();
      values.forEach((identifier, json) -> body.add("\"" + identifier + "\":" + json));
      return "{" + String.join(",", body) + "}";
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyInterleavingEndsInWhatTheEntriesImply(long seed, Db db) throws Exception {
    var box = new CardBox(db);
    var merged = List.of("a.x", "a.y", "b.x"); // z is mapped nowhere
    var single = List.of("b.y");
    box.draft("merged", SOURCES, "a.x", "a.y", "b.x");
    box.draft("single", List.of("b"), "b.y");
    try (var ingest = CardBox.ingest();
        var peer = ingest.peer();
        var backfill = box.backfill(peer, CLOCK, 2)) {
      var run = new Run(seed, box, ingest);
      var waiting = new ArrayList<>(List.of("merged", "single"));
      int walking = 0;
      for (int step = 0; step < STEPS; step++) {
        switch (run.random.nextInt(10)) {
          case 0, 1, 2, 3, 4 -> run.change();
          case 5, 6, 7 -> run.poll();
          case 8 -> {
            if (!waiting.isEmpty() && run.random.nextInt(4) == 0) {
              box.activate(waiting.removeFirst(), peer, CLOCK);
              walking += 4;
            }
          }
          default -> {
            if (walking-- > 0) backfill.once();
          }
        }
      }
      for (String id : waiting) box.activate(id, peer, CLOCK);
      while (run.polled < run.history.size()) run.poll();
      box.walkUntilActive("merged", backfill);
      box.walkUntilActive("single", backfill);
      run.pollAllAgainInAnyOrder();

      check(run, "merged", SOURCES, merged);
      check(run, "single", List.of("b"), single);
    }
  }

  private static void check(
      Run run, String definition, List<String> sources, List<String> properties) {
    var expected = new TreeMap<String, String>();
    for (int key = 0; key < KEYS; key++) {
      String body = run.expected("k" + key, sources, properties);
      if (!body.isEmpty()) expected.put("k" + key, body);
    }
    assertThat(run.box.cards(definition)).isEqualTo(expected);
    assertThat(run.box.indexed(definition)).isEqualTo(run.box.versioned(definition));

    var last = new HashMap<String, CardChanged>();
    for (CardChanged event : run.box.told()) {
      if (!event.getCardDefinitionId().equals(definition)) continue;
      CardChanged before = last.put(event.getCardId(), event);
      assertThat(event.getTenant()).isEqualTo(TENANT);
      assertThat(event.getVersion()).isEqualTo(before == null ? 1 : before.getVersion() + 1);
      if (before != null) {
        assertThat(event.getDeleted() + event.getBody().toStringUtf8())
            .as("an event tells a change")
            .isNotEqualTo(before.getDeleted() + before.getBody().toStringUtf8());
      }
    }
    var told = new TreeMap<String, String>();
    last.forEach((key, event) -> {
      if (!event.getDeleted())
        told.put(key, event.getVersion() + " " + event.getBody().toStringUtf8());
    });
    assertThat(told).isEqualTo(run.box.versioned(definition));
  }
}
