package io.cardloom.bench.stack;

import io.cardloom.local.demo.Configuration;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.local.demo.Searches;
import io.cardloom.local.demo.Wait;
import io.cardloom.local.mcp.McpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// One source of products, their cards and an endpoint, apart from others of the same workspace.
///
/// @param name ends every id of it
public record Pipeline(McpClient mcp, Corpus corpus, String name) {
  /// More does not help on two cores.
  public static final int SENDERS = 4;

  /// Most ids of one query.
  private static final int ASKED_MAX = 500;

  private static final Duration VISIBLE_WAIT = Duration.ofMinutes(60);

  /// Makes all of it, empty and live.
  public static Pipeline live(McpClient mcp, Corpus corpus, String name) {
    var pipeline = new Pipeline(mcp, corpus, name);
    pipeline.makeSource();
    pipeline.makeCards();
    pipeline.makeEndpoint();
    return pipeline;
  }

  public String source() {
    return "products-" + name;
  }

  public String definition() {
    return "product-" + name;
  }

  public String destination() {
    return "shop-" + name;
  }

  public void makeSource() {
    new Configuration(mcp).source(corpus.source(source()));
  }

  /// Returns when the cards of all entries have been built.
  public void makeCards() {
    var configuration = new Configuration(mcp);
    configuration.definition(definition(), "Product", "name", Map.of(source(), corpus.shown()));
    configuration.activate(definition());
    configuration.awaitActive(definition());
  }

  /// Returns at once: rows of the cards there are come in the background.
  public void makeEndpoint() {
    var configuration = new Configuration(mcp);
    var version = configuration.destination(destination(), "Shop", java.util.List.of("en"));
    configuration.endpoint(version, DemoSetup.ENDPOINT, "Products", definition(), DemoSetup.FACETS);
    configuration.publish(version);
  }

  /// Imports through MCP, some calls at once. Returns when the last is accepted.
  public void load(int from, int to) {
    batches(
        from,
        to,
        first ->
            mcp.callRaw(
                "import_data",
                corpus.arguments(source(), first, Math.min(to, first + Corpus.BATCH))));
  }

  /// Has every batch sent, [#SENDERS] at once.
  ///
  /// @param send told the first row of its batch
  public static void batches(int from, int to, IntConsumer send) {
    var next = new AtomicInteger(from);
    try (var senders = Executors.newFixedThreadPool(SENDERS)) {
      var all =
          IntStream.range(0, SENDERS)
              .mapToObj(_ ->
                  senders.submit(() -> {
                    for (int first = next.getAndAdd(Corpus.BATCH);
                        first < to;
                        first = next.getAndAdd(Corpus.BATCH)) {
                      send.accept(first);
                    }
                  }))
              .toList();
      for (var one : all) {
        one.get();
      }
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    } catch (java.util.concurrent.ExecutionException failure) {
      throw new IllegalStateException("an import failed", failure.getCause());
    }
  }

  public Searches searches() {
    return new Searches(mcp, destination());
  }

  /// Returns when searches of the source find this many entries: what was accepted is worked on
  /// until then, and would slow what is measured next.
  public void awaitSearchable(long entries) {
    Wait.until(source(), VISIBLE_WAIT, 50, () -> searches().entries(source()) == entries);
  }

  /// Returns when the endpoint has this many rows.
  public void awaitVisible(long rows) {
    awaitVisible(destination(), rows);
  }

  /// The same of another destination.
  public void awaitVisible(String destination, long rows) {
    var searches = new Searches(mcp, destination);
    Wait.until(destination, VISIBLE_WAIT, 50, () -> searches.rows() == rows);
  }

  /// Returns when the endpoint has the rows from the first to before the last. It asks for them by
  /// name, which costs the same however many others there are.
  public void awaitVisible(int from, int to) {
    var searches = searches();
    for (int first = from; first < to; first += ASKED_MAX) {
      var ids =
          IntStream.range(first, Math.min(to, first + ASKED_MAX)).mapToObj(corpus::id).toList();
      Wait.until(destination(), VISIBLE_WAIT, 20, () -> searches.rows(ids) == ids.size());
    }
  }

  /// Changes the stock of one product. Returns how long it took from the answer of the import until
  /// the endpoint shows it, in nanoseconds.
  public long change(int row, int stock) {
    mcp.callRaw(
        "import_data",
        "{\"sourceId\":\"%s\",\"entries\":[{\"id\":\"%s\",\"values\":{\"stock\":%d}}]}"
            .formatted(source(), corpus.id(row), stock));
    long accepted = System.nanoTime();
    var searches = searches();
    Wait.until(
        corpus.id(row), Duration.ofMinutes(1), 0, () -> searches.showsStock(corpus.id(row), stock));
    return System.nanoTime() - accepted;
  }
}
