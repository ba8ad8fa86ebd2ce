package io.cardloom.ingest.entry;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What an import may cost on any machine.
@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ImportBudgetTest {
  /// Those of the transaction, the source, the entries there are, and one for each table written.
  private static final int STATEMENTS_MAX = 12;

  /// Of an event beside the entry's values: ids, times, correlation, trace.
  private static final int EVENT_BYTES_MAX = 400;

  private static ImportDataRequest entries(int count, int price) {
    return batch(
            "s",
            IntStream.range(0, count)
                .mapToObj(
                    i -> entry("e" + i, "{\"name\":\"Desk %d\",\"price\":%d}".formatted(i, price)))
                .toArray(EntryInput[]::new))
        .build();
  }

  @Test
  void aBatchTakesAsManyStatementsAsOneEntry(Db db) throws Exception {
    var ingest = new TestIngest(db).source("s");
    var caller = TestIngest.caller("acme");
    ingest.imports.run(caller, entries(1, 0)); // the schema is remembered from here on
    for (int count : new int[] {1, 10, 1_000}) {
      assertThat(StatementCount.of(() -> ingest.imports.run(caller, entries(count, count))))
          .as("%d entries, new and changed", count)
          .isBetween(3, STATEMENTS_MAX);
      assertThat(StatementCount.of(() -> ingest.imports.run(caller, entries(count, count))))
          .as("%d entries again", count)
          .isBetween(2, STATEMENTS_MAX - 3);
    }
  }

  @Test
  void anEventIsTheEntryAndLittleElse(Db db) {
    var ingest = new TestIngest(db).source("s");
    var values = "{\"name\":\"" + "x".repeat(5_000) + "\"}";
    ingest.load("s", entry("e", values));
    var event = ingest.events().getLast();
    assertThat(event.getSerializedSize()).isBetween(5_000, values.length() + EVENT_BYTES_MAX);
  }
}
