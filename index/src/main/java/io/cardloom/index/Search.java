package io.cardloom.index;

import io.cardloom.index.DocumentIndex.FacetCounts;
import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.index.DocumentIndex.Result;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
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

  private final Shape shape;
  private final Query query;
  private final Filters filters;
  private final Order order;
  private final Facets facets;

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
    facets = new Facets(shape, counts() ? List.of() : query.getFacetsList(), violations);
    for (int i = 0; i < query.getFieldsCount(); i++) {
      if (!query.getFields(i).equals(Filters.KEY)) {
        Filters.column(shape, query.getFields(i), "query.fields[" + i + "]", violations);
      }
    }
    ProblemException.throwIfAny(violations);
  }

  /// Whether the number of matches is all that is asked for.
  private boolean counts() {
    return query.getCountOnly();
  }

  /// The property that the answer has to be sorted by because no tree holds its order, or null.
  @Nullable Column unordered() {
    if (counts() || order.keys().isEmpty()) return null;
    Column first = order.keys().getFirst().column();
    return shape.mayOrder(first) ? first : null;
  }

  Result run(Connection connection) throws SQLException {
    int limit = counts() ? 0 : query.hasLimit() ? query.getLimit() : LIMIT_DEFAULT;
    var page = new Page(limit);
    if (limit > 0) page.read(connection);
    List<FacetCounts> counts =
        facets.isEmpty() ? List.of() : facets.count(connection, filters.sql());
    long total = -1;
    if (counts() || query.getIncludeTotal())
      total = facets.isEmpty() ? total(connection) : facets.total();
    return new Result(page.hits, counts, total, page.after);
  }

  private long total(Connection connection) throws SQLException {
    return new Sql()
        .add("SELECT count(*) FROM " + shape.table() + " WHERE ")
        .add(filters.sql())
        .list(connection, row -> row.getLong(1))
        .getFirst();
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
      // Of the collection's name, not of its number: that tells how many others made.
      int hash = java.util.Arrays.hashCode(conditions.toByteArray());
      hash = 31 * hash + shape.tenant().hashCode();
      return 31 * hash + shape.collection().name().hashCode();
    }
  }

  /// Bodies of documents by key.
  static Map<String, Body> bodies(Connection connection, Shape shape, List<String> keys)
      throws SQLException {
    if (keys.isEmpty()) return Map.of();
    var bodies = new HashMap<String, Body>();
    new Sql()
        .add("SELECT key, body FROM " + shape.table() + " WHERE ")
        .add(shape.own())
        .add(" AND key = ANY (?)", (Object) keys.toArray(String[]::new))
        .list(
            connection,
            row ->
                bodies.put(
                    row.getString(1),
                    Body.parse(row.getString(2).getBytes(StandardCharsets.UTF_8))));
    return bodies;
  }
}
