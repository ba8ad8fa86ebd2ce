package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.bench.stack.Pipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/// One change at a time, from the answer of its import until the endpoint shows it: on an idle
/// system, and while another workspace imports.
public final class Latency implements Benchmark {
  private static final int ROWS = 10_000;
  private static final int CHANGES = 50;
  private static final String LOAD = "load";

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String summary() {
    return "one change until it is visible, idle and under load; vs three commits and two acknowledged events in a row";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    var corpus = setting.corpus();
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var database = stack.database();
        var hops = new ThreeHops(database, stack.kafka())) {
      stack.workspace(LOAD);
      var pipeline = Pipeline.live(mcp, corpus, "l");
      pipeline.load(0, rows);
      pipeline.awaitVisible(rows);
      stack.awaitInverted();
      var stock = new AtomicInteger(10_000);
      var tasks = new LinkedHashMap<String, Task<Times>>();
      tasks.put("idle", () -> changes(pipeline, stock));
      tasks.put("hops", () -> Times.of(1, CHANGES, _ -> hops.run()));
      var idle = setting.rounds().run(tasks);

      tasks.remove("idle");
      try (var other = stack.mcp(LOAD)) {
        var load = Pipeline.live(other, corpus, "o");
        var turn = new AtomicInteger();
        tasks.put(
            "loaded", () -> underLoad(pipeline, stock, load, turn.getAndIncrement() * LOAD_ROWS));
        var loaded = setting.rounds().run(tasks);
        var visible = Times.millis("idle", 50, idle.of("idle"), idle.of("hops"), HOPS);
        var visible99 = Times.millis("idle", 99, idle.of("idle"), idle.of("hops"), HOPS);
        var busy = Times.millis("under load", 50, loaded.of("loaded"), loaded.of("hops"), HOPS);
        var busy99 = Times.millis("under load", 99, loaded.of("loaded"), loaded.of("hops"), HOPS);
        return new Report(
            name(),
            setting.rounds().count(),
            List.of(visible, visible99, busy, busy99),
            List.of(
                Target.atMost("idle, p50", 50, "ms", visible.ours().median()),
                Target.atMost("idle, p99", 250, "ms", visible99.ours().median()),
                Target.atMost("under load, p99", 2_000, "ms", busy99.ours().median())),
            List.of(
                CHANGES
                    + " changes a round. Under load: another workspace imports "
                    + LOAD_ROWS
                    + " rows, from before the first change until after the last."));
      }
    }
  }

  private static final String HOPS = "three commits, two events";
  private static final int LOAD_ROWS = 50_000;

  private static Times changes(Pipeline pipeline, AtomicInteger stock) {
    var nanos = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
    long began = System.nanoTime();
    for (int i = 0; i < CHANGES; i++) {
      int next = stock.incrementAndGet();
      nanos.recordValue(pipeline.change(next % 997, next));
    }
    return new Times(nanos, CHANGES * 1e9 / (System.nanoTime() - began));
  }

  /// @param first of the rows that the other workspace imports; each is new to it
  private static Times underLoad(Pipeline pipeline, AtomicInteger stock, Pipeline other, int first)
      throws InterruptedException {
    var done = new AtomicBoolean();
    var load =
        Thread.startVirtualThread(() -> {
          int end = first + LOAD_ROWS;
          for (int from = first; from < end && !done.get(); from += 4 * Corpus.BATCH) {
            other.load(from, Math.min(end, from + 4 * Corpus.BATCH));
          }
        });
    TimeUnit.SECONDS.sleep(1);
    try {
      return changes(pipeline, stock);
    } finally {
      done.set(true);
      load.join();
    }
  }
}
