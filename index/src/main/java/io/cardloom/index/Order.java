package io.cardloom.index;

import io.cardloom.kit.db.Sql;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The order of a search: sort values, then the key in the direction of the last sort. What has no
/// value comes last in either direction.
///
/// @param keys sort values before the key
/// @param keyDescending direction of the key
record Order(List<Key> keys, boolean keyDescending) {

  /// @param expression SQL of the value, of our own making; a language is one of `[A-Za-z0-9_-]`
  record Key(Column column, String expression, boolean descending) {
    /// The value of a row, for a cursor.
    @Nullable String read(ResultSet row, int at) throws SQLException {
      String value = column.number() ? Double.toString(row.getDouble(at)) : row.getString(at);
      return row.wasNull() ? null : value;
    }

    Object parse(String value) {
      return switch (column.type()) {
        case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> Double.valueOf(value);
        case PROPERTY_TYPE_TIMESTAMP -> Long.valueOf(value);
        case PROPERTY_TYPE_BOOLEAN -> value.equals("t") || value.equals("true");
        default -> value;
      };
    }
  }

  static Order of(Shape shape, List<Sort> sorts, List<Violation> violations) {
    var keys = new ArrayList<Key>();
    boolean descending = false;
    boolean total = false;
    for (int i = 0; i < sorts.size(); i++) {
      Sort sort = sorts.get(i);
      String path = "query.sort[" + i + "]";
      boolean byKey = sort.getProperty().equals(Filters.KEY);
      Column column =
          byKey ? null : Filters.column(shape, sort.getProperty(), path + ".property", violations);
      String expression =
          column == null ? "" : expression(column, sort.getLanguage(), path, violations);
      if (total) continue;
      descending = sort.getDirection() == SortDirection.SORT_DIRECTION_DESC;
      total = byKey;
      if (column != null) keys.add(new Key(column, expression, descending));
    }
    return new Order(keys, descending);
  }

  private static String expression(
      Column column, String language, String path, List<Violation> violations) {
    if (column.list()) {
      violations.add(
          Violation.of(
              path + ".property",
              "not_sortable",
              "The property " + column.property() + " holds lists; lists have no order.",
              column.property()));
      return "";
    }
    if (!column.localized()) return column.sortExpression();
    String valid = language(column, language, path, violations);
    return "left("
        + column.name()
        + " ->> '"
        + valid
        + "', "
        + Column.SORT_CHARS_MAX
        + ")"
        + " COLLATE \"C\"";
  }

  /// The language asked for, or empty and a violation.
  static String language(Column column, String language, String path, List<Violation> violations) {
    if (language.matches("[A-Za-z0-9_-]{1,10}")) return language;
    violations.add(
        Violation.of(
            path + ".language",
            "language_required",
            "The property " + column.property() + " is localized; name the language.",
            language));
    return "";
  }

  /// One ordered stretch of the result; stretches follow each other.
  ///
  /// @param keys sort values in it
  /// @param condition of its rows, beginning with AND
  record Stretch(List<Key> keys, Sql condition) {}

  /// The result in stretches: rows with a first sort value, which an index holds in order; then
  /// rows without one.
  ///
  /// @param after where the page before ended, or null
  List<Stretch> stretches(@Nullable Cursor after) {
    List<@Nullable Object> from = after == null ? null : values(after);
    if (keys.isEmpty()) {
      return List.of(new Stretch(keys, from == null ? new Sql() : beyond(keys, from)));
    }
    var stretches = new ArrayList<Stretch>();
    String first = keys.getFirst().expression();
    var rest = keys.subList(1, keys.size());
    boolean inNulls = from != null && from.getFirst() == null;
    if (!inNulls) {
      var condition = new Sql().add(" AND " + presence(keys.getFirst()) + " IS NOT NULL");
      if (from != null) condition.add(beyond(keys, from));
      stretches.add(new Stretch(keys, condition));
    }
    var condition = new Sql().add(" AND " + presence(keys.getFirst()) + " IS NULL");
    if (from != null && inNulls) condition.add(beyond(rest, from.subList(1, from.size())));
    stretches.add(new Stretch(rest, condition));
    return stretches;
  }

  private static String presence(Key key) {
    return key.column().localized() ? key.expression() : key.column().name();
  }

  private List<@Nullable Object> values(Cursor cursor) {
    var values = new ArrayList<@Nullable Object>();
    try {
      for (int i = 0; i < keys.size(); i++) {
        String value = cursor.values().get(i);
        values.add(value == null ? null : keys.get(i).parse(value));
      }
      values.add(java.util.Objects.requireNonNull(cursor.values().get(keys.size())));
      return values;
    } catch (IndexOutOfBoundsException | NumberFormatException | NullPointerException _) {
      throw new Problem.Invalid(
              List.of(
                  Violation.of("query.after", "bad_cursor", "The cursor is not one of this list.")))
          .exception();
    }
  }

  /// Rows after these values and key, lexicographically, nulls last.
  private Sql beyond(List<Key> sorts, List<@Nullable Object> from) {
    var sql = new Sql();
    Object key = java.util.Objects.requireNonNull(from.getLast());
    String keyTest = keyDescending ? "key < ?" : "key > ?";
    if (sorts.size() == 1
        && sorts.getFirst() == keys.getFirst()
        && sorts.getFirst().descending() == keyDescending) {
      Object value = from.getFirst();
      if (value != null) {
        // One comparison of rows, which an index of (value, key) answers by one descent.
        return sql.add(
            " AND ("
                + sorts.getFirst().expression()
                + ", key) "
                + (keyDescending ? "<" : ">")
                + " (?, ?)",
            value,
            key);
      }
    }
    if (!sorts.isEmpty() && sorts.getFirst() == keys.getFirst()) {
      Object value = from.getFirst();
      if (value != null) {
        sql.add(
            " AND "
                + sorts.getFirst().expression()
                + (sorts.getFirst().descending() ? " <= ?" : " >= ?"),
            value);
      }
    }
    sql.add(" AND (");
    for (int i = 0; i <= sorts.size(); i++) {
      Object value = from.get(i);
      if (i < sorts.size() && value == null) continue;
      for (int j = 0; j < i; j++) {
        Object same = from.get(j);
        if (same == null) sql.add(sorts.get(j).expression() + " IS NULL AND ");
        else sql.add(sorts.get(j).expression() + " = ? AND ", same);
      }
      if (i == sorts.size()) {
        sql.add(keyTest, key);
      } else {
        String expression = sorts.get(i).expression();
        sql.add(
            "("
                + expression
                + (sorts.get(i).descending() ? " < ?" : " > ?")
                + " OR "
                + expression
                + " IS NULL) OR ",
            java.util.Objects.requireNonNull(value));
      }
    }
    return sql.add(")");
  }

  /// ORDER BY of a stretch.
  String by(Stretch stretch) {
    var by = new StringBuilder(" ORDER BY ");
    for (Key key : stretch.keys()) {
      by.append(key.expression()).append(key.descending() ? " DESC" : " ASC");
      if (key != keys.getFirst()) by.append(" NULLS LAST");
      by.append(", ");
    }
    return by.append(keyDescending ? "key DESC" : "key ASC").toString();
  }
}
