package io.cardloom.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.rows.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Other people's clients, one after the other on one stack with a part of the demo: each finds its
/// way, changes a product of its own, follows it to the shop, is refused, publishes and stops.
@Timeout(900)
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock("browser")
class ClientStacksTest {
  private static final int ROWS = 60;

  @SuppressWarnings("NullAway.Init")
  private static RunningStack stack;

  private static final Queue<String> entries = new ArrayDeque<>();

  @BeforeAll
  @Timeout(600)
  static void start(@TempDir Path dir) throws IOException {
    var catalogue = ShippedCatalogue.read().first(ROWS);
    stack = RunningStack.withSignIn(dir);
    try (var mcp = stack.mcp("admin")) {
      new DemoSetup(mcp, catalogue).run();
      load(mcp, catalogue, ShippedCatalogue.PRODUCTS);
      load(mcp, catalogue, ShippedCatalogue.OFFERS);
    }
    try (var rows = catalogue.source(ShippedCatalogue.PRODUCTS).rows().open()) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof Row.Read read && read.values().containsKey("name")) {
          entries.add(Objects.requireNonNull(read.values().get("id")).asString());
        }
      }
    }
  }

  private static void load(McpClient mcp, ShippedCatalogue catalogue, String id)
      throws IOException {
    var source = catalogue.source(id);
    var report = new LoadReport();
    var target = new LoadFile.Target(id, source.schema(), source.keyFields(), false);
    try (var rows = source.rows().open()) {
      new LoadFile(mcp, target, report, _ -> {}).run(rows, 0);
    }
    assertThat(report.created()).isEqualTo(ROWS);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  /// The script, what it is told, and the revision that must come of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "sdk-v1 '' 2025-11-25",
        "sdk-v2 -auto 2026-07-28",
        "sdk-v2 -pin 2026-07-28",
        "inspector -legacy 2025-11-25",
        "inspector -modern 2026-07-28"
      })
  void aStackOfNodeDoesTheWork(String script, String way, String revision) throws Exception {
    var ran =
        new NodeScript(stack, entries.remove())
            .run("node", "stacks/" + script + ".mjs", way.replace("-", ""));
    assertThat(ran.code()).as(ran.text()).isZero();
    assertThat(ran.text()).endsWith("done " + script + way + " " + revision + "\n");
  }

  /// Sign-in and approval by form posts with both clients, and once in a browser.
  @ParameterizedTest
  @CsvSource({"v1,forms", "v2,forms", "v2,chromium"})
  void aClientIsLetInByAPerson(String client, String way) throws Exception {
    var ran = new NodeScript(stack, "none").run("node", "stacks/oauth.mjs", client, way);
    assertThat(ran.code()).as(ran.text()).isZero();
    assertThat(ran.text()).endsWith("done oauth-" + client + "-" + way + "\n");
  }

  /// What a stack gives its aggregator is enough to sign in on the page for people.
  @Test
  void aPersonSignsInOnThePage() throws Exception {
    var ran = new NodeScript(stack, "none").run("node", "stacks/connect.mjs");
    assertThat(ran.code()).as(ran.text()).isZero();
    assertThat(ran.text()).endsWith("done connect\n");
  }

  /// Forms, graph and timeline in a real browser, over the answers of the stack.
  @Test
  void theViewsWorkOverItsAnswers() throws Exception {
    var ran = new NodeScript(stack, entries.remove()).run("run", "stacks/views.test.mjs");
    assertThat(ran.code()).as(ran.text()).isZero();
    assertThat(ran.text()).contains("pass 5\n");
  }

  @Test
  void theJavaClientDoesTheWork() throws Exception {
    try (var client = new JavaStack(stack, entries.remove())) {
      client.work();
    }
  }
}
