package io.cardloom.index;

import io.cardloom.index.DocumentIndex.FacetCounts;
import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.index.DocumentIndex.Result;
import io.cardloom.index.DocumentIndex.ValueCount;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Query;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One search of one collection: checked whole, then at most four statements, however much is
/// asked.
final class Search {
  private static final int LIMIT_DEFAULT = 50;
  private static final int FACET_SIZE_DEFAULT = 10;

  private final Shape shape;
  private final Query query;
  private final Filters filters;
  private final Order order;
  private final List<Wanted> facets = new ArrayList<>();

  /// A facet asked for; null column where the property is unknown.
  private record Wanted(Column column, String language, int size) {
    /// One row per value, from rows `m`.
    String from(int number) {
      String value = "f" + number;
      return switch (column.type()) {
        case PROPERTY_TYPE_LIST -> "m, unnest(" + value + ") AS v (value)";
        case PROPERTY_TYPE_LOCALIZED_LIST ->
            "m, jsonb_array_elements_text(" + value + ") AS v (value)";
        default -> "(SELECT key, " + value + " AS value FROM m) AS v";
      };
    }

    /// The column's value in the rows `m`.
    String expression() {
      return switch (column.type()) {
        case PROPERTY_TYPE_LOCALIZED_TEXT -> column.name() + " ->> '" + language + "'";
        case PROPERTY_TYPE_LOCALIZED_LIST -> column.name() + " -> '" + language + "'";
        default -> column.name();
      };
    }
  }

  /// A value counted, and a document that has it.
  private record Counted(int facet, String value, long count, String example) {}

  Search(Shape shape, Query query) {
    this.shape = shape;
    this.query = query;
    var violations = new ArrayList<Violation>();
    filters = new Filters(shape, violations);
    for (int i = 0; i < query.getFiltersCount(); i++) {
      filters.add(query.getFilters(i), "query.filters[" + i + "]");
    }
    filters.text(query.getText());
    order = Order.of(shape, query.getSortList(), violations);
    for (int i = 0; i < query.getFacetsCount(); i++) {
      facet(query.getFacets(i), "query.facets[" + i + "]", violations);
    }
    for (int i = 0; i < query.getFieldsCount(); i++) {
      if (!query.getFields(i).equals(Filters.KEY)) {
        Filters.column(shape, query.getFields(i), "query.fields[" + i + "]", violations);
      }
    }
    ProblemException.throwIfAny(violations);
  }

  private void facet(FacetRequest facet, String path, List<Violation> violations) {
    Column column = Filters.column(shape, facet.getProperty(), path + ".property", violations);
    if (column == null) return;
    String language =
        column.localized() ? Order.language(column, facet.getLanguage(), path, violations) : "";
    facets.add(
        new Wanted(column, language, facet.getSize() == 0 ? FACET_SIZE_DEFAULT : facet.getSize()));
  }

  Result run(Connection connection) throws SQLException {
    int limit = query.hasLimit() ? query.getLimit() : LIMIT_DEFAULT;
    var page = new Page(limit);
    if (limit > 0) page.read(connection);
    var counted = new ArrayList<Counted>();
    long total = facets.isEmpty() ? -1 : count(connection, counted);
    if (query.getIncludeTotal() && total < 0) {
      total =
          new Sql()
              .add("SELECT count(*) FROM " + shape.table() + " WHERE ")
              .add(filters.sql())
              .list(connection, row -> row.getLong(1))
              .getFirst();
    }
    return new Result(
        page.hits, spelled(connection, counted), query.getIncludeTotal() ? total : -1, page.after);
  }

  /// How PostgreSQL would read the first page, for tests that it takes the index meant for it.
  String plan(Connection connection) throws SQLException {
    var stretch = order.stretches(null).getFirst();
    return String.join(
        "\n",
        new Sql()
            .add("EXPLAIN ")
            .add(new Page(LIMIT_DEFAULT).statement(stretch, LIMIT_DEFAULT))
            .list(connection, row -> row.getString(1)));
  }

  /// The page: one statement, and a second one where the rows that have a sort value end.
  private final class Page {
    private final int limit;
    private final Set<String> fields = Set.copyOf(query.getFieldsList());
    private final List<Hit> hits = new ArrayList<>();
    private List<@Nullable String> last = List.of();
    private String after = "";

    Page(int limit) {
      this.limit = limit;
    }

    void read(Connection connection) throws SQLException {
      int hash = hash();
      Cursor cursor =
          query.getAfter().isEmpty() ? null : Cursor.decode("query.after", query.getAfter(), hash);
      for (Order.Stretch stretch : order.stretches(cursor)) {
        int wanted = limit + 1 - hits.size();
        if (wanted <= 0) break;
        statement(stretch, wanted).list(connection, row -> hit(row, hash));
      }
      if (hits.size() > limit) hits.removeLast();
    }

