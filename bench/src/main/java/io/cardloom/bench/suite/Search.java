package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.bench.stack.Pipeline;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.json.JsonMapper;

/// Searches of an endpoint, as a shop asks them by HTTP: filters and sort, the same with five
/// facets and a total, later pages, and text.
public final class Search implements Benchmark {
  private static final int ROWS = 50_000;
  private static final int CATEGORIES = 10;
  private static final int CALLS = 200;
  private static final int MANY = 16;
  private static final int PAGE = 10;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<String> WORDS =
      List.of(
          "corsair", "black", "rtx", "gaming", "ddr5", "white", "pro", "wireless", "mini", "max");

  @Override
  public String name() {
    return "search";
  }

  @Override
  public String summary() {
    return "searches of an endpoint over HTTP, one client and 16; vs SQL by hand on an ideal table";
  }

  /// One query of each side.
  private record Pair(String name, Ask ours, Ask baseline) {}

  @FunctionalInterface
  private interface Ask {
    void ask(int call) throws SQLException;

    default void unchecked(int call) {
      try {
        ask(call);
      } catch (SQLException failure) {
        throw new IllegalStateException("the query by hand failed", failure);
      }
    }
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    var corpus = setting.corpus();
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var visits = new Visits();
        var readers = new Readers(stack, MANY)) {
      readers.fill(corpus, rows);
      var pipeline = Pipeline.live(mcp, corpus, "s");
      pipeline.load(0, rows);
      pipeline.awaitVisible(rows);
      var url =
          stack.state().urls().destinationApi()
              + "/"
              + BenchStack.WORKSPACE
              + "/"
              + pipeline.destination()
              + "/v1/products?top="
              + Shelf.TOP;
      var figures = new ArrayList<Figure>();
      var targets = new ArrayList<Target>();
      for (var pair : pairs(url, corpus, visits, readers)) {
        for (int clients : List.of(1, MANY)) {
          var tasks = new LinkedHashMap<String, Task<Times>>();
          tasks.put("ours", () -> Times.of(clients, CALLS, pair.ours()::unchecked));
          tasks.put("by hand", () -> Times.of(clients, CALLS, pair.baseline()::unchecked));
          var results = setting.rounds().run(tasks);
          var ours = results.of("ours");
          var byHand = results.of("by hand");
          if (clients == 1) {
            figures.add(Times.millis(pair.name(), 50, ours, byHand, SQL));
            var p99 = Times.millis(pair.name(), 99, ours, byHand, SQL);
            figures.add(p99);
            goal(pair.name(), rows)
                .ifPresent(bound ->
                    targets.add(
                        Target.atMost(pair.name() + ", p99", bound, "ms", p99.ours().median())));
          } else {
            figures.add(
                Times.perSecond(pair.name() + ", " + clients + " clients", ours, byHand, SQL));
          }
        }
      }
      return new Report(
          name(),
          setting.rounds().count(),
          figures,
          targets,
          List.of(
              rows
                  + " rows; "
                  + CALLS
                  + " queries a round, over the "
                  + CATEGORIES
                  + " largest categories; pages of "
                  + Shelf.TOP
                  + " rows."));
    }
  }

  private static final String SQL = "SQL by hand";

  private static java.util.OptionalDouble goal(String name, int rows) {
    boolean large = rows >= 1_000_000;
    return switch (name) {
      case "filters + sort" -> java.util.OptionalDouble.of(large ? 20 : 10);
      case "with 5 facets" -> java.util.OptionalDouble.of(large ? 200 : 30);
      default -> java.util.OptionalDouble.empty();
    };
  }

  private static List<Pair> pairs(String url, Corpus corpus, Visits visits, Readers readers) {
    var categories = corpus.categories(CATEGORIES);
    var filtered =
        categories.stream()
            .map(category -> url + "&category=" + category + "&in_stock=true&sortDesc=price")
            .toList();
    var facets =
        "&includeTotals=true&facets="
            + String.join(",", Shelf.FACETS.stream().map(id -> id + ".5").toList());
    var pages =
        java.util.stream.IntStream.range(0, CATEGORIES)
            .mapToObj(i -> Page.of(visits, categories.get(i), filtered.get(i)))
            .toList();
    return List.of(
        new Pair(
            "filters + sort",
            call -> visits.get(filtered.get(call % CATEGORIES)),
            call -> readers.ask(reader -> reader.plain(categories.get(call % CATEGORIES)))),
        new Pair(
            "with 5 facets",
            call -> visits.get(filtered.get(call % CATEGORIES) + facets),
            call -> readers.ask(reader -> reader.faceted(categories.get(call % CATEGORIES)))),
        new Pair(
            "page " + PAGE,
            call -> visits.get(pages.get(call % CATEGORIES).url()),
            call -> readers.ask(pages.get(call % CATEGORIES)::byHand)),
        new Pair(
            "text",
            call -> visits.get(url + "&search=" + WORDS.get(call % WORDS.size())),
            call -> readers.ask(reader -> reader.text(WORDS.get(call % WORDS.size())))));
  }

  /// A later page of a query: what the page before it ended with.
  private record Page(String category, String url, double price, String key) {
    static Page of(Visits visits, String category, String query) {
      var after = "";
      double price = 0;
      var key = "";
      for (int page = 1; page < PAGE; page++) {
        var answer = JSON.readTree(visits.get(query + after));
        var last = answer.path("results").path(answer.path("results").size() - 1);
        key = last.path("id").asString("");
        price = last.path("price").asDouble(0);
        if (!answer.has("after")) break;
        after =
            "&after="
                + URLEncoder.encode(answer.path("after").asString(""), StandardCharsets.UTF_8);
      }
      return new Page(category, query + after, price, key);
    }

    int byHand(Shelf.Reader reader) throws SQLException {
      return reader.page(category, price, key);
    }
  }

  /// A connection for each client of the baseline.
  static final class Readers implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();
    private final BlockingQueue<Shelf.Reader> free = new LinkedBlockingQueue<>();

    Readers(BenchStack stack, int count) throws SQLException {
      for (int i = 0; i < count; i++) connections.add(stack.database());
    }

    void fill(Corpus corpus, int rows) throws SQLException, IOException {
      new Shelf(connections.getFirst()).fill(corpus, rows);
      for (var connection : connections) free.add(new Shelf.Reader(connection));
    }

    interface Query {
      int run(Shelf.Reader reader) throws SQLException;
    }

    int ask(Query query) throws SQLException {
      Shelf.Reader reader;
      try {
        reader = free.take();
      } catch (InterruptedException failure) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", failure);
      }
      try {
        return query.run(reader);
      } finally {
        free.add(reader);
      }
    }

    @Override
    public void close() throws SQLException {
      for (var connection : connections) connection.close();
    }
  }
}
