package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Rounds.Results;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.local.mcp.McpClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntConsumer;

/// An endpoint, and the table made by hand of the same products, asked the same in turns.
///
/// @param url of the endpoint
record SideBySide(BenchStack stack, McpClient mcp, Readers readers, String url)
    implements AutoCloseable {
  private static final int MANY = 16;
  private static final String SQL = "SQL by hand";

  /// Fills both with this many rows.
  static SideBySide open(Setting setting, int rows) throws Exception {
    var stack = setting.stack();
    var mcp = stack.mcp(BenchStack.WORKSPACE);
    var readers = new Readers(stack, MANY);
    readers.fill(setting.corpus(), rows);
    var pipeline = Pipeline.live(mcp, setting.corpus(), "s");
    pipeline.load(0, rows);
    pipeline.awaitVisible(rows);
    stack.awaitInverted();
    var url =
        "%s/%s/%s/v1/products"
            .formatted(
                stack.state().urls().destinationApi(),
                BenchStack.WORKSPACE,
                pipeline.destination());
    return new SideBySide(stack, mcp, readers, url);
  }

  /// Times of one client, p50 and p99, then calls a second of many.
  ///
  /// @param calls of a round
  List<Figure> measured(
      Setting setting, String name, int calls, IntConsumer ours, IntConsumer byHand)
      throws Exception {
    var one = rounds(setting, 1, calls, ours, byHand);
    var many = rounds(setting, MANY, calls, ours, byHand);
    return List.of(
        Times.millis(name, 50, one.of(OURS), one.of(SQL), SQL),
        Times.millis(name, 99, one.of(OURS), one.of(SQL), SQL),
        Times.perSecond(name + ", " + MANY + " clients", many.of(OURS), many.of(SQL), SQL));
  }

  /// Asks both for as long as a warm-up takes, so that what is measured first is as warm as what
  /// comes last, and what loading left to do is done.
  void warm(Setting setting, int calls, IntConsumer ours, IntConsumer byHand) throws Exception {
    long begun = System.nanoTime();
    while (!setting.rounds().warm(begun)) {
      Times.of(MANY, calls, ours);
      Times.of(MANY, calls, byHand);
    }
  }

  private static final String OURS = "ours";

  private static Results<Times> rounds(
      Setting setting, int clients, int calls, IntConsumer ours, IntConsumer byHand)
      throws Exception {
    var tasks = new LinkedHashMap<String, Task<Times>>();
    tasks.put(OURS, () -> Times.of(clients, calls, ours));
    tasks.put(SQL, () -> Times.of(clients, calls, byHand));
    return setting.rounds().run(tasks);
  }

  @Override
  public void close() throws Exception {
    readers.close();
    mcp.close();
    stack.close();
  }
}
