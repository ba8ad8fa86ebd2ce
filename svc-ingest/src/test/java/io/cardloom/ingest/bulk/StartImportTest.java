package io.cardloom.ingest.bulk;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.refused;
import static io.cardloom.ingest.TestIngest.violations;
import static io.cardloom.ingest.bulk.BulkImports.numbered;
import static io.cardloom.ingest.bulk.BulkImports.of;
import static io.cardloom.ingest.bulk.BulkImports.start;
import static io.cardloom.ingest.bulk.BulkImports.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.ingest.retention.Retention;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class StartImportTest {
  @Test
  void anImportIsAnsweredWithItsHandleBeforeAnyOfItIsApplied(Db db) {
    var ingest = new TestIngest(db).source("s");
    var caller = caller("acme");
    var started = ingest.starts.run(caller, of("s", numbered(250)).build());
    assertThat(started.getState()).isEqualTo(ImportState.IMPORT_STATE_RUNNING);
    assertThat(List.of(started.getTotal(), started.getApplied())).containsExactly(250, 0);
    assertThat(started.getCorrelationId()).isEqualTo(caller.correlationId());
    assertThat(
            Duration.between(
                Instant.parse(started.getStartedAt()), Instant.parse(started.getExpiresAt())))
        .isEqualTo(Duration.ofDays(1));
    assertThat(started.getNext().getTool()).isEqualTo("get_import_status");
    assertThat(started.getNext().getArguments().getUtf8().toStringUtf8())
        .isEqualTo("{\"importId\":\"" + started.getImportId() + "\"}");
    assertThat(status(ingest, started)).isEqualTo(started);
    assertThat(ingest.count("entry")).isZero();
    assertThat(ingest.count("entry_import_batch")).isEqualTo(3);
  }

  @Test
  void everyViolationOfTheWholeImportIsNamedAndNothingIsStaged(Db db) {
    var ingest = new TestIngest(db).source("s");
    var entries = new ArrayList<>(numbered(250));
    entries.set(3, entry("bad key", "{}"));
    entries.set(120, entry("k120", "{\"stock\":\"many\"}"));
    entries.set(230, entry(BulkImports.key(7), "{}"));
    entries.set(249, entry("k249", "{\"stok\":1}"));
    assertThat(violations(() -> start(ingest, of("s", entries))))
        .containsExactly(
            "entries[3].id bad_key",
            "entries[120].values.stock wrong_type",
            "entries[230].id duplicate_key",
            "entries[249].values.stok unknown_property");
    assertThat(ingest.count("entry_import")).isZero();
    assertThat(ingest.count("entry_import_batch")).isZero();
    assertThat(ingest.measured).containsExactly("acme ingest.rejections 4");
    assertThat(refused(() -> start(ingest, of("none", numbered(1)))))
        .isInstanceOf(Problem.NotFound.class);
    assertThat(refused(() -> start(ingest, "other", of("s", numbered(1)))))
        .as("another workspace's source")
        .isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void anEntryThatIsTooLargeWithWhatIsStoredRefusesTheImport(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    String large = "\"" + "x".repeat(700_000) + "\"";
    ingest.load("s", entry("k", "{\"name\":" + large + "}"));
    ingest.load("s", entry("gone", "{\"name\":" + large + "}"), TestIngest.gone("other"));
    ingest.load("s", TestIngest.gone("gone"));
    var more = new ArrayList<>(numbered(150));
    more.add(entry("gone", "{\"tags\":[" + large + "]}"));
    more.add(entry("k", "{\"tags\":[" + large + "]}"));
    assertThat(violations(() -> start(ingest, of("s", more))))
        .containsExactly("entries[151] too_large");
    assertThat(ingest.count("entry_import")).isZero();
    start(ingest, of("s", more).setMode(ImportMode.IMPORT_MODE_REPLACE));
    ingest.applyImports();
    start(ingest, of("s", List.of(entry("k", "{\"tags\":null,\"name\":" + large + "}"))));
    ingest.applyImports();
    assertThat(ingest.row("acme", "s", "k").orElseThrow().version()).isEqualTo(3);
  }

  @Test
  void aPropertyIsAddedWithTheTypeOfItsFirstValueInTheWholeImport(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    var entries = new ArrayList<EntryInput>();
    for (int i = 0; i < 250; i++) entries.add(entry("k" + i, "{\"weight\":null}"));
    entries.set(150, entry("k150", "{\"weight\":1.5}"));
    entries.set(249, entry("k249", "{\"weight\":2}"));
    assertThat(violations(() -> start(ingest, of("s", entries))))
        .hasSize(250)
        .contains("entries[249].values.weight unknown_property");
    var infer = UnknownProperties.UNKNOWN_PROPERTIES_INFER;
    start(ingest, of("s", entries).setUnknownProperties(infer));
    var schema = db.inTx("acme", tx -> ingest.sources.schema(tx, "acme", "s"));
    assertThat(schema.version()).isEqualTo(2);
    ingest.applyImports();
    assertThat(ingest.values("s", "k249")).isEqualTo("{\"weight\":2}");
    entries.set(151, entry("k151", "{\"height\":true}"));
    entries.set(152, entry("k152", "{\"height\":1}"));
    assertThat(violations(() -> start(ingest, of("s", entries).setUnknownProperties(infer))))
        .containsExactly("entries[152].values.height wrong_type");
    assertThat(ingest.count("source_property"))
        .as("a refused import adds nothing")
        .isEqualTo(TestIngest.PROPERTIES.size() + 1L);
  }

  @Test
  void moreThanTwentyMegabytesAreTooLarge(Db db) {
    var ingest = new TestIngest(db).source("s");
    var entries = new ArrayList<EntryInput>();
    String text = "x".repeat(1_000_000);
    for (int i = 0; i < 21; i++) entries.add(entry("k" + i, "{\"name\":\"" + text + "\"}"));
    assertThat(refused(() -> start(ingest, of("s", entries)))).isInstanceOf(Problem.TooLarge.class);
    start(ingest, of("s", entries.subList(0, 20)));
    assertThat(ingest.count("entry_import_batch"))
        .as("few bytes a batch, however few its entries")
        .isEqualTo(7);
  }

  @Test
  void aWorkspaceHasABoundedNumberOfRunningImports(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s").source("other", "s", List.of("stock:INTEGER"));
    List<Callable<Boolean>> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(() -> {
        try {
          start(ingest, of("s", numbered(1)));
          return true;
        } catch (ProblemException refused) {
          assertThat(refused.problem()).isInstanceOf(Problem.OverLimit.class);
          assertThat(refused.problem().toPb().getRetryAfterMs()).isPositive();
          return false;
        }
      });
    }
    int accepted = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var end : threads.invokeAll(starts)) if (end.get()) accepted++;
    }
    assertThat(accepted).isEqualTo(TestIngest.IMPORTS_RUNNING_MAX);
    start(ingest, "other", of("s", List.of(entry("k", "{}"))));
    ingest.applyImports();
    start(ingest, of("s", numbered(1)));
  }

  @Test
  void aRepeatWithItsKeyIsTheSameImport(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    var request = of("s", numbered(150)).setIdempotencyKey("once");
    List<Callable<ImportStatus>> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) starts.add(() -> start(ingest, request.clone()));
    var answers = new ArrayList<ImportStatus>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var end : threads.invokeAll(starts)) answers.add(end.get());
    }
    assertThat(answers)
        .extracting(ImportStatus::getImportId)
        .containsOnly(answers.getFirst().getImportId());
    assertThat(ingest.count("entry_import")).isEqualTo(1);
    ingest.applyImports();
    var again = start(ingest, request);
    assertThat(again.getState()).isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
    assertThat(again.getCreated()).isEqualTo(150);
    assertThat(again.getImportId()).isEqualTo(answers.getFirst().getImportId());
    assertThat(violations(() -> start(ingest, of("s", numbered(1)).setIdempotencyKey("once"))))
        .containsExactly("idempotencyKey key_reused");
    assertThat(start(ingest, "other", request).getImportId()).isNotEqualTo(again.getImportId());
  }

  @Test
  void aHandleIsKnownForADayInItsWorkspaceAlone(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s");
    var done = start(ingest, of("s", numbered(1)));
    ingest.applyImports();
    var running = start(ingest, of("s", numbered(2)));
    var later = new TestIngest(db, Clock.offset(Clock.systemUTC(), Duration.ofHours(25)));
    var expired = refused(() -> status(later, done));
    assertThat(expired).isInstanceOf(Problem.NotFound.class);
    assertThat(expired.message()).contains("no import " + done.getImportId());
    assertThat(expired.toPb().getNext(0).getTool()).isEqualTo("list_configuration");
    assertThat(status(later, running))
        .as("what was accepted is applied, and can be followed")
        .isEqualTo(running);
    assertThat(refused(() -> status(ingest, "other", done.getImportId())))
        .isInstanceOf(Problem.NotFound.class);
    assertThat(refused(() -> status(ingest, "acme", "' OR true --")))
        .isInstanceOf(Problem.NotFound.class);
    assertThat(forgotten(ingest, Clock.systemUTC().instant())).isZero();
    assertThat(forgotten(ingest, Instant.parse(done.getExpiresAt()).plusSeconds(3600)))
        .isEqualTo(1);
    ingest.applyImports();
    assertThat(status(ingest, running).getState()).isEqualTo(ImportState.IMPORT_STATE_COMPLETED);
  }

  private static int forgotten(TestIngest ingest, Instant now) throws InterruptedException {
    try (var loop =
        new Retention(ingest.db, (tx, rows) -> ingest.bulkImports.forget(tx, now, rows))) {
      return loop.once();
    }
  }
}
