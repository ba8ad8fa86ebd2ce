package io.cardloom.index;

import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.index.DocumentIndex.Result;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Query;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One search of one collection: checked whole, then at most two statements on one way to the
/// database, however much is asked. A page that reaches the end of the rows with a sort value takes
/// another.
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

  /// Whether every document is looked at for want of the inverted index.
  boolean uninverted() {
    return filters.byTerms() && !shape.inverted();
  }

  /// What was asked, once it is sent.
  interface Answer {
    Result of(Tx tx) throws SQLException;
  }

  Answer ask(Reads reads) {
    int limit = counts() ? 0 : query.hasLimit() ? query.getLimit() : LIMIT_DEFAULT;
    var page = new Page(limit);
    page.ask(reads);
    boolean totals = counts() || query.getIncludeTotal();
    var counted = facets.isEmpty() ? null : facets.ask(reads, filters.sql());
    var total = totals && counted == null ? total(reads) : null;
    return tx -> {
      page.fill(tx);
      return new Result(
          page.hits,
          counted == null ? List.of() : counted.get(),
          total != null ? total.get().getFirst() : totals ? facets.total() : -1,
          page.after);
    };
  }

  private Supplier<List<Long>> total(Reads reads) {
    return reads.list(
        new Sql().add("SELECT count(*) FROM " + shape.table() + " WHERE ").add(filters.sql()),
        row -> row.getLong(1));
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
    private final Deque<Order.Stretch> stretches = new ArrayDeque<>();
    private final List<Hit> hits = new ArrayList<>();
    private List<@Nullable String> last = List.of();
    private String after = "";

    Page(int limit) {
      this.limit = limit;
    }

    /// Asks for the first stretch.
    void ask(Reads reads) {
      if (limit == 0) return;
      Cursor cursor =
          query.getAfter().isEmpty()
              ? null
              : Cursor.decode("query.after", query.getAfter(), hash());
      stretches.addAll(order.stretches(cursor));
      askNext(reads);
    }

    /// Asks for those after it as long as the page is not full.
    void fill(Tx tx) throws SQLException {
      while (!stretches.isEmpty() && hits.size() <= limit) {
        Reads reads = tx.reads();
        askNext(reads);
        reads.send();
      }
      if (hits.size() > limit) hits.removeLast();
    }

    private void askNext(Reads reads) {
      reads.list(statement(stretches.removeFirst(), limit + 1 - hits.size()), this::hit);
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

    private @Nullable Hit hit(ResultSet row) throws SQLException {
      if (hits.size() == limit) after = cursor();
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
    private String cursor() {
      return new Cursor(hash(), last).encode();
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
}
