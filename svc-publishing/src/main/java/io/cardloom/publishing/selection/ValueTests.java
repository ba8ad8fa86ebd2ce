package io.cardloom.publishing.selection;

import io.cardloom.index.Body;
import io.cardloom.proto.common.v1.BooleanFilter;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.ListFilter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.common.v1.TimestampFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The tests of filters on the values of a card: every given test must hold, case is ignored, and a
/// localized value without a language named matches in any language.
final class ValueTests {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private ValueTests() {}

  static Conditions.Condition condition(Filter filter) {
    String property = filter.getProperty();
    if (property.equals(Selection.KEY)) {
      var key = text(filter.getText(), UnaryOperator.identity());
      return (cardId, _) -> key.test(List.of(cardId));
    }
    String language = filter.getLanguage();
    Predicate<List<String>> test =
        switch (filter.getTestCase()) {
          case TEXT -> text(filter.getText(), ValueTests::lower);
          case LIST -> list(filter.getList());
          case BOOLEAN -> bool(filter.getBoolean());
          case TIMESTAMP -> timestamp(filter.getTimestamp());
          case NUMBER -> number(filter.getNumber());
          case TEST_NOT_SET -> _ -> true;
        };
    return (_, body) -> test.test(values(body.slot(property), language));
  }

  /// @param fold how case is taken out; keys keep theirs
  private static Predicate<List<String>> text(TextFilter filter, UnaryOperator<String> fold) {
    Set<String> any = folded(filter.getAnyOfList(), fold);
    Set<String> none = folded(filter.getNoneOfList(), fold);
    String contains = fold.apply(filter.getContains());
    String start = fold.apply(filter.getStartsWith());
    return values ->
        (any.isEmpty() || values.stream().anyMatch(any::contains))
            && values.stream().noneMatch(none::contains)
            && (contains.isEmpty() || values.stream().anyMatch(v -> v.contains(contains)))
            && (start.isEmpty() || values.stream().anyMatch(v -> v.startsWith(start)))
            && (!filter.hasExists() || filter.getExists() != values.isEmpty());
  }

  private static Predicate<List<String>> list(ListFilter filter) {
    Set<String> any = folded(filter.getContainsAnyList(), ValueTests::lower);
    Set<String> all = folded(filter.getContainsAllList(), ValueTests::lower);
    Set<String> none = folded(filter.getContainsNoneList(), ValueTests::lower);
    return values ->
        (any.isEmpty() || values.stream().anyMatch(any::contains))
            && values.containsAll(all)
            && values.stream().noneMatch(none::contains)
            && (!filter.hasExists() || filter.getExists() != values.isEmpty());
  }

  private static Predicate<List<String>> bool(BooleanFilter filter) {
    return values ->
        (!filter.hasIs() || values.contains(Boolean.toString(filter.getIs())))
            && (!filter.hasExists() || filter.getExists() != values.isEmpty());
  }

  private static Predicate<List<String>> timestamp(TimestampFilter filter) {
    Instant from = filter.getFrom().isEmpty() ? Instant.MIN : Conditions.instant(filter.getFrom());
    Instant to = filter.getTo().isEmpty() ? Instant.MAX : Conditions.instant(filter.getTo());
    boolean bounded = !filter.getFrom().isEmpty() || !filter.getTo().isEmpty();
    return values -> {
      if (filter.hasExists() && filter.getExists() == values.isEmpty()) return false;
      if (!bounded) return true;
      return values.stream()
          .map(Conditions::instant)
          .anyMatch(at -> !at.isBefore(from) && !at.isAfter(to));
    };
  }

  private static Predicate<List<String>> number(NumberFilter filter) {
    var any = new HashSet<>(filter.getAnyOfList());
    boolean tested =
        !any.isEmpty() || filter.hasGte() || filter.hasGt() || filter.hasLte() || filter.hasLt();
    return values -> {
      if (filter.hasExists() && filter.getExists() == values.isEmpty()) return false;
      if (!tested) return true;
      return values.stream()
          .map(Double::parseDouble)
          .anyMatch(n ->
              (any.isEmpty() || any.contains(n))
                  && (!filter.hasGte() || n >= filter.getGte())
                  && (!filter.hasGt() || n > filter.getGt())
                  && (!filter.hasLte() || n <= filter.getLte())
                  && (!filter.hasLt() || n < filter.getLt()));
    };
  }

  /// The values in lower case: one for a plain value, each of a list, those of all languages where
  /// none is named.
  private static List<String> values(Body.@Nullable Slot slot, String language) {
    var values = new ArrayList<String>();
    switch (slot) {
      case null -> {}
      case Body.Slot.Plain(var json) -> read(json, values);
      case Body.Slot.Localized(var byLanguage) ->
          byLanguage.forEach((in, value) -> {
            if (language.isEmpty() || in.equals(language)) read(value.json(), values);
          });
    }
    return values;
  }

  private static void read(byte[] json, List<String> into) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
          into.add(lower(parser.getString()));
        }
      }
    }
  }

  private static Set<String> folded(Collection<String> texts, UnaryOperator<String> fold) {
    var folded = new HashSet<String>();
    for (String text : texts) folded.add(fold.apply(text));
    return folded;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
