package io.cardloom.index;

import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.BooleanFilter;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.ListFilter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.common.v1.TimestampFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Conditions of a query as SQL, each bound, joined by AND. Collects every violation on the way.
final class Filters {
  /// The property that means the key.
  static final String KEY = "id";

  /// Property names told to a caller who has none right.
  private static final int NAMES_MAX = 30;

  private final Shape shape;
  private final List<Violation> violations;
  private final Sql sql = new Sql();

  Filters(Shape shape, List<Violation> violations) {
    this.shape = shape;
    this.violations = violations;
    sql.add("tenant = ? AND NOT deleted", shape.tenant());
  }

  Sql sql() {
    return sql;
  }

  /// The column of a property, or null and a violation.
  static @Nullable Column column(
      Shape shape, String property, String path, List<Violation> violations) {
    Column column = shape.column(property);
    if (column == null) {
      var names = new TreeSet<>(shape.columns().keySet());
      names.add(KEY);
      violations.add(
          new Violation(
              path,
              "unknown_property",
              "There is no property " + property + ".",
              property,
              names.stream().limit(NAMES_MAX).toList(),
              Nearest.of(property, names)));
    }
    return column;
  }

  /// Words that must all occur, each as the beginning of a word.
  void text(String text) {
    String query = wordQuery(text);
    if (!query.isEmpty()) sql.add(" AND words @@ cast(? as tsquery)", query);
  }

  private static String wordQuery(String text) {
    var words = new TreeSet<String>();
    Folding.words(Folding.fold(text), words::add);
    return String.join(" & ", words.stream().map(word -> "'" + word + "':*").toList());
  }

  void add(Filter filter, String path) {
    if (filter.getProperty().equals(KEY)) {
      if (right(filter, path, "text", KEY)) key(filter.getText());
      return;
    }
    Column column = column(shape, filter.getProperty(), path + ".property", violations);
    if (column == null
        || !right(filter, path, IndexedProperty.filter(column.type()), column.property())) {
      return;
    }
    switch (filter.getTestCase()) {
      case TEXT -> text(column, filter.getLanguage(), filter.getText());
      case LIST -> list(column, filter.getLanguage(), filter.getList());
      case BOOLEAN -> bool(column, filter.getBoolean());
      case TIMESTAMP -> timestamp(column, filter.getTimestamp(), path + ".timestamp");
      case NUMBER -> number(column, filter.getNumber());
      case TEST_NOT_SET -> throw new IllegalStateException("checked above");
    }
  }

  private boolean right(Filter filter, String path, String test, String property) {
    String given =
        switch (filter.getTestCase()) {
          case TEXT -> "text";
          case LIST -> "list";
          case BOOLEAN -> "boolean";
          case TIMESTAMP -> "timestamp";
          case NUMBER -> "number";
          case TEST_NOT_SET -> "";
        };
    if (given.equals(test)) return true;
    violations.add(
        new Violation(
            given.isEmpty() ? path : path + "." + given,
            "wrong_filter",
            "The property " + property + " takes the test " + test + ".",
            given,
            List.of(test),
            test));
    return false;
  }

  private void key(TextFilter test) {
    if (test.getAnyOfCount() > 0)
      sql.add(" AND key = ANY (?)", (Object) texts(test.getAnyOfList()));
    if (test.getNoneOfCount() > 0) {
      sql.add(" AND NOT key = ANY (?)", (Object) texts(test.getNoneOfList()));
    }
    if (!test.getContains().isEmpty()) sql.add(" AND key LIKE ?", contains(test.getContains()));
    if (!test.getStartsWith().isEmpty()) {
      sql.add(" AND key LIKE ?", startsWith(test.getStartsWith()));
    }
    if (test.hasExists() && !test.getExists()) sql.add(" AND false");
  }

  private static String[] texts(List<String> texts) {
    return texts.toArray(String[]::new);
  }

