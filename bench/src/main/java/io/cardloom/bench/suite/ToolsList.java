package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;

/// The list of tools, as an administrator gets it: the longest.
public final class ToolsList implements Benchmark {
  private static final int CALLS = 400;
  private static final int MANY = 16;
  private static final int BYTES_MAX = 48 * 1024;

  @Override
  public String name() {
    return "tools-list";
  }

  @Override
  public String summary() {
    return "tools/list; vs a bare Helidon server that answers as many bytes";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    try (var stack = setting.stack();
        var echo = EchoProcess.start()) {
      var people = new People(stack);
      int bytes = people.toolsList(0).getBytes(StandardCharsets.UTF_8).length;
      var one = new LinkedHashMap<String, Task<Times>>();
      one.put("ours", () -> Times.of(1, CALLS, people::toolsList));
      one.put("echo", () -> Times.of(1, CALLS, _ -> Visits.post(echo.url(bytes), "{}")));
      var latency = setting.rounds().run(one);
      var many = new LinkedHashMap<String, Task<Times>>();
      many.put("ours", () -> Times.of(MANY, CALLS, people::toolsList));
      many.put("echo", () -> Times.of(MANY, CALLS, _ -> Visits.post(echo.url(bytes), "{}")));
      var throughput = setting.rounds().run(many);
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(
              Times.millis("tools/list", 50, latency.of("ours"), latency.of("echo"), ECHO),
              Times.millis("tools/list", 99, latency.of("ours"), latency.of("echo"), ECHO),
              Times.perSecond(
                  "tools/list, 16 clients", throughput.of("ours"), throughput.of("echo"), ECHO)),
          List.of(Target.atMost("size", BYTES_MAX, "bytes", bytes)),
          List.of());
    }
  }

  private static final String ECHO = "bare Helidon";
}
