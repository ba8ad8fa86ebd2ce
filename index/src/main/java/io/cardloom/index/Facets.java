package io.cardloom.index;

import io.cardloom.index.DocumentIndex.FacetCounts;
import io.cardloom.index.DocumentIndex.ValueCount;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.FacetRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;

/// Counts of values among the matches of a search.
///
/// One statement counts, single values of all facets in one pass, each list in a pass of its own,
/// and reads an example document of each value, for its spelling.
final class Facets {
  private static final int SIZE_DEFAULT = 10;

  /// What is counted.
  ///
  /// @param language of a localized property, or empty
  private record Counting(Column column, String language) {
    /// SQL of what a match holds of it.
    String stored() {
      return switch (column.type()) {
        case PROPERTY_TYPE_LOCALIZED_TEXT -> column.name() + " ->> '" + language + "'";
        case PROPERTY_TYPE_LOCALIZED_LIST -> column.name() + " -> '" + language + "'";
        default -> column.name();
      };
    }

    /// As many rows as the list has items.
    String items(String list) {
      return column.localized()
          ? "jsonb_array_elements_text(" + list + ")"
          : "unnest(" + list + ")";
    }

    /// A value of it that was counted.
    ValueCount read(ResultSet row) throws SQLException {
      String value = Spelling.of(Spelling.body(row, 4), column, language, row.getString(2));
      return new ValueCount(value, row.getLong(3));
    }
  }

  private record Asked(Counting counting, int size) {}

  private final Shape shape;
  private final List<Asked> asked = new ArrayList<>();
  private long total;

  Facets(Shape shape, List<FacetRequest> requests, List<Violation> violations) {
    this.shape = shape;
    for (int i = 0; i < requests.size(); i++) {
      FacetRequest request = requests.get(i);
      String path = "query.facets[" + i + "]";
      Column column = Filters.column(shape, request.getProperty(), path + ".property", violations);
      if (column == null) continue;
      String language =
          column.localized() ? Order.language(column, request.getLanguage(), path, violations) : "";
      asked.add(
          new Asked(
              new Counting(column, language),
              request.getSize() == 0 ? SIZE_DEFAULT : request.getSize()));
    }
  }

  boolean isEmpty() {
    return asked.isEmpty();
  }

  /// All matches, once counted.
  long total() {
    return total;
  }

  /// Has the values counted. All there is to know once it is sent.
  Supplier<List<FacetCounts>> ask(Reads reads, Sql filters) {
    var counted = new HashMap<Counting, List<ValueCount>>();
    var singles = new ArrayList<Counting>();
    var lists = new ArrayList<Counting>();
    var all = new LinkedHashSet<Counting>();
    asked.forEach(one -> all.add(one.counting()));
    for (Counting one : all) (one.column().list() ? lists : singles).add(one);
    int size = asked.stream().mapToInt(Asked::size).max().orElse(SIZE_DEFAULT);
    var sql = matches(singles, lists, filters).add(", counted AS (").add(singles(singles, size));
    for (int i = 0; i < lists.size(); i++) sql.add(list(lists.get(i), i, size));
    sql.add(") SELECT mark, value, n, ")
        .add(Spelling.example(shape))
        .add(" FROM counted ORDER BY n DESC, value COLLATE \"C\"");
    int everything = (1 << singles.size()) - 1;
    reads.list(
        sql,
        row -> {
          int mark = row.getInt(1);
          if (mark == everything) {
            total = row.getLong(3);
            return null;
          }
          Counting one =
              mark < 0 ? lists.get(-1 - mark) : singles.get(single(mark, singles.size()));
          return counted.computeIfAbsent(one, _ -> new ArrayList<>()).add(one.read(row));
        });
    return () ->
        asked.stream()
            .map(one ->
                new FacetCounts(
                    one.counting().column().property(),
                    counted.getOrDefault(one.counting(), List.of()).stream()
                        .limit(one.size())
                        .toList()))
            .toList();
  }

  /// GROUPING has a bit for each column, the first the highest, set where it is not grouped by.
  private static int single(int mark, int columns) {
    return columns - 1 - Integer.numberOfTrailingZeros(~mark);
  }

  /// What is counted of every match. Looked up once, however often it is counted: PostgreSQL keeps
  /// what more than one part of the statement reads.
  private Sql matches(List<Counting> singles, List<Counting> lists, Sql filters) {
    var sql = new Sql().add("WITH matches AS (SELECT key");
    for (int i = 0; i < singles.size(); i++) sql.add(", " + singles.get(i).stored() + " AS f" + i);
    for (int i = 0; i < lists.size(); i++) sql.add(", " + lists.get(i).stored() + " AS l" + i);
    return sql.add(" FROM " + shape.table() + " WHERE ").add(filters).add(")");
  }

  /// Counts by each of the columns, and of all, marked by GROUPING.
  private static Sql singles(List<Counting> singles, int size) {
    if (singles.isEmpty()) {
      return new Sql()
          .add("SELECT 0 AS mark, '' AS value, count(*) AS n, '' AS example FROM matches");
    }
    var names = new ArrayList<String>();
    var texts = new ArrayList<String>();
    var sets = new ArrayList<String>();
    for (int i = 0; i < singles.size(); i++) {
      names.add("f" + i);
      texts.add("cast(f" + i + " as text)");
      sets.add("(f" + i + ")");
    }
    return new Sql()
        .add(
            """
            SELECT mark, value, n, example
              FROM (SELECT *, row_number() OVER (PARTITION BY mark ORDER BY n DESC, value) AS place
                      FROM (SELECT grouping(%1$s) AS mark, coalesce(%2$s) COLLATE "C" AS value,
                                   count(*) AS n, any_value(key) AS example
                              FROM matches
                             GROUP BY GROUPING SETS (%3$s, ())) AS counted
                     WHERE value IS NOT NULL OR mark = ?) AS placed
             WHERE place <= ?
            """
                .formatted(
                    String.join(", ", names), String.join(", ", texts), String.join(", ", sets)),
            (1 << singles.size()) - 1,
            size);
  }

  /// Counts by items of the list, marked by -1 for the first list, -2 for the second.
  private static Sql list(Counting list, int number, int size) {
    return new Sql()
        .add(" UNION ALL (SELECT " + (-1 - number) + ", value, count(*), any_value(key)")
        .add(" FROM (SELECT key, " + list.items("l" + number) + " AS value FROM matches) AS items")
        .add(" GROUP BY value ORDER BY 3 DESC, value COLLATE \"C\" LIMIT ?)", size);
  }
}
