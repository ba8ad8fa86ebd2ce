package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.local.demo.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Memory of all processes of the local stack: the most while it imports, against the same stack
/// before the first entry. One import is a round.
public final class MemoryUse implements Benchmark {
  private static final int ROWS = 20_000;
  private static final int MB_MAX = 3 * 1024;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "most memory of the local stack while it imports; vs the same stack before";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    int rounds = setting.rounds().count();
    try (var stack = setting.localStack();
        var mcp = stack.mcp(BenchStack.WORKSPACE)) {
      long pid = stack.state().supervisorPid();
      var idle = new ArrayList<Double>();
      for (int i = 0; i < rounds; i++) {
        idle.add((double) Memory.ofTreeMb(pid));
        TimeUnit.MILLISECONDS.sleep(200);
      }
      var pipeline = Pipeline.live(mcp, setting.corpus(), "m");
      var busy = new ArrayList<Double>();
      for (int round = 0; round < rounds; round++) {
        int from = round * rows;
        busy.add(
            most(
                pid,
                () -> {
                  pipeline.load(from, from + rows);
                  pipeline.awaitVisible(from + rows);
                }));
      }
      var figure = Figure.of("under import", Unit.MEGABYTES, busy, idle, "before the first entry");
      return new Report(
          name(),
          rounds,
          List.of(figure),
          List.of(Target.atMost("local stack", MB_MAX, "MB", figure.ours().most())),
          List.of(rows + " rows a round. Pages that processes share are split among them (PSS)."));
    }
  }

  private static double most(long pid, Runnable work) throws InterruptedException {
    var most = new AtomicLong();
    var done = new AtomicBoolean();
    var watch =
        Thread.startVirtualThread(() -> {
          while (!done.get()) {
            most.accumulateAndGet(Memory.ofTreeMb(pid), Math::max);
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
          }
        });
    try {
      work.run();
    } finally {
      done.set(true);
      watch.join();
    }
    return Math.max(most.get(), Memory.ofTreeMb(pid));
  }
}