  private void text(Column column, String language, TextFilter test) {
    any(terms(column, language, test.getAnyOfList()));
    none(terms(column, language, test.getNoneOfList()));
    if (!test.getContains().isEmpty()) {
      like(column, language, contains(Folding.fold(test.getContains())));
    }
    if (!test.getStartsWith().isEmpty()) {
      String start = Folding.fold(test.getStartsWith());
      // The words of the start are words of the value; they lead through the index.
      text(start);
      like(column, language, startsWith(start));
    }
    if (test.hasExists()) exists(column, language, test.getExists());
  }

  private void like(Column column, String language, String pattern) {
    if (!column.localized()) {
      sql.add(" AND " + column.name() + " LIKE ?", pattern);
    } else if (language.isEmpty()) {
      sql.add(
          " AND EXISTS (SELECT FROM jsonb_each_text("
              + column.name()
              + ") AS each (language, value) WHERE value LIKE ?)",
          pattern);
    } else {
      sql.add(" AND " + column.name() + " ->> ? LIKE ?", language, pattern);
    }
  }

  private static String contains(String text) {
    return "%" + Folding.escapeLike(text) + "%";
  }

  private static String startsWith(String text) {
    return Folding.escapeLike(text) + "%";
  }

  private void list(Column column, String language, ListFilter test) {
    any(terms(column, language, test.getContainsAnyList()));
    var all = terms(column, language, test.getContainsAllList());
    if (all.length > 0) sql.add(" AND terms @> ?", (Object) all);
    none(terms(column, language, test.getContainsNoneList()));
    if (test.hasExists()) exists(column, language, test.getExists());
  }

  private void bool(Column column, BooleanFilter test) {
    if (test.hasIs()) any(new Long[] {Folding.term(column.slot(), test.getIs())});
    if (test.hasExists()) exists(column, "", test.getExists());
  }

  private void timestamp(Column column, TimestampFilter test, String path) {
    Long from = time(test.getFrom(), path + ".from");
    Long to = time(test.getTo(), path + ".to");
    if (from != null) sql.add(" AND " + column.name() + " >= ?", from);
    if (to != null) sql.add(" AND " + column.name() + " <= ?", to);
    if (test.hasExists()) exists(column, "", test.getExists());
  }

  private @Nullable Long time(String text, String path) {
    if (text.isEmpty()) return null;
    Long micros = JsonText.micros(text);
    if (micros == null) {
      violations.add(
          new Violation(
              path,
              "bad_timestamp",
              "A time is written as in 2026-01-31T12:00:00Z.",
              text,
              List.of("RFC 3339"),
              ""));
    }
    return micros;
  }

  private void number(Column column, NumberFilter test) {
    any(
        test.getAnyOfList().stream()
            .map(number -> Folding.term(column.slot(), number))
            .toArray(Long[]::new));
    if (test.hasGte()) sql.add(" AND " + column.name() + " >= ?", test.getGte());
    if (test.hasGt()) sql.add(" AND " + column.name() + " > ?", test.getGt());
    if (test.hasLte()) sql.add(" AND " + column.name() + " <= ?", test.getLte());
    if (test.hasLt()) sql.add(" AND " + column.name() + " < ?", test.getLt());
    if (test.hasExists()) exists(column, "", test.getExists());
  }

  private void exists(Column column, String language, boolean exists) {
    sql.add(" AND " + column.name());
    if (column.localized() && !language.isEmpty()) sql.add(" -> ?", language);
    sql.add(exists ? " IS NOT NULL" : " IS NULL");
  }

  private static Long[] terms(Column column, String language, List<String> values) {
    return terms(values, value -> Folding.term(column.slot(), language, Folding.fold(value)));
  }

  private static Long[] terms(List<String> values, Function<String, Long> term) {
    return values.stream().map(term).distinct().toArray(Long[]::new);
  }

  private void any(Long[] terms) {
    if (terms.length > 0) sql.add(" AND terms && ?", (Object) terms);
  }

  private void none(Long[] terms) {
    if (terms.length > 0) sql.add(" AND NOT terms && ?", (Object) terms);
  }

  /// One term of the filters of a query that are plain lookups of a value, for lookups of values.
  void exactly(Column column, String language, String value) {
    any(terms(column, language, new ArrayList<>(List.of(value))));
  }
}
