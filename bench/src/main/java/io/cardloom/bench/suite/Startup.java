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
    try (var stack = setting.localStack();
        var trained = OneService.trained(stack)) {
      tasks.remove("stack");
      tasks.put("service", trained::secondsWithCache);
      tasks.put("service without cache", trained::secondsWithoutCache);
      var one = setting.rounds().run(tasks);
      var stacks =
          Figure.of("local stack", Unit.SECONDS, whole.of("stack"), whole.of("bare"), BARE);
      var service = Figure.of("svc-cards", Unit.SECONDS, one.of("service"), one.of("bare"), BARE);
      var without =
          Figure.of(
              "svc-cards without AOT cache",
              Unit.SECONDS,
              one.of("service without cache"),
              one.of("bare"),
              BARE);
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(stacks, service, without),
          List.of(
              Target.atMost("local stack", 40, "s", stacks.ours().median()),
              Target.atMost("one service", 3, "s", service.ours().median())),
          List.of(
              "The stack is PostgreSQL, Kafka, Keycloak, four services and the aggregator. The service starts as its image does, with an AOT cache of the run before, which the bare server has none of. It migrates nothing: its schema is there."));
    }
  }

  private static final String BARE = "bare Helidon";

  private static double bare() throws java.io.IOException {
    try (var echo = EchoProcess.start()) {
      return echo.startSeconds();
    }
  }
}
