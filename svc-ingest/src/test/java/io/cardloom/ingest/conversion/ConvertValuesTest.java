package io.cardloom.ingest.conversion;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.change;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.refused;
import static io.cardloom.ingest.TestIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.history.HistoryStore.ChangeType;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.PropertyState;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ConvertValuesTest {
  private static TestIngest withCodes(Db db) {
    var ingest = new TestIngest(db).source("s");
    EntryInput[] entries =
        IntStream.range(0, 20)
            .mapToObj(i ->
                entry(
                    "k" + (char) ('a' + i),
                    i % 2 == 0 ? "{\"name\":\"" + i + "\"}" : "{\"stock\":" + i + "}"))
            .toArray(EntryInput[]::new);
    ingest.load("s", entries);
    ingest.load("s", entry("x", "{\"name\":\"none\"}"));
    return ingest;
  }

  @Test
  void changingHeldValuesAsksFirstAndSaysWhatIsLost(Db db) {
    var ingest = withCodes(db);
    var request = change("s", "name:INTEGER").setExpectedVersion(1);
    assertThat(refused(() -> ingest.upsert.run(caller("acme"), request.build())))
        .isInstanceOfSatisfying(
            Problem.NeedsConfirmation.class,
            problem -> {
              assertThat(problem.impact())
                  .containsEntry("populatedEntries", "11")
                  .containsEntry("unconvertibleValues", "1")
                  .containsEntry("samples", "x.name: none");
              assertThat(problem.next().getFirst().argumentsJson())
                  .isEqualTo(
                      "{\"sourceId\":\"s\",\"properties\":[{\"id\":\"name\",\"type\":\"INTEGER\"}],"
                          + "\"allowReindex\":true,\"expectedVersion\":1}");
            });
    assertThat(refused(() -> ingest.upsert.run(caller("acme"), request.setDryRun(true).build())))
        .isInstanceOf(Problem.NeedsConfirmation.class);
    var dry = ingest.upsert.run(caller("acme"), request.setAllowReindex(true).build());
    assertThat(dry.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
    assertThat(dry.getImpact().getPopulatedEntries()).isEqualTo(11);
    assertThat(ingest.count("property_conversion")).isZero();
    assertThat(ingest.values("s", "ka")).isEqualTo("{\"name\":\"0\"}");
  }

  @Test
  void storedValuesAreConvertedInBatchesEachANewVersion(Db db) throws SQLException {
    var ingest = withCodes(db);
    var begun =
        ingest.upsert.run(
            caller("acme"), change("s", "name:INTEGER").setAllowReindex(true).build());
    assertThat(begun.getProperties(0).getState()).isEqualTo(PropertyState.PROPERTY_STATE_UPDATING);
    assertThat(
            refused(() ->
                ingest.upsert.run(
                    caller("acme"), change("s", "name:TEXT").setAllowReindex(true).build())))
        .isInstanceOf(Problem.WrongState.class);
    assertThat(ingest.describe.all(caller("acme"), false).getNodes(0).getStatus())
        .isEqualTo("UPDATING");
    ingest.convert(3);
    assertThat(ingest.values("s", "kc")).isEqualTo("{\"name\":2}");
    assertThat(ingest.values("s", "kb")).isEqualTo("{\"stock\":1}");
    assertThat(ingest.values("s", "x")).isEqualTo("{}");
    assertThat(ingest.row("acme", "s", "kc").orElseThrow().version()).isEqualTo(2);
    assertThat(ingest.row("acme", "s", "kb").orElseThrow().version()).isEqualTo(1);
    assertThat(ingest.events()).hasSize(21 + 11);
    var newest =
        db.inTx("acme", tx -> ingest.history.of(tx, "acme", "s", "kc", Long.MAX_VALUE, 1))
            .getFirst();
    assertThat(newest.type()).isEqualTo(ChangeType.CONVERTED);
    assertThat(newest).extracting(HistoryStore.Kept::author).isEqualTo("test");
    var settled = ingest.upsert.run(caller("acme"), change("s", "name:INTEGER").build());
    assertThat(settled.getProperties(0).getState()).isEqualTo(PropertyState.PROPERTY_STATE_ACTIVE);
    assertThat(settled.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_UNCHANGED);
  }

  @Test
  void importsMeanwhileAreHeldAgainstTheNewTypeAndLoseNothing(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{\"name\":\"Desk\"}"), entry("b", "{\"name\":\"Lamp\"}"));
    ingest.upsert.run(
        caller("acme"), change("s", "name:LOCALIZED_TEXT").setAllowReindex(true).build());
    assertThat(violations(() -> ingest.load("s", entry("a", "{\"name\":\"Table\"}"))))
        .containsExactly("entries[0].values.name missing_language");
    ingest.load("s", entry("a", "{\"name\":{\"sv\":\"Bord\"}}"));
    ingest.convert(500);
    assertThat(ingest.values("s", "a")).isEqualTo("{\"name\":{\"en\":\"Desk\",\"sv\":\"Bord\"}}");
    assertThat(ingest.values("s", "b")).isEqualTo("{\"name\":{\"en\":\"Lamp\"}}");
  }

  @Test
  void anotherDelimiterSplitsStoredItems(Db db) throws SQLException {
    var ingest = new TestIngest(db).source("s");
    ingest.load("s", entry("a", "{\"tags\":\"red;blue|green\"}"));
    ingest.upsert.run(caller("acme"), change("s", "tags:LIST:;").setAllowReindex(true).build());
    ingest.convert(500);
    assertThat(ingest.values("s", "a")).isEqualTo("{\"tags\":[\"red\",\"blue\",\"green\"]}");
  }
}
