package io.cardloom.publishing.selection;

import io.cardloom.index.Body;
import io.cardloom.index.IndexedProperty;
import io.cardloom.kit.call.Draft;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.PropertyType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which cards an endpoint serves: all of its conditions must match. The same tests as in a search,
/// on a card's body in hand.
public final class Conditions {
  private final List<Condition> conditions;

  /// One test of a card.
  @FunctionalInterface
  interface Condition {
    boolean matches(String cardId, Body body);
  }

  private Conditions(List<Condition> conditions) {
    this.conditions = List.copyOf(conditions);
  }

  /// Conditions that [#check] found nothing wrong with.
  public static Conditions of(List<Filter> filters) {
    return new Conditions(filters.stream().map(ValueTests::condition).toList());
  }

  public boolean match(String cardId, Body body) {
    for (Condition condition : conditions) {
      if (!condition.matches(cardId, body)) return false;
    }
    return true;
  }

  /// Finds what is wrong with conditions on cards of these properties.
  ///
  /// @param types type by card property
  static void check(List<Filter> filters, Map<String, PropertyType> types, Draft draft) {
    if (draft.broken("conditions")) return; // more than are worth a look
    for (int i = 0; i < filters.size(); i++) {
      check("conditions[" + i + "]", filters.get(i), types, draft);
    }
  }

  private static void check(
      String path, Filter filter, Map<String, PropertyType> types, Draft draft) {
    if (draft.broken(path + ".property")) return;
    String id = filter.getProperty();
    PropertyType type = id.equals(Selection.KEY) ? PropertyType.PROPERTY_TYPE_TEXT : types.get(id);
    if (type == null) {
      draft.problem(
          new Violation(
              path + ".property",
              "unknown_property",
              "The cards have no property " + id + ".",
              id,
              types.keySet().stream().sorted().limit(50).toList(),
              Nearest.of(id, types.keySet())));
      return;
    }
    String wanted = IndexedProperty.filter(type);
    boolean none = filter.getTestCase() == Filter.TestCase.TEST_NOT_SET;
    String given = none ? "" : filter.getTestCase().name().toLowerCase(Locale.ROOT);
    if (!given.equals(wanted)) {
      draft.problem(
          new Violation(
              none ? path + ".test" : path,
              "wrong_filter",
              "The property " + id + " is filtered by " + wanted + ".",
              given,
              List.of(wanted),
              wanted));
      return;
    }
    if (!filter.getLanguage().isEmpty() && !new IndexedProperty(id, type).localized()) {
      draft.problem(
          Violation.of(
              path + ".language",
              "not_localized",
              "The property " + id + " has no languages.",
              filter.getLanguage()));
    }
    if (tests(filter) == 0) {
      draft.problem(
          new Violation(
              path + "." + wanted,
              "no_test",
              "The filter tests nothing.",
              "",
              IndexedProperty.operators(type),
              ""));
    }
    if (filter.hasTimestamp()) {
      time(path + ".timestamp.from", filter.getTimestamp().getFrom(), draft);
      time(path + ".timestamp.to", filter.getTimestamp().getTo(), draft);
    }
  }

  private static int tests(Filter filter) {
    return switch (filter.getTestCase()) {
      case TEXT -> filter.getText().getAllFields().size();
      case LIST -> filter.getList().getAllFields().size();
      case BOOLEAN -> filter.getBoolean().getAllFields().size();
      case TIMESTAMP -> filter.getTimestamp().getAllFields().size();
      case NUMBER -> filter.getNumber().getAllFields().size();
      case TEST_NOT_SET -> 0;
    };
  }

  private static void time(String path, String text, Draft draft) {
    if (text.isEmpty()) return;
    try {
      instant(text);
    } catch (DateTimeException _) {
      draft.problem(
          new Violation(
              path,
              "bad_timestamp",
              "A time is RFC 3339 with a zone.",
              text,
              List.of("2026-01-31T12:00:00Z"),
              ""));
    }
  }

  /// Reads RFC 3339.
  ///
  /// @throws DateTimeException when it is something else
  static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
