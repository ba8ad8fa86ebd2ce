package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.catalogue.ShippedSource;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.mcp.McpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// A process of its own for each service, each killed without warning while entries come in.
@Timeout(900)
@ResourceLock("stack")
class KillTest {
  private static final int ROWS = 3000;

  @Test
  void nothingIsLostOrMadeTwiceWhenAnyServiceIsKilled(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path dir) throws Exception {
    var catalogue = ShippedCatalogue.read().first(ROWS);
    try (var stack = RunningStack.start(dir, true, Map.of());
        var mcp = stack.mcp("admin");
        var side = Executors.newVirtualThreadPerTaskExecutor()) {
      new DemoSetup(mcp, catalogue).run();
      var reports = List.of(new LoadReport(), new LoadReport(), new LoadReport());
      var loading =
          side.submit(() -> {
            load(mcp, catalogue.source(ShippedCatalogue.PRODUCTS), reports.get(0));
            load(mcp, catalogue.source(ShippedCatalogue.OFFERS), reports.get(1));
            load(mcp, catalogue.source(ShippedCatalogue.LISTINGS), reports.get(2));
            return null;
          });
      Awaitility.await()
          .atMost(Duration.ofSeconds(180))
          .until(() -> reports.getFirst().accepted() > 0);
      for (var part :
          List.of(Part.CARDS, Part.PUBLISHING, Part.INGEST, Part.METRICS, Part.AGGREGATOR)) {
        kill(stack, part);
      }
      loading.get(600, TimeUnit.SECONDS);
      for (var report : reports) {
        assertThat(report.bad()).isEmpty();
        assertThat(report.accepted()).isEqualTo(ROWS);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(240))
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(stack.verified().kept()).isEmpty());
      assertThat(stack.verified().comparedCount()).isGreaterThanOrEqualTo(5L * ROWS);
      assertThat(stack.now().services())
          .allSatisfy(
              service -> assertThat(service.restarts()).as(service.toString()).isPositive());
    }
  }

  /// Ends the process at once and waits until the supervisor has a new one that is ready.
  private static void kill(RunningStack stack, Part part) throws Exception {
    var before = pid(stack, part);
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Awaitility.await().atMost(Duration.ofSeconds(180)).until(() -> pid(stack, part) != before);
    Readiness.await(stack.state().urls(), stack.state().options());
  }

  private static long pid(RunningStack stack, Part part) {
    return stack.now().services().stream()
        .filter(service -> service.part() == part)
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private static void load(McpClient mcp, ShippedSource source, LoadReport report)
      throws Exception {
    var target = new LoadFile.Target(source.id(), source.schema(), source.keyFields(), false);
    try (var rows = source.rows().open()) {
      new LoadFile(mcp, target, report, _ -> {}).run(rows, 0);
    }
  }
}
