package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;

/// One row by its id.
public final class Point implements Benchmark {
  private static final int ROWS = 50_000;
  private static final int CALLS = 500;
  private static final int MANY = 16;

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
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var visits = new Visits();
        var readers = new Search.Readers(stack, MANY)) {
      readers.fill(corpus, rows);
      var pipeline = Pipeline.live(mcp, corpus, "p");
      pipeline.load(0, rows);
      pipeline.awaitVisible(rows);
      var url =
          stack.state().urls().destinationApi()
              + "/"
              + BenchStack.WORKSPACE
              + "/"
              + pipeline.destination()
              + "/v1/products?id=";
      var figures = new java.util.ArrayList<io.cardloom.bench.measure.Figure>();
      for (int clients : List.of(1, MANY)) {
        var tasks = new LinkedHashMap<String, Task<Times>>();
        tasks.put(
            "ours",
            () -> Times.of(clients, CALLS, call -> visits.get(url + corpus.id(row(call, rows)))));
        tasks.put(
            "by hand",
            () -> Times.of(clients, CALLS, call -> byHand(readers, corpus.id(row(call, rows)))));
        var results = setting.rounds().run(tasks);
        if (clients == 1) {
          figures.add(
              Times.millis(
                  "one row", 50, results.of("ours"), results.of("by hand"), "SQL by hand"));
          figures.add(
              Times.millis(
                  "one row", 99, results.of("ours"), results.of("by hand"), "SQL by hand"));
        } else {
          figures.add(
              Times.perSecond(
                  "one row, " + clients + " clients",
                  results.of("ours"),
                  results.of("by hand"),
                  "SQL by hand"));
        }
      }
      return new Report(
          name(), setting.rounds().count(), figures, List.of(), List.of(rows + " rows."));
    }
  }

  private static int row(int call, int rows) {
    return (int) ((long) call * STEP % rows);
  }

  private static void byHand(Search.Readers readers, String key) {
    try {
      if (readers.ask(reader -> reader.point(key)) == 0) {
        throw new IllegalStateException("there is no row " + key);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the query by hand failed", failure);
    }
  }
}
