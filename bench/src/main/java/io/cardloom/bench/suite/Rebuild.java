package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.local.demo.Configuration;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What exists already, made anew: the cards of a further definition over the entries there are,
/// and the rows of a further endpoint over the cards there are.
public final class Rebuild implements Benchmark {
  private static final int ROWS = 20_000;

  @Override
  public String name() {
    return "rebuild";
  }

  @Override
  public String summary() {
    return "cards of a new definition, rows of a new endpoint, over what exists; vs INSERT ... SELECT of the same rows";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var database = stack.database()) {
      new RawTable(database, "entry").copy(setting.corpus(), rows);
      var copyOf = new RawTable(database, "card");
      var first = Pipeline.live(mcp, setting.corpus(), "r");
      first.load(0, rows);
      first.awaitVisible(rows);
      stack.awaitInverted();
      var turn = new AtomicInteger();
      var tasks = new LinkedHashMap<String, Task<Double>>();
      tasks.put(
          "definition",
          () -> {
            var configuration = new Configuration(mcp);
            var id = "again-" + turn.incrementAndGet();
            configuration.definition(
                id, "Again", "name", Map.of(first.source(), setting.corpus().shown()));
            long began = System.nanoTime();
            configuration.activate(id);
            configuration.awaitActive(id);
            return rows * 1e9 / (System.nanoTime() - began);
          });
      tasks.put(
          "endpoint",
          () -> {
            var again = new Again(first, "shop-again-" + turn.incrementAndGet());
            long began = System.nanoTime();
            again.publish();
            return rows * 1e9 / (System.nanoTime() - began);
          });
      tasks.put("insert", () -> rows / copyOf.insertFrom("entry"));
      var results = setting.rounds().run(tasks);
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(
              Figure.of(
                  "cards of a definition",
                  Unit.ROWS_PER_SECOND,
                  results.of("definition"),
                  results.of("insert"),
                  INSERT),
              Figure.of(
                  "rows of an endpoint",
                  Unit.ROWS_PER_SECOND,
                  results.of("endpoint"),
                  results.of("insert"),
                  INSERT)),
          List.of(),
          List.of(
              rows
                  + " rows. Other definitions and endpoints over the same entries stay, and are not touched."));
    }
  }

  private static final String INSERT = "INSERT ... SELECT";

  /// A further endpoint over the cards of a pipeline.
  private record Again(Pipeline pipeline, String destination) {
    void publish() throws SQLException {
      var configuration = new Configuration(pipeline.mcp());
      var version = configuration.destination(destination, "Shop", List.of("en"));
      configuration.endpoint(
          version, "products", "Products", pipeline.definition(), Map.of("category", "Category"));
      configuration.publish(version);
      pipeline.awaitVisible(destination, pipeline.searches().rows());
    }
  }
}
