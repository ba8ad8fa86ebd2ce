package io.cardloom.index;

import io.cardloom.kit.db.Sql;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Conditions of a query as SQL, each bound, joined by AND. Collects every violation on the way.
final class Filters {
  /// The property that means the key.
  static final String KEY = "id";

  /// Property names told to a caller who has none right.
  private static final int NAMES_MAX = 30;

  /// Words of a value that lead through the index; the exact test does the rest.
  private static final int WORDS_OF_A_VALUE_MAX = 8;

  private final Shape shape;
  private final List<Violation> violations;
  private final Sql sql = new Sql();
  private boolean byTerms;

  Filters(Shape shape, List<Violation> violations) {
    this.shape = shape;
    this.violations = violations;
    sql.add(shape.own()).add(" AND NOT deleted");
  }

  Sql sql() {
    return sql;
  }

  /// Whether a way leads through the inverted index.
  boolean byTerms() {
    return byTerms;
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
    var words = new TreeSet<String>();
    Folding.words(Folding.fold(text), words::add);
    terms(String.join(" & ", words.stream().map(word -> "'" + word + "':*").toList()));
  }

  /// The way through the inverted index; it may find more than what is asked for.
  private void terms(String query) {
    if (query.isEmpty()) return;
    byTerms = true;
    sql.add(" AND terms @@ cast(? as tsquery)", query);
  }

  /// The terms of every one of these folded values of a column, each value's joined by AND. Empty
  /// where a value has none.
  private static List<String> termsOfEach(Column column, String[] folded) {
    var each = new ArrayList<String>();
    for (String value : folded) {
      var words = new TreeSet<String>();
      Folding.words(value, words::add);
      if (words.isEmpty()) return List.of();
      each.add(
          words.stream()
              .limit(WORDS_OF_A_VALUE_MAX)
              .map(word -> "'" + Folding.term(word, column.slot()) + "'")
              .collect(Collectors.joining(" & ", "(", ")")));
    }
    return each;
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
    if (test.getAnyOfCount() > 0) any(column, language, folded(test.getAnyOfList()));
    if (test.getNoneOfCount() > 0) none(column, language, folded(test.getNoneOfList()));
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
    if (column.localized() && language.isEmpty()) {
      sql.add(" AND EXISTS (SELECT FROM unnest(");
      texts(column, language);
      sql.add(") AS each (value) WHERE value LIKE ?)", pattern);
    } else {
      sql.add(" AND ");
      texts(column, language);
      sql.add(" LIKE ?", pattern);
    }
  }

  /// The column's folded value, or the array of them.
  private void texts(Column column, String language) {
    String name = column.name();
    if (!column.localized()) {
      sql.add(name);
    } else if (column.list()) {
      if (language.isEmpty()) {
        sql.add(
            "ARRAY(SELECT item FROM jsonb_each("
                + name
                + ") AS l (language, items), jsonb_array_elements_text(items) AS i (item))");
      } else {
        sql.add("ARRAY(SELECT jsonb_array_elements_text(" + name + " -> ?))", language);
      }
    } else if (language.isEmpty()) {
      sql.add("ARRAY(SELECT item FROM jsonb_each_text(" + name + ") AS l (language, item))");
    } else {
      sql.add("(" + name + " ->> ?)", language);
    }
  }

  /// One of the folded values is there.
  private void any(Column column, String language, String[] values) {
    terms(String.join(" | ", termsOfEach(column, values)));
    sql.add(" AND ");
    oneOf(column, language, values);
  }

  private void none(Column column, String language, String[] values) {
    sql.add(" AND NOT ");
    oneOf(column, language, values);
  }

  /// The exact test. Inside `coalesce` the planner takes it for a coin toss, rather than count the
  /// same condition twice, once by its terms.
  private void oneOf(Column column, String language, String[] values) {
    boolean many = column.list() || (column.localized() && language.isEmpty());
    sql.add("coalesce(");
    texts(column, language);
    sql.add(many ? " && cast(? as text[])" : " = ANY (?)", (Object) values);
    sql.add(", false)");
  }

  private static String contains(String text) {
    return "%" + Folding.escapeLike(text) + "%";
  }

  private static String startsWith(String text) {
    return Folding.escapeLike(text) + "%";
  }

  private void list(Column column, String language, ListFilter test) {
    if (test.getContainsAnyCount() > 0) any(column, language, folded(test.getContainsAnyList()));
    if (test.getContainsAllCount() > 0) {
      String[] values = folded(test.getContainsAllList());
      terms(String.join(" & ", termsOfEach(column, values)));
      sql.add(" AND coalesce(");
      texts(column, language);
      sql.add(" @> cast(? as text[]), false)", (Object) values);
    }
    if (test.getContainsNoneCount() > 0) {
      none(column, language, folded(test.getContainsNoneList()));
    }
    if (test.hasExists()) exists(column, language, test.getExists());
  }

  private void bool(Column column, BooleanFilter test) {
    if (test.hasIs()) terms("'" + Folding.term(Folding.word(test.getIs()), column.slot()) + "'");
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
    terms(
        test.getAnyOfList().stream()
            .map(number -> "'" + Folding.term(Folding.word(number), column.slot()) + "'")
            .collect(Collectors.joining(" | ")));
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

  private static String[] folded(List<String> values) {
    return values.stream().map(Folding::fold).toArray(String[]::new);
  }

  /// The condition that a value is there.
  void exactly(Column column, String language, String value) {
    any(column, language, new String[] {Folding.fold(value)});
  }
}
