package io.cardloom.ingest.entry;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static io.cardloom.ingest.TestIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.retention.Retention;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.PageRequest;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.StoredEntry;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ImportEntriesTest {
  private static List<Integer> counts(ImportDataResponse answer) {
    return List.of(
        answer.getCreated(), answer.getUpdated(), answer.getDeleted(), answer.getUnchanged());
  }

  @Test
  void fiveViolationsAtOnceRefuseTheBatchWholeAndNothingIsStored(Db db) {
    var ingest = new TestIngest(db).source("s");
    assertThat(
            violations(() ->
                ingest.load(
                    "s",
                    entry("bad key", "{\"name\":\"a\"}"),
                    entry("k1", "{\"nam\":\"a\"}"),
                    entry("k2", "{\"price\":\"cheap\"}"),
                    entry("k1", "{\"name\":\"b\"}"),
                    entry("k4", "{\"label\":\"Desk\"}"),
                    entry("good", "{\"name\":\"c\"}"))))
        .containsExactlyInAnyOrder(
            "entries[0].id bad_key",
            "entries[1].values.nam unknown_property",
            "entries[2].values.price wrong_type",
            "entries[3].id duplicate_key",
            "entries[4].values.label missing_language");
    assertThat(ingest.count("entry")).isZero();
    assertThat(ingest.count(TestIngest.VERSIONS)).isZero();
    assertThat(ingest.events()).isEmpty();
  }

  @Test
  void valuesMergePerPropertyAndLanguageAndNullClears(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"name\":\"Desk\",\"label\":{\"en\":\"Desk\"},\"stock\":3}"));
    var answer =
        ingest.load("s", entry("k", "{\"stock\":null,\"label\":{\"sv\":\"Bord\"},\"price\":2}"));
    assertThat(counts(answer)).containsExactly(0, 1, 0, 0);
    assertThat(ingest.values("s", "k"))
        .isEqualTo("{\"label\":{\"en\":\"Desk\",\"sv\":\"Bord\"},\"name\":\"Desk\",\"price\":2}");
    ingest.load("s", entry("k", "{\"label\":{\"en\":null}}"));
    ingest.load("s", entry("k", "{\"label\":{\"sv\":null}}"));
    assertThat(ingest.values("s", "k")).isEqualTo("{\"name\":\"Desk\",\"price\":2}");
    var history =
        db.inTx("acme", tx -> ingest.history.of(tx, "acme", "s", "k", Long.MAX_VALUE, 10));
    assertThat(history).extracting(HistoryStore.Kept::version).containsExactly(4L, 3L, 2L, 1L);
    assertThat(history.get(2).author()).isEqualTo("test");
    assertThat(new String(history.get(2).changes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "[{\"property\":\"label\",\"language\":\"sv\",\"before\":null,\"after\":\"Bord\"},"
                + "{\"property\":\"price\",\"before\":null,\"after\":2},"
                + "{\"property\":\"stock\",\"before\":3,\"after\":null}]");
    var added = history.getLast();
    assertThat(added.author()).isEqualTo("test");
    assertThat(new String(added.changes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"label\":{\"en\":\"Desk\"},\"name\":\"Desk\",\"stock\":3}");
  }

  @Test
  void aFirstVersionThatHistoryHoldsAlreadyIsNotKeptTwice(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"stock\":1}"));
    // As an instance of the version before leaves it.
    db.useTx(
        "acme",
        tx -> {
          ingest.history.appendFirst(tx, "acme", "s", List.of("k"));
          tx.update("UPDATE entry SET added_by = NULL, added_in = NULL");
        });
    assertThat(ingest.count(TestIngest.VERSIONS)).isEqualTo(1);
    ingest.load("s", entry("k", "{\"stock\":2}"));
    assertThat(ingest.count("entry_history")).isEqualTo(2);
    assertThat(ingest.count(TestIngest.VERSIONS)).isEqualTo(2);
  }

  @Test
  void aRepeatIsUnchangedWithoutVersionHistoryOrEvent(Db db) {
    var ingest = new TestIngest(db).source("s");
    EntryInput[] entries =
        IntStream.range(0, 50)
            .mapToObj(i -> entry("k" + i, "{\"price\":" + i + ".50,\"name\":\"n\"}"))
            .toArray(EntryInput[]::new);
    assertThat(counts(ingest.load("s", entries))).containsExactly(50, 0, 0, 0);
    var again =
        IntStream.range(0, 50)
            .mapToObj(i -> entry("k" + i, "{\"Name\":\"n\", \"price\":" + i + ".5}"))
            .toArray(EntryInput[]::new);
    assertThat(counts(ingest.load("s", again))).containsExactly(0, 0, 0, 50);
    assertThat(ingest.events()).hasSize(50);
    assertThat(ingest.count(TestIngest.VERSIONS)).isEqualTo(50);
    assertThat(ingest.row("acme", "s", "k7").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void aVersionGrowsOverADeleteAndANewStart(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"name\":\"a\"}"));
    assertThat(counts(ingest.load("s", gone("k"), gone("never")))).containsExactly(0, 0, 1, 1);
    assertThat(counts(ingest.load("s", gone("k")))).containsExactly(0, 0, 0, 1);
    assertThat(counts(ingest.load("s", entry("k", "{\"stock\":1}")))).containsExactly(1, 0, 0, 0);
    var row = ingest.row("acme", "s", "k").orElseThrow();
    assertThat(row.version()).isEqualTo(3);
    assertThat(ingest.values("s", "k")).isEqualTo("{\"stock\":1}");
    assertThat(ingest.events())
        .extracting(event -> event.getVersion() + (event.getDeleted() ? " gone" : ""))
        .containsExactly("1", "2 gone", "3");
    assertThat(ingest.events().get(1).getBody()).isEmpty();
    assertThat(db.<Long>inTx("acme", tx -> ingest.sources.count(tx, "acme", "s"))).isEqualTo(1);
  }

  @Test
  void replaceClearsWhatIsNotGiven(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"name\":\"a\",\"stock\":1,\"label\":{\"en\":\"x\"}}"));
    var replace =
        batch("s", entry("k", "{\"name\":\"a\",\"label\":{\"sv\":\"y\"}}"))
            .setMode(ImportMode.IMPORT_MODE_REPLACE);
    assertThat(counts(ingest.load("acme", replace))).containsExactly(0, 1, 0, 0);
    assertThat(ingest.values("s", "k")).isEqualTo("{\"label\":{\"sv\":\"y\"},\"name\":\"a\"}");
    assertThat(counts(ingest.load("acme", replace))).containsExactly(0, 0, 0, 1);
  }

  @Test
  void aDryRunAnswersTheSameAndStoresNothing(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{\"name\":\"a\"}"), entry("b", "{\"name\":\"b\"}"));
    var request =
        batch("s", entry("a", "{\"name\":\"a\"}"), entry("b", "{\"found\":1}"), entry("c", "{}"))
            .setUnknownProperties(UnknownProperties.UNKNOWN_PROPERTIES_INFER);
    var tried = ingest.load("acme", request.setDryRun(true));
    assertThat(counts(tried)).containsExactly(1, 1, 0, 1);
    assertThat(tried.getDryRun()).isTrue();
    assertThat(tried.getNewPropertiesFoundList()).hasSize(1);
    assertThat(ingest.count("entry")).isEqualTo(2);
    assertThat(ingest.values("s", "b")).isEqualTo("{\"name\":\"b\"}");
    var done = ingest.load("acme", request.setDryRun(false));
    assertThat(counts(done)).isEqualTo(counts(tried));
    assertThat(ingest.values("s", "b")).isEqualTo("{\"found\":1,\"name\":\"b\"}");
  }

  @Test
  void aPropertyAddedElsewhereIsSeenAtOnce(Db db) {
    var here = new TestIngest(db).source("s");
    var there = new TestIngest(db);
    here.load("s", entry("a", "{\"name\":\"a\"}"));
    there.load(
        "acme",
        batch("s", entry("b", "{\"fresh\":1}"))
            .setUnknownProperties(UnknownProperties.UNKNOWN_PROPERTIES_INFER));
    assertThat(counts(here.load("s", entry("a", "{\"fresh\":2}")))).containsExactly(0, 1, 0, 0);
  }

  @Test
  void aPayloadOverTheLimitIsRefusedUnread(Db db) {
    var ingest = new TestIngest(db).source("s");
    var large = entry("k", "x".repeat(ImportEntries.PAYLOAD_BYTES_MAX));
    assertThat(TestIngest.refused(() -> ingest.load("s", large)))
        .isInstanceOf(Problem.TooLarge.class);
  }

  @Test
  void whatIsAcceptedAndRefusedIsMeasured(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{}"), entry("b", "{}"));
    ingest.load("acme", batch("s", entry("c", "{}")).setDryRun(true));
    assertThat(violations(() -> ingest.load("s", entry("a b", "{\"no\":1}")))).hasSize(2);
    assertThat(ingest.measured)
        .containsExactly("acme ingest.entries.accepted 2", "acme ingest.rejections 2");
  }

  @Test
  void anUnknownSourceIsNotFoundAndTheNearestIsNamed(Db db) {
    var ingest = new TestIngest(db).source("products");
    assertThat(TestIngest.refused(() -> ingest.load("product", entry("k", "{}"))))
        .isInstanceOfSatisfying(
            Problem.NotFound.class, p -> assertThat(p.didYouMean()).isEqualTo("products"));
  }

  @Test
  void anEntryThatWouldGrowTooLargeIsRefused(Db db) {
    var ingest = new TestIngest(db).source("s");
    String half = "x".repeat(600_000);
    ingest.load("s", entry("k", "{\"name\":\"" + half + "\"}"));
    assertThat(
            violations(() ->
                ingest.load(
                    "s", entry("a", "{}"), entry("k", "{\"label\":{\"en\":\"" + half + "\"}}"))))
        .containsExactly("entries[1] too_large");
    assertThat(ingest.row("acme", "s", "a")).isEmpty();
  }

  @Test
  void theMostRecentlyChangedComeFirstPageByPage(Db db) {
    var ingest = new TestIngest(db).source("s");
    for (int i = 0; i < 3; i++) {
      ingest.load("s", entry("a" + i, "{}"), entry("b" + i, "{}"), entry("c" + i, "{}"));
    }
    ingest.load("s", entry("b0", "{\"stock\":1}"), gone("c2"));
    var request =
        ListSourceEntriesRequest.newBuilder()
            .setSourceId("s")
            .setPage(PageRequest.newBuilder().setLimit(3));
    var seen = new ArrayList<String>();
    String after;
    do {
      var page = ingest.lists.recent(TestIngest.caller("acme"), request.build());
      page.getEntriesList().forEach(entry -> seen.add(entry.getId()));
      after = page.getAfter();
      request.setPage(PageRequest.newBuilder().setLimit(3).setAfter(after));
    } while (!after.isEmpty());
    assertThat(seen).containsExactly("b0", "b2", "a2", "c1", "b1", "a1", "c0", "a0");
    var some =
        ingest.lists.recent(
            TestIngest.caller("acme"),
            ListSourceEntriesRequest.newBuilder()
                .setSourceId("s")
                .addAllIds(List.of("a0", "b0", "c2", "none"))
                .build());
    assertThat(some.getEntriesList()).extracting(StoredEntry::getId).containsExactly("b0", "a0");
    assertThat(some.getEntries(0).getVersion()).isEqualTo(2);
    assertThat(some.getEntries(0).getIndexed()).isFalse();
  }

  @Test
  void theWayOfAnEntryTellsWhatTheIndexStillLacks(Db db) {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("k", "{\"stock\":1}"));
    var events = ingest.events();
    db.useTx("acme", tx -> new EntryIndexer(ingest.index).handle(tx, events));
    ingest.load("s", entry("k", "{\"stock\":2}"));
    var request = StagesRequest.newBuilder().setSourceId("s").setEntryId("k").build();
    var stages = ingest.stages.run(TestIngest.caller("acme"), request).getStagesList();
    assertThat(stages)
        .extracting(stage -> stage.getStage() + " " + stage.getStatus() + " " + stage.getVersion())
        .containsExactly("ingest STAGE_STATUS_DONE 2", "entry_index STAGE_STATUS_PENDING 1");
    assertThat(stages.getLast().getLagSeconds()).isNotNegative();
    assertThat(
            TestIngest.refused(() ->
                ingest.stages.run(
                    TestIngest.caller("acme"), request.toBuilder().setEntryId("x").build())))
        .isInstanceOf(Problem.NotFound.class);
  }

  @Test
  void historyIsForgottenAfterItsTime(Db db) throws InterruptedException {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{}"), entry("b", "{}"));
    ingest.load("s", entry("a", "{\"stock\":1}"));
    var now = Clock.systemUTC().instant();
    try (var keeping =
            new Retention(
                db, (tx, rows) -> ingest.history.forget(tx, now.minus(Duration.ofHours(1)), rows));
        var forgetting =
            new Retention(
                db, (tx, rows) -> ingest.history.forget(tx, now.plus(Duration.ofHours(1)), rows))) {
      assertThat(keeping.once()).isZero();
      assertThat(forgetting.once()).isEqualTo(2);
    }
    assertThat(ingest.count("entry_history")).isZero();
    assertThat(ingest.count("entry")).isEqualTo(2);
  }

  @Test
  void anotherWorkspaceSeesAndChangesNothing(Db db) {
    var ingest = new TestIngest(db).source("s").source("other", "s", TestIngest.PROPERTIES);
    ingest.load("acme", batch("s", entry("k", "{\"name\":\"acme\"}")));
    ingest.load("other", batch("s", entry("k", "{\"name\":\"other\"}"), entry("o", "{}")));
    ingest.load("other", batch("s", gone("k")));
    assertThat(ingest.values("s", "k")).isEqualTo("{\"name\":\"acme\"}");
    assertThat(ingest.row("acme", "s", "o")).isEmpty();
    var listed =
        ingest.lists.recent(
            TestIngest.caller("acme"),
            ListSourceEntriesRequest.newBuilder().setSourceId("s").build());
    assertThat(listed.getEntriesList()).extracting(StoredEntry::getId).containsExactly("k");
    assertThat(ingest.events())
        .extracting(event -> event.getTenant() + "/" + event.getEntryId())
        .containsExactly("acme/k", "other/k", "other/o", "other/k");
    assertThat(TestIngest.refused(() -> ingest.load("third", batch("s", entry("k", "{}")))))
        .isInstanceOf(Problem.NotFound.class);
  }
}