    private Sql statement(Order.Stretch stretch, int wanted) {
      var sql = new Sql().add("SELECT key, version, accepted_at, body");
      for (Order.Key key : order.keys()) sql.add(", " + key.expression());
      return sql.add(" FROM " + shape.table() + " WHERE ")
          .add(filters.sql())
          .add(stretch.condition())
          .add(order.by(stretch))
          .add(" LIMIT ?", wanted);
    }

    private @Nullable Hit hit(java.sql.ResultSet row, int hash) throws SQLException {
      if (hits.size() == limit) after = cursor(hash);
      byte[] body = row.getBytes(4);
      hits.add(new Hit(row.getString(1), row.getLong(2), fields(body), row.getLong(3)));
      last = new ArrayList<@Nullable String>();
      for (int i = 0; i < order.keys().size(); i++) {
        last.add(order.keys().get(i).read(row, 5 + i));
      }
      last.add(row.getString(1));
      return null;
    }

    // NullAway does not read from the class file that values of a cursor may be null.
    @SuppressWarnings("NullAway")
    private String cursor(int hash) {
      return new Cursor(hash, last).encode();
    }

    private byte[] fields(byte[] body) {
      return fields.isEmpty()
          ? body
          : Body.parse(body).select(id -> fields.contains(id) ? id : "").toJson();
    }

    /// What a cursor belongs to: the collection, the conditions and the order.
    private int hash() {
      Query conditions =
          query.toBuilder()
              .clearAfter()
              .clearLimit()
              .clearFacets()
              .clearFields()
              .clearIncludeTotal()
              .build();
      return 31 * java.util.Arrays.hashCode(conditions.toByteArray()) + shape.id();
    }
  }

  /// Counts all facets in one statement over the matches, which are found once. Returns the total.
  private long count(Connection connection, List<Counted> counted) throws SQLException {
    var sql = new Sql().add("WITH m AS MATERIALIZED (SELECT key");
    for (int i = 0; i < facets.size(); i++) {
      sql.add(", " + facets.get(i).expression() + " AS f" + i);
    }
    sql.add(" FROM " + shape.table() + " WHERE ").add(filters.sql()).add(")");
    sql.add("SELECT -1, '', count(*), '' FROM m");
    for (int i = 0; i < facets.size(); i++) {
      sql.add(
          " UNION ALL (SELECT "
              + i
              + ", cast(value as text), count(*), any_value(key) FROM "
              + facets.get(i).from(i)
              + " WHERE value IS NOT NULL GROUP BY value ORDER BY 3 DESC, value"
              + (facets.get(i).column().localized() ? " COLLATE \"C\"" : "")
              + " LIMIT ?)",
          facets.get(i).size());
    }
    sql.list(
        connection,
        row ->
            counted.add(
                new Counted(row.getInt(1), row.getString(2), row.getLong(3), row.getString(4))));
    return counted.removeFirst().count();
  }

  /// Facets in the spelling of their example documents, which one statement reads.
  private List<FacetCounts> spelled(Connection connection, List<Counted> counted)
      throws SQLException {
    if (facets.isEmpty()) return List.of();
    var bodies =
        bodies(connection, shape, counted.stream().map(Counted::example).distinct().toList());
    var results = new ArrayList<FacetCounts>();
    for (int i = 0; i < facets.size(); i++) {
      int facet = i;
      Wanted wanted = facets.get(i);
      results.add(
          new FacetCounts(
              wanted.column().property(),
              counted.stream()
                  .filter(one -> one.facet() == facet)
                  .map(one ->
                      new ValueCount(
                          Spelling.of(
                              bodies.getOrDefault(one.example(), Body.EMPTY),
                              wanted.column(),
                              wanted.language(),
                              one.value()),
                          one.count()))
                  .toList()));
    }
    return results;
  }

  /// Bodies of documents by key.
  static Map<String, Body> bodies(Connection connection, Shape shape, List<String> keys)
      throws SQLException {
    if (keys.isEmpty()) return Map.of();
    var bodies = new HashMap<String, Body>();
    new Sql()
        .add(
            "SELECT key, body FROM " + shape.table() + " WHERE tenant = ? AND key = ANY (?)",
            shape.tenant(),
            keys.toArray(String[]::new))
        .list(
            connection,
            row ->
                bodies.put(
                    row.getString(1),
                    Body.parse(row.getString(2).getBytes(StandardCharsets.UTF_8))));
    return bodies;
  }
}
