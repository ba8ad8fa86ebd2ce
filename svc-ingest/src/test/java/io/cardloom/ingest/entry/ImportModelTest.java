package io.cardloom.ingest.entry;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Random batches against a plain model: what is stored, counted and told is what a map would hold.
@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ImportModelTest {
  private static final int KEYS = 12;

  /// The model: key to `property.language` to JSON.
  private final Map<String, Map<String, String>> live = new TreeMap<>();

  private final Map<String, Long> versions = new HashMap<>();

  private static EntryInput random(Random random, String key) {
    if (random.nextInt(5) == 0) return gone(key);
    var values = new ArrayList<String>();
    if (random.nextBoolean()) values.add("\"stock\":" + number(random));
    if (random.nextBoolean()) values.add("\"Name\":" + text(random));
    if (random.nextBoolean()) {
      values.add("\"label\":{\"en\":" + text(random) + ",\"sv\":" + text(random) + "}");
    } else if (random.nextInt(4) == 0) {
      values.add("\"label\":null");
    }
    return entry(key, "{" + String.join(",", values) + "}");
  }

  private static String number(Random random) {
    return random.nextInt(3) == 0 ? "null" : "" + random.nextInt(3);
  }

  private static String text(Random random) {
    return random.nextInt(3) == 0 ? "null" : "\"t" + random.nextInt(3) + "\"";
  }

  /// Applies an entry to the model. Returns what the answer counts it as.
  private String apply(EntryInput input, boolean replace) {
    Map<String, String> before = live.get(input.getId());
    if (input.getDelete()) {
      if (before == null) return "unchanged";
      live.remove(input.getId());
      versions.merge(input.getId(), 1L, Long::sum);
      return "deleted";
    }
    var after = new TreeMap<String, String>(before == null || replace ? Map.of() : before);
    for (String value : flat(input.getValues().getUtf8().toStringUtf8())) {
      String[] parts = value.split("=");
      if (parts[1].equals("null")) {
        after.keySet().removeIf(name -> name.equals(parts[0]) || name.startsWith(parts[0] + "."));
      } else {
        after.put(parts[0], parts[1]);
      }
    }
    if (after.equals(before)) return "unchanged";
    live.put(input.getId(), after);
    versions.merge(input.getId(), 1L, Long::sum);
    return before == null ? "created" : "updated";
  }

  /// `{"label":{"en":1}}` as `label.en=1`; ids in lower case.
  private static List<String> flat(String json) {
    var flat = new ArrayList<String>();
    String localized = "";
    for (String part : json.replaceAll("^\\{|\\}$", "").split(",")) {
      if (part.isEmpty()) continue;
      String text = part;
      if (text.contains(":{")) {
        localized =
            text.substring(1, text.indexOf(":{") - 1).toLowerCase(java.util.Locale.ROOT) + ".";
        text = text.substring(text.indexOf(":{") + 2);
      }
      boolean last = text.endsWith("}");
      String name = text.substring(1, text.indexOf(':') - 1).toLowerCase(java.util.Locale.ROOT);
      flat.add(localized + name + "=" + text.substring(text.indexOf(':') + 1).replace("}", ""));
      if (last) localized = "";
    }
    return flat;
  }

  @Test
  void randomBatchesStoreWhatAMapWouldHold(Db db) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var ingest = new TestIngest(db).source("s");
    for (int round = 0; round < 60; round++) {
      boolean replace = random.nextInt(4) == 0;
      var entries = new ArrayList<EntryInput>();
      for (int key = 0; key < KEYS; key++) {
        if (random.nextBoolean()) entries.add(random(random, "k" + key));
      }
      var counted = new HashMap<String, Integer>();
      entries.forEach(input -> counted.merge(apply(input, replace), 1, Integer::sum));
      var answer =
          ingest.load(
              "acme",
              batch("s", entries.toArray(EntryInput[]::new))
                  .setMode(
                      replace ? ImportMode.IMPORT_MODE_REPLACE : ImportMode.IMPORT_MODE_MERGE));
      assertThat(
              List.of(
                  answer.getCreated(),
                  answer.getUpdated(),
                  answer.getDeleted(),
                  answer.getUnchanged()))
          .as("seed %d round %d", seed, round)
          .containsExactly(
              counted.getOrDefault("created", 0),
              counted.getOrDefault("updated", 0),
              counted.getOrDefault("deleted", 0),
              counted.getOrDefault("unchanged", 0));
    }
    var stored = new TreeMap<String, TreeSet<String>>();
    var scan =
        ingest.lists.scan(
            TestIngest.caller("acme"),
            ScanRequest.newBuilder().setCollectionId("s").setLimit(100).build());
    assertThat(scan.getLast()).isTrue();
    scan.getDocumentsList()
        .forEach(document -> {
          stored.put(document.getKey(), new TreeSet<>(flat(document.getBody().toStringUtf8())));
          assertThat(document.getVersion()).isEqualTo(versions.get(document.getKey()));
        });
    var expected = new TreeMap<String, TreeSet<String>>();
    live.forEach((key, values) -> {
      var set = new TreeSet<String>();
      values.forEach((name, value) -> set.add(name + "=" + value));
      expected.put(key, set);
    });
    assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    assertThat(db.<Long>inTx("acme", tx -> ingest.sources.count(tx, "acme", "s")))
        .isEqualTo(live.size());
    assertEventsTellEveryVersionOnce(ingest);
  }

  private static List<String> versions(TestIngest ingest, String from) {
    return ingest.db.inTx(
        "acme",
        tx ->
            tx.list(
                "SELECT key || ' ' || version AS line FROM " + from,
                row -> row.column("line").getString()));
  }

  private static void assertEventsTellEveryVersionOnce(TestIngest ingest) {
    var last = new HashMap<String, EntryChanged>();
    for (EntryChanged event : ingest.events()) {
      EntryChanged before = last.put(event.getEntryId(), event);
      assertThat(event.getVersion()).isEqualTo(before == null ? 1 : before.getVersion() + 1);
    }
    last.values()
        .forEach(event -> {
          var row = ingest.row("acme", "s", event.getEntryId()).orElseThrow();
          assertThat(event.getVersion()).isEqualTo(row.version());
          assertThat(event.getDeleted()).isEqualTo(row.deleted());
          if (!row.deleted()) assertThat(event.getBody().toByteArray()).isEqualTo(row.body());
        });
    assertThat(versions(ingest, TestIngest.VERSIONS))
        .containsExactlyInAnyOrderElementsOf(
            ingest.events().stream()
                .map(event -> event.getEntryId() + " " + event.getVersion())
                .toList());
    assertThat(versions(ingest, "entry WHERE version = 1"))
        .as("an entry that never changed is its own history")
        .doesNotContainAnyElementsOf(versions(ingest, "entry_history"));
  }

  @Test
  void importersSideBySideLoseNoChangeAndRepeatNoVersion(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s");
    List<Callable<Void>> importers = new ArrayList<>();
    for (int importer = 0; importer < 4; importer++) {
      String property = List.of("stock", "price").get(importer % 2);
      String language = List.of("en", "sv", "de", "fr").get(importer);
      boolean backwards = importer % 2 == 1;
      importers.add(() -> {
        for (int round = 1; round <= 15; round++) {
          var entries = new EntryInput[KEYS];
          for (int i = 0; i < KEYS; i++) {
            String key = "k" + (backwards ? KEYS - 1 - i : i);
            entries[i] =
                entry(
                    key,
                    "{\"%s\":%d,\"label\":{\"%s\":\"%d\"}}"
                        .formatted(property, round, language, round));
          }
          ingest.load("s", entries);
        }
        return null;
      });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> end : threads.invokeAll(importers)) end.get();
    }
    for (int key = 0; key < KEYS; key++) {
      assertThat(ingest.values("s", "k" + key))
          .isEqualTo(
              "{\"label\":{\"de\":\"15\",\"en\":\"15\",\"fr\":\"15\",\"sv\":\"15\"},\"price\":15,\"stock\":15}");
    }
    assertEventsTellEveryVersionOnce(ingest);
    assertThat(db.<Long>inTx("acme", tx -> ingest.sources.count(tx, "acme", "s"))).isEqualTo(KEYS);
  }
}
