package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Entries from the first call of an import until the endpoint serves the last of them.
public final class EndToEnd implements Benchmark {
  private static final int ROWS = 50_000;

  @Override
  public String name() {
    return "end-to-end";
  }

  @Override
  public String summary() {
    return "entries from import to visible in an endpoint; vs COPY of them into three tables, one after the other";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    var corpus = setting.corpus();
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var database = stack.database()) {
      var names = new AtomicInteger();
      var tables =
          List.of(
              new RawTable(database, "entry"),
              new RawTable(database, "card"),
              new RawTable(database, "endpoint_row"));
      var tasks = new LinkedHashMap<String, Task<Double>>();
      tasks.put(
          "pipeline",
          () -> {
            var pipeline = Pipeline.live(mcp, corpus, "e" + names.incrementAndGet());
            long began = System.nanoTime();
            pipeline.load(0, rows);
            pipeline.awaitVisible(rows);
            double perSecond = rows * 1e9 / (System.nanoTime() - began);
            pipeline.awaitSearchable(rows);
            stack.awaitInverted();
            return perSecond;
          });
      tasks.put(
          "copies",
          () -> {
            double seconds = 0;
            for (var table : tables) seconds += table.copy(corpus, rows);
            return rows / seconds;
          });
      var results = setting.rounds().run(tasks);
      var figure =
          Figure.of(
              "visible",
              Unit.ROWS_PER_SECOND,
              results.of("pipeline"),
              results.of("copies"),
              "three COPYs");
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(figure),
          List.of(Target.atLeast("end to end", 5_000, "entries/s", figure.ours().median())),
          List.of(rows + " entries a round, of one source, in batches of 1,000 through MCP."));
    }
  }
}
