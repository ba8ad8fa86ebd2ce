package io.cardloom.index;

import io.cardloom.index.DocumentIndex.Match;
import io.cardloom.index.DocumentIndex.ValueCount;
import io.cardloom.index.DocumentIndex.ValueQuery;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Distinct values of a property, found in one statement and spelled in another.
final class Values {
  /// Likeness of two texts, 0 to 1, from which one is a slip of the other: the share of their
  /// groups of three letters. PostgreSQL's own default.
  private static final double LIKE_ENOUGH = 0.3;

  private final Shape shape;
  private final ValueQuery query;
  private final Column column;

  Values(Shape shape, ValueQuery query) {
    this.shape = shape;
    this.query = query;
    var violations = new ArrayList<Violation>();
    if (query.limit() < 1 || query.limit() > 100) {
      violations.add(Violation.of("limit", "range", "The limit is 1 to 100.", "" + query.limit()));
    }
    @Nullable Column found = Filters.column(shape, query.property(), "property", violations);
    ProblemException.throwIfAny(violations);
    column = java.util.Objects.requireNonNull(found);
  }

  List<ValueCount> run(Connection connection) throws SQLException {
    String text = Folding.fold(query.text());
    var sql = new Sql().add("SELECT value, n, ").add(Spelling.example(shape));
    sql.add(" FROM (SELECT value, n, example FROM (SELECT cast(value as text) COLLATE \"C\"");
    sql.add(" AS value, count(*) AS n, any_value(key) AS example FROM (SELECT key, ");
    addValue(sql);
    var filters = new Filters(shape, new ArrayList<>());
    boolean texts = IndexedProperty.filter(column.type()).matches("text|list");
    if (query.match() == Match.EXACT && texts && !text.isEmpty()) {
      filters.exactly(column, query.language(), query.text());
    }
    sql.add(" AS value FROM " + shape.table() + " WHERE ").add(filters.sql()).add(") AS each");
    sql.add(" WHERE value IS NOT NULL GROUP BY value) AS counted");
    if (!text.isEmpty()) match(sql, text);
    sql.add(
        text.isEmpty()
            ? " ORDER BY n DESC, value LIMIT ?) AS found"
            : ", n DESC, value LIMIT ?) AS found",
        query.limit());
    return sql.list(
        connection,
        row ->
            new ValueCount(
                Spelling.of(Spelling.body(row, 3), column, query.language(), row.getString(1)),
                row.getLong(2)));
  }

  private void addValue(Sql sql) {
    String name = column.name();
    boolean any = query.language().isEmpty();
    switch (column.type()) {
      case PROPERTY_TYPE_LIST -> sql.add("unnest(" + name + ")");
      case PROPERTY_TYPE_LOCALIZED_TEXT -> {
        if (any) {
          sql.add(
              "unnest(ARRAY(SELECT DISTINCT t FROM jsonb_each_text(" + name + ") AS e (l, t)))");
        } else {
          sql.add(name + " ->> ?", query.language());
        }
      }
      case PROPERTY_TYPE_LOCALIZED_LIST -> {
        if (any) {
          sql.add(
              "unnest(ARRAY(SELECT DISTINCT t FROM jsonb_each("
                  + name
                  + ") AS e (l, items), jsonb_array_elements_text(items) AS i (t)))");
        } else {
          sql.add("jsonb_array_elements_text(" + name + " -> ?)", query.language());
        }
      }
      default -> sql.add(name);
    }
  }

  /// The condition, and the beginning of the order.
  private void match(Sql sql, String text) {
    String escaped = Folding.escapeLike(text);
    switch (query.match()) {
      case EXACT -> sql.add(" WHERE value = ? ORDER BY value", text);
      case PREFIX -> sql.add(" WHERE value LIKE ? ORDER BY value <> ?", escaped + "%", text);
      case CONTAINS ->
          sql.add(
              " WHERE value LIKE ? ORDER BY value <> ?, NOT starts_with(value, ?)",
              "%" + escaped + "%",
              text,
              text);
      case FUZZY ->
          sql.add(
              """
               WHERE value LIKE ?
                  OR public.similarity(value, ?) >= ?
                  OR public.word_similarity(?, value) >= ?
               ORDER BY value <> ?, NOT starts_with(value, ?),
                     greatest(public.similarity(value, ?), public.word_similarity(?, value) * 0.9) DESC\
              """,
              "%" + escaped + "%",
              text,
              LIKE_ENOUGH,
              text,
              2 * LIKE_ENOUGH,
              text,
              text,
              text,
              text);
    }
  }
}
