package io.cardloom.local.demo;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.catalogue.ShippedSource;
import io.cardloom.local.load.LoadFile;
import io.cardloom.local.load.LoadReport;
import io.cardloom.local.load.Progress;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.rows.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The demo, step by step, on a stack that has nothing in it yet.
public final class Demo {
  private static final int SINGLE_CHANGES = 200;
  private static final int TIMED_SEARCHES = 200;
  private static final int WARM_UP = 30;
  private static final Duration VISIBLE_WAIT = Duration.ofMinutes(10);
  private static final Duration CHANGE_WAIT = Duration.ofSeconds(30);
  private static final long SEED = 7;

  private final McpClient mcp;
  private final ShippedCatalogue catalogue;
  private final Searches searches;

  public Demo(McpClient mcp, ShippedCatalogue catalogue) {
    this.mcp = mcp;
    this.catalogue = catalogue;
    this.searches = new Searches(mcp, DemoSetup.DESTINATION);
  }

  /// An example query, its answer, the trace of one entry, and the figures.
  public record Outcome(
      JsonNode query, JsonNode answer, String tracedEntry, JsonNode trace, Figures figures) {}

  /// Runs it. `memoryMb` is asked while the catalogue is loaded.
  public Outcome run(double startSeconds, LongSupplier memoryMb) throws IOException {
    System.err.println("Making sources, card definitions and the endpoint by MCP calls ...");
    new DemoSetup(mcp, catalogue).run();
    long began = System.nanoTime();
    long accepted = 0;
    for (var source : catalogue.sources()) {
      accepted += load(source);
    }
    double acceptedSeconds = secondsSince(began);
    long memory = memoryMb.getAsLong();
    awaitVisible();
    double visibleSeconds = secondsSince(began);
    System.err.printf("Everything is visible %.1f s after the first row.%n", visibleSeconds);
    var visible = singleChanges();
    var faceted = timed(searches::faceted);
    var plain = timed(searches::plain);
    var traced = anyProduct();
    return new Outcome(
        searches.arguments(searches.faceted()),
        searches.endpoint(searches.faceted()),
        traced,
        mcp.call(
            "trace_entry_lifecycle",
            JsonNodeFactory.instance
                .objectNode()
                .put("sourceId", ShippedCatalogue.OFFERS)
                .put("entryId", traced)),
        new Figures(
            accepted,
            cards(),
            searches.rows(),
            accepted / acceptedSeconds,
            accepted / visibleSeconds,
            ms(visible, 50),
            ms(visible, 99),
            startSeconds,
            ms(faceted, 99),
            ms(plain, 99),
            Math.max(memory, memoryMb.getAsLong()),
            mcp.toolsListBytes()));
  }

  private long load(ShippedSource source) throws IOException {
    var report = new LoadReport();
    var target = new LoadFile.Target(source.id(), source.schema(), source.keyFields(), false);
    try (var rows = source.rows().open();
        var _ =
            new Progress(
                "%-16s".formatted(source.id()),
                source.rowCount(),
                report::accepted,
                report::accepted)) {
      new LoadFile(mcp, target, report, _ -> {}).run(rows, 0);
    }
    if (report.badCount() > 0) {
      throw new IllegalStateException(
          report.badCount() + " rows of " + source.id() + " are bad, the first: " + report.bad());
    }
    return report.accepted();
  }

  /// Every product with its offer in the endpoint, every listing and category as a card.
  private void awaitVisible() {
    long products = catalogue.source(ShippedCatalogue.PRODUCTS).rowCount();
    try (var _ =
        new Progress("in the endpoint ", products, searches::rowsWithPrice, searches::rows)) {
      Wait.until("the endpoint", VISIBLE_WAIT, 100, () -> searches.rowsWithPrice() == products);
      for (var definition : List.of(DemoSetup.LISTING, DemoSetup.CATEGORY)) {
        long cards =
            catalogue
                .source(
                    definition.equals(DemoSetup.LISTING)
                        ? ShippedCatalogue.LISTINGS
                        : ShippedCatalogue.CATEGORIES)
                .rowCount();
        Wait.until(definition, VISIBLE_WAIT, 100, () -> searches.cards(definition) == cards);
      }
      for (var source : catalogue.sources()) {
        Wait.until(
            source.id(),
            VISIBLE_WAIT,
            100,
            () -> searches.entries(source.id()) == source.rowCount());
      }
    }
  }

  private long cards() {
    return searches.cards(DemoSetup.PRODUCT)
        + searches.cards(DemoSetup.LISTING)
        + searches.cards(DemoSetup.CATEGORY);
  }

  /// Changes the stock of one product after another and looks until the endpoint shows it.
  private Histogram singleChanges() throws IOException {
    var ids = sampleOfProducts(SINGLE_CHANGES + WARM_UP);
    var times = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    int stock = 1000;
    for (int i = 0; i < ids.size(); i++) {
      var id = ids.get(i);
      int wanted = ++stock;
      var arguments =
          JsonNodeFactory.instance.objectNode().put("sourceId", ShippedCatalogue.OFFERS);
      arguments
          .putArray("entries")
          .addObject()
          .put("id", id)
          .putObject("values")
          .put("stock", wanted);
      mcp.call("import_data", arguments);
      long accepted = System.nanoTime();
      Wait.until("the change of " + id, CHANGE_WAIT, 0, () -> searches.showsStock(id, wanted));
      if (i >= WARM_UP) {
        times.recordValue(System.nanoTime() - accepted);
      }
    }
    return times;
  }

  private Histogram timed(Supplier<ObjectNode> query) {
    var times = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    for (int i = 0; i < TIMED_SEARCHES + WARM_UP; i++) {
      long began = System.nanoTime();
      searches.endpoint(query.get());
      if (i >= WARM_UP) {
        times.recordValue(System.nanoTime() - began);
      }
    }
    return times;
  }

  private String anyProduct() throws IOException {
    return sampleOfProducts(1).getFirst();
  }

  private List<String> sampleOfProducts(int count) throws IOException {
    var random = new SplittableRandom(SEED);
    var all = new ArrayList<String>();
    try (var rows = catalogue.source(ShippedCatalogue.OFFERS).rows().open()) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof Row.Read read) {
          var id = read.values().get("id");
          if (id != null) {
            all.add(id.asString());
          }
        }
      }
    }
    return random.ints(0, all.size()).distinct().limit(count).mapToObj(all::get).toList();
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static double ms(Histogram times, double percentile) {
    return times.getValueAtPercentile(percentile) / 1e6;
  }
}
