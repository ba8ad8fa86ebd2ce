package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.OneService;
import java.util.LinkedHashMap;
import java.util.List;

/// Start until ready: the whole local stack with empty data, and one service in a process of its
/// own beside a running stack.
public final class Startup implements Benchmark {
  @Override
  public String name() {
    return "startup";
  }

  @Override
  public String summary() {
    return "start of the local stack, and of one service; vs the start of a bare Helidon server";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    var tasks = new LinkedHashMap<String, Task<Double>>();
    tasks.put(
        "stack",
        () -> {
          try (var stack = setting.localStack()) {
            return stack.startSeconds();
          }
        });
    tasks.put("bare", Startup::bare);
    var whole = setting.rounds().run(tasks);
    try (var stack = setting.localStack()) {
      tasks.remove("stack");
      tasks.put("service", () -> OneService.secondsToReady(stack));
      var one = setting.rounds().run(tasks);
      var stacks =
          Figure.of("local stack", Unit.SECONDS, whole.of("stack"), whole.of("bare"), BARE);
      var service = Figure.of("svc-cards", Unit.SECONDS, one.of("service"), one.of("bare"), BARE);
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(stacks, service),
          List.of(
              Target.atMost("local stack", 40, "s", stacks.ours().median()),
              Target.atMost("one service", 3, "s", service.ours().median())),
          List.of(
              "The stack is PostgreSQL, Kafka, Keycloak, four services and the aggregator. The service migrates nothing: its schema is there."));
    }
  }

  private static final String BARE = "bare Helidon";

  private static double bare() throws java.io.IOException {
    try (var echo = EchoProcess.start()) {
      return echo.startSeconds();
    }
  }
}
