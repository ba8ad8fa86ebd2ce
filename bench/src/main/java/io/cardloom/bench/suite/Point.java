package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;
import java.util.List;

/// One row by its id.
public final class Point implements Benchmark {
  private static final int ROWS = 50_000;
  private static final int CALLS = 500;

  /// Steps through the rows without a pattern: prime to the number of products.
  private static final int STEP = 7_919;

  @Override
  public String name() {
    return "point";
  }

  @Override
  public String summary() {
    return "one row of an endpoint by its id over HTTP; vs the same by primary key in SQL";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    var corpus = setting.corpus();
    try (var sides = SideBySide.open(setting, rows)) {
      var figures =
          sides.measured(
              setting,
              "one row",
              CALLS,
              call -> Visits.get(sides.url() + "?id=" + corpus.id(row(call, rows))),
              call -> byHand(sides.readers(), corpus.id(row(call, rows))));
      return new Report(
          name(), setting.rounds().count(), figures, List.of(), List.of(rows + " rows."));
    }
  }

  private static int row(int call, int rows) {
    return (int) ((long) call * STEP % rows);
  }

  private static void byHand(Readers readers, String key) {
    if (readers.ask(reader -> reader.point(key)) == 0) {
      throw new IllegalStateException("there is no row " + key);
    }
  }
}
