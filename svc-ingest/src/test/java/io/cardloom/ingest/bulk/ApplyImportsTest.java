package io.cardloom.ingest.bulk;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.change;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static io.cardloom.ingest.TestIngest.refused;
import static io.cardloom.ingest.bulk.BulkImports.key;
import static io.cardloom.ingest.bulk.BulkImports.numbered;
import static io.cardloom.ingest.bulk.BulkImports.of;
import static io.cardloom.ingest.bulk.BulkImports.start;
import static io.cardloom.ingest.bulk.BulkImports.status;
import static io.cardloom.ingest.bulk.BulkImports.whenStored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.index.Body;
import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ApplyImportsTest {
  private static ApplyImports loop(TestIngest ingest) throws SQLException {
    return new ApplyImports(ingest.db, ingest.imports, ingest.bulkImports);
  }

  private static List<Integer> counts(ImportStatus status) {
    return List.of(
        status.getApplied(),
        status.getCreated(),
        status.getUpdated(),
        status.getDeleted(),
        status.getUnchanged());
  }

  /// Every entry of the source has one row, one piece of history and one event, each of version 1.
  private static void assertEachIsAppliedOnce(TestIngest ingest, int entries) {
    assertThat(ingest.count("entry")).isEqualTo(entries);
    assertThat(ingest.count(TestIngest.VERSIONS)).isEqualTo(entries);
    assertThat(ingest.count(TestIngest.VERSIONS + " WHERE version <> 1")).isZero();
    assertThat(ingest.events()).hasSize(entries).allMatch(event -> event.getVersion() == 1);
    assertThat(ingest.db.<Long>inTx("acme", tx -> ingest.sources.count(tx, "acme", "s")))
        .isEqualTo(entries);
  }

  @Test
  void batchesAreAppliedInTheirOrderAndProgressCommitsWithThem(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    ingest.load(
        "s",
        entry(key(0), "{\"stock\":0,\"name\":\"Desk 0\"}"),
        entry(key(1), "{\"stock\":7}"),
        entry("old", "{}"));
    var entries = new ArrayList<>(numbered(249));
    entries.add(gone("old"));
    var caller = caller("acme");
    var started = ingest.starts.run(caller, of("s", entries).build());
    try (var loop = loop(ingest)) {
      assertThat(loop.once()).isEqualTo(1);
      assertThat(counts(status(ingest, started))).containsExactly(100, 98, 1, 0, 1);
      assertThat(ingest.row("acme", "s", key(99))).isPresent();
      assertThat(ingest.row("acme", "s", key(100))).isEmpty();
      assertThat(ingest.count("entry_import_batch")).isEqualTo(2);
      assertThat(loop.once()).isEqualTo(1);
      assertThat(status(ingest, started).getState()).isEqualTo(ImportState.IMPORT_STATE_RUNNING);
      assertThat(loop.once()).isEqualTo(1);
    }
    var completed = status(ingest, started);
    assertThat(completed.getState()).isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
    assertThat(counts(completed)).containsExactly(250, 247, 1, 1, 1);
    assertThat(completed.getProblem()).isEmpty();
    assertThat(completed.getNext().getTool()).isEqualTo("list_source_entries");
    assertThat(completed.getNext().getArguments().getUtf8().toStringUtf8())
        .isEqualTo("{\"sourceId\":\"s\",\"updatedFrom\":\"" + completed.getStartedAt() + "\"}");
    assertThat(ingest.count("entry_import_batch")).isZero();
    assertThat(ingest.events().subList(3, 252))
        .allMatch(event -> event.getCorrelationId().equals(caller.correlationId()));
    var history =
        db.inTx("acme", tx -> ingest.history.of(tx, "acme", "s", key(1), Long.MAX_VALUE, 10));
    assertThat(history.getFirst().correlationId()).isEqualTo(caller.correlationId());
    assertThat(history.getFirst().author()).isEqualTo(caller.subject());
    assertThat(ingest.measured)
        .containsExactly(
            "acme ingest.entries.accepted 3",
            "acme ingest.entries.accepted 100",
            "acme ingest.entries.accepted 100",
            "acme ingest.entries.accepted 50");
  }

  private static EntryInput random(Random random, String key) {
    String language = random.nextBoolean() ? "en" : "sv";
    return switch (random.nextInt(6)) {
      case 0 -> gone(key);
      case 1 -> entry(key, "{}");
      case 2 -> entry(key, "{\"label\":{\"%s\":\"%d\"}}".formatted(language, random.nextInt(3)));
      case 3 -> entry(key, "{\"label\":{\"%s\":null},\"stock\":null}".formatted(language));
      case 4 -> entry(key, "{\"found%d\":%d}".formatted(random.nextInt(3), random.nextInt(9)));
      default -> entry(key, "{\"stock\":%d,\"name\":\"n\"}".formatted(random.nextInt(3)));
    };
  }

  @Test
  void anImportDoesWhatImportDataDoes(Db db) throws SQLException {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    for (int round = 0; round < 6; round++) {
      var entries = new ArrayList<EntryInput>();
      for (int i = 0; i < 330; i++) {
        if (random.nextBoolean()) entries.add(random(random, "k" + i));
      }
      var mode =
          random.nextBoolean() ? ImportMode.IMPORT_MODE_MERGE : ImportMode.IMPORT_MODE_REPLACE;
      var infer = UnknownProperties.UNKNOWN_PROPERTIES_INFER;
      var loaded =
          ingest.load(
              "other",
              batch("s", entries.toArray(EntryInput[]::new))
                  .setMode(mode)
                  .setUnknownProperties(infer));
      var started = start(ingest, of("s", entries).setMode(mode).setUnknownProperties(infer));
      ingest.applyImports();
      assertThat(counts(status(ingest, started)))
          .as("seed %d round %d", seed, round)
          .containsExactly(
              entries.size(),
              loaded.getCreated(),
              loaded.getUpdated(),
              loaded.getDeleted(),
              loaded.getUnchanged());
    }
    for (int i = 0; i < 330; i++) {
      assertThat(stored(ingest, "acme", "k" + i))
          .as("seed %d key %d", seed, i)
          .isEqualTo(stored(ingest, "other", "k" + i));
    }
    var schema = db.inTx("acme", tx -> ingest.sources.schema(tx, "acme", "s"));
    assertThat(schema.properties())
        .containsExactlyInAnyOrderElementsOf(
            db.inTx("other", tx -> ingest.sources.schema(tx, "other", "s")).properties());
  }

  private static String stored(TestIngest ingest, String tenant, String key) {
    return ingest
        .row(tenant, "s", key)
        .map(row -> row.version() + " " + row.deleted() + " " + Body.parse(row.body()))
        .orElse("none");
  }

  @Test
  void aConnectionThatDiesInABatchLeavesNothingOfItAndTheNextGoesOn(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    var started = start(ingest, of("s", numbered(450)));
    whenStored(db, key(250), "PERFORM pg_terminate_backend(pg_backend_pid())");
    try (var loop = loop(ingest)) {
      loop.once();
      loop.once();
      assertThat(refused(() -> once(loop))).isInstanceOf(Problem.Unavailable.class);
    }
    assertThat(counts(status(ingest, started))).containsExactly(200, 200, 0, 0, 0);
    assertThat(ingest.count("entry")).isEqualTo(200);
    BulkImports.nothingWhenStored(db);
    ingest.applyImports();
    assertThat(counts(status(ingest, started))).containsExactly(450, 450, 0, 0, 0);
    assertEachIsAppliedOnce(ingest, 450);
  }

  private static void once(ApplyImports loop) {
    try {
      loop.once();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void aFullDiskIsWaitedForAndRefusesAnImportThatCannotWait(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    var started = start(ingest, of("s", numbered(150)));
    whenStored(db, key(120), "RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'");
    try (var loop = loop(ingest)) {
      loop.once();
      assertThat(refused(() -> once(loop))).isInstanceOf(Problem.NotNow.class);
      assertThat(status(ingest, started).getState()).isEqualTo(ImportState.IMPORT_STATE_RUNNING);
    }
    var full = refused(() -> ingest.load("s", entry("a", "{}"), entry(key(120), "{}")));
    assertThat(full).isInstanceOf(Problem.NotNow.class);
    assertThat(full.message()).contains("disk is full; nothing was stored");
    assertThat(full.toPb().getRetryAfterMs()).isPositive();
    assertThat(ingest.count("entry")).isEqualTo(100);
    assertThat(ingest.row("acme", "s", "a")).isEmpty();
    BulkImports.nothingWhenStored(db);
    ingest.applyImports();
    assertThat(status(ingest, started).getState()).isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
    assertEachIsAppliedOnce(ingest, 150);
  }

  @Test
  void aBatchTheSourceNoLongerTakesFailsTheImportThere(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    var entries = new ArrayList<>(numbered(300));
    for (int i = 150; i < 300; i++) entries.set(i, entry(key(i), "{\"price\":" + i + "}"));
    var started = start(ingest, of("s", entries));
    var next = start(ingest, of("s", List.of(entry("next", "{}"))));
    try (var loop = loop(ingest)) {
      loop.once();
    }
    ingest.upsert.run(caller("acme"), change("s", "price:BOOLEAN").build());
    ingest.applyImports();
    var failed = status(ingest, started);
    assertThat(failed.getState()).isEqualTo(ImportState.IMPORT_STATE_FAILED);
    assertThat(failed.getProblem())
        .isEqualTo(
            "entries[150].values.price: price is BOOLEAN and does not take number 150."
                + " 49 more violations are in the batch."
                + " The first 100 entries of the import are stored.");
    assertThat(counts(failed)).containsExactly(100, 100, 0, 0, 0);
    assertThat(failed.getNext().getTool()).isEqualTo("describe_data_source_schema");
    assertThat(ingest.count("entry_import_batch")).isZero();
    assertThat(status(ingest, next).getState())
        .as("what waited for it goes on")
        .isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
    assertEachIsAppliedOnce(ingest, 101);
  }

  @Test
  void aChangeThatStillTakesTheValuesChangesNothing(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    var started = start(ingest, of("s", numbered(150)));
    ingest.upsert.run(caller("acme"), change("s", "brand:TEXT").build());
    ingest.applyImports();
    assertThat(status(ingest, started).getState()).isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
    assertEachIsAppliedOnce(ingest, 150);
  }

  @Test
  void aBatchThatFailsForNoReasonIsTriedAgainAndHoldsUpNobodyElse(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    var poisoned = start(ingest, of("s", numbered(150)));
    var other = start(ingest, "other", of("s", List.of(entry("k", "{}"))));
    whenStored(db, key(120), "RAISE EXCEPTION 'a bug'");
    for (int tries = 1; tries <= 5; tries++) {
      assertThat(status(ingest, poisoned).getState()).isEqualTo(ImportState.IMPORT_STATE_RUNNING);
      ingest.applyImports();
      assertThat(status(ingest, "other", other.getImportId()).getState())
          .isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
      db.useTx("acme", tx -> tx.update("UPDATE entry_import SET due_at = clock_timestamp()"));
    }
    var failed = status(ingest, poisoned);
    assertThat(failed.getState()).isEqualTo(ImportState.IMPORT_STATE_FAILED);
    assertThat(failed.getProblem())
        .startsWith("Something went wrong in the service; the log has it as ")
        .endsWith("The first 100 entries of the import are stored.")
        .doesNotContain("a bug");
    assertThat(ingest.count("entry WHERE tenant = 'acme'")).isEqualTo(100);
    assertThat(ingest.count("entry_import_batch")).isZero();
  }

  @Test
  void importsIntoOneSourceFollowEachOtherAndThoseIntoSeveralTakeTurns(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    var first = start(ingest, of("s", numbered(200)));
    var corrected = IntStream.range(0, 200).mapToObj(i -> entry(key(i), "{\"stock\":-1}")).toList();
    var second = start(ingest, of("s", corrected));
    var other = start(ingest, "other", of("s", numbered(200)));
    var turns = new ArrayList<String>();
    try (var loop = loop(ingest)) {
      for (int i = 0; i < 4; i++) {
        loop.once();
        turns.add(
            status(ingest, first).getApplied()
                + "/"
                + status(ingest, second).getApplied()
                + "/"
                + status(ingest, "other", other.getImportId()).getApplied());
      }
    }
    assertThat(turns).containsExactly("100/0/0", "100/0/100", "200/0/100", "200/100/100");
    ingest.applyImports();
    assertThat(ingest.values("s", key(0))).contains("\"stock\":-1");
    assertThat(ingest.count(TestIngest.VERSIONS + " WHERE tenant = 'acme' AND version = 2"))
        .isEqualTo(200);
    assertThat(status(ingest, second).getUpdated()).isEqualTo(200);
  }

  @Test
  void instancesShareImportsAndApplyNoBatchTwice(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s");
    var imports = new ArrayList<ImportStatus>();
    for (String source : List.of("a", "b")) {
      ingest.source(source);
      imports.add(start(ingest, of(source, numbered(1500))));
    }
    imports.add(start(ingest, of("a", numbered(1500))));
    List<Callable<Integer>> instances = new ArrayList<>();
    for (int i = 0; i < 3; i++) instances.add(() -> new TestIngest(db).applyImports());
    var steps = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var end : threads.invokeAll(instances)) steps.add(end.get());
    }
    ingest.applyImports();
    assertThat(counts(status(ingest, imports.get(0)))).containsExactly(1500, 1500, 0, 0, 0);
    assertThat(counts(status(ingest, imports.get(1)))).containsExactly(1500, 1500, 0, 0, 0);
    assertThat(counts(status(ingest, imports.get(2)))).containsExactly(1500, 0, 0, 0, 1500);
    assertThat(ingest.count("entry")).isEqualTo(3000);
    assertThat(ingest.count(TestIngest.VERSIONS)).isEqualTo(3000);
    var told = new HashSet<String>();
    for (EntryChanged event : ingest.events()) {
      assertThat(told.add(event.getSourceId() + "/" + event.getEntryId())).isTrue();
    }
    assertThat(steps.stream().mapToInt(step -> step).sum()).isLessThanOrEqualTo(45);
    assertThat(db.connectionsInUse()).isZero();
  }
}
