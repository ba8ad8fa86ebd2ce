package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.stack.Corpus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import tools.jackson.databind.json.JsonMapper;

/// Searches of an endpoint, as a shop asks them by HTTP: filters and sort, the same with five
/// facets and a total, later pages, and text.
public final class Search implements Benchmark {
  private static final int ROWS = 50_000;
  private static final int CATEGORIES = 10;
  private static final int CALLS = 200;

  /// From so many rows on the slowest of a hundred searches may take this long, in milliseconds.
  static final int LARGE = 1_000_000;

  static final double PLAIN_LARGE_MAX = 20;
  static final double FACETED_LARGE_MAX = 200;
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
  private record Pair(String name, IntConsumer ours, IntConsumer byHand) {}

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    try (var sides = SideBySide.open(setting, rows)) {
      var figures = new ArrayList<Figure>();
      var targets = new ArrayList<Target>();
      var pairs = pairs(sides, setting.corpus());
      for (var pair : pairs) sides.warm(setting, CALLS, pair.ours(), pair.byHand());
      for (var pair : pairs) {
        var seen = sides.measured(setting, pair.name(), CALLS, pair.ours(), pair.byHand());
        figures.addAll(seen);
        var p99 = seen.get(1);
        goal(pair.name(), rows)
            .ifPresent(
                bound -> targets.add(Target.atMost(p99.name(), bound, "ms", p99.ours().median())));
      }
      return new Report(
          name(),
          setting.rounds().count(),
          figures,
          targets,
          List.of(
              "%d rows; %d queries a round, over the %d largest categories; pages of %d rows."
                  .formatted(rows, CALLS, CATEGORIES, Shelf.TOP)));
    }
  }

  private static java.util.OptionalDouble goal(String name, int rows) {
    boolean large = rows >= LARGE;
    return switch (name) {
      case "filters + sort" -> java.util.OptionalDouble.of(large ? PLAIN_LARGE_MAX : 10);
      case "with 5 facets" -> java.util.OptionalDouble.of(large ? FACETED_LARGE_MAX : 30);
      default -> java.util.OptionalDouble.empty();
    };
  }

  private static List<Pair> pairs(SideBySide sides, Corpus corpus) {
    var readers = sides.readers();
    var url = sides.url() + "?top=" + Shelf.TOP;
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
            .mapToObj(i -> Page.of(categories.get(i), filtered.get(i)))
            .toList();
    return List.of(
        new Pair(
            "filters + sort",
            call -> Visits.get(filtered.get(call % CATEGORIES)),
            call -> readers.ask(reader -> reader.plain(categories.get(call % CATEGORIES)))),
        new Pair(
            "with 5 facets",
            call -> Visits.get(filtered.get(call % CATEGORIES) + facets),
            call -> readers.ask(reader -> reader.faceted(categories.get(call % CATEGORIES)))),
        new Pair(
            "page " + PAGE,
            call -> Visits.get(pages.get(call % CATEGORIES).url()),
            call -> readers.ask(pages.get(call % CATEGORIES)::byHand)),
        new Pair(
            "text",
            call -> Visits.get(url + "&search=" + WORDS.get(call % WORDS.size())),
            call -> readers.ask(reader -> reader.text(WORDS.get(call % WORDS.size())))));
  }

  /// A later page of a query: what the page before it ended with.
  private record Page(String category, String url, double price, String key) {
    static Page of(String category, String query) {
      var after = "";
      double price = 0;
      var key = "";
      for (int page = 1; page < PAGE; page++) {
        var answer = JSON.readTree(Visits.get(query + after));
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
}
