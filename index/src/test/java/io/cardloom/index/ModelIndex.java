package io.cardloom.index;

import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.proto.common.v1.TextFilter;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a document index should answer, in the plainest words: every document is looked at.
///
/// A value is a String, List of String, Map of language to either, Boolean, Double, or
/// OffsetDateTime.
final class ModelIndex {
  private record Stored(long version, @Nullable Map<String, Object> values) {}

  private final TreeMap<String, Stored> documents = new TreeMap<>();

  /// Returns whether it was written. Null values delete.
  boolean apply(String key, long version, @Nullable Map<String, Object> values) {
    Stored before = documents.get(key);
    if (before != null && before.version() >= version) return false;
    documents.put(key, new Stored(version, values));
    return true;
  }

  /// Keys found, all pages together.
  List<String> search(Query query) {
    return matches(query).sorted(order(query)).map(Map.Entry::getKey).toList();
  }

  private Stream<Map.Entry<String, Map<String, Object>>> matches(Query query) {
    return documents.entrySet().stream()
        .<Map.Entry<String, Map<String, Object>>>mapMulti((entry, next) -> {
          var values = entry.getValue().values();
          if (values != null) next.accept(Map.entry(entry.getKey(), values));
        })
        .filter(one ->
            query.getFiltersList().stream()
                .allMatch(filter -> holds(filter, one.getKey(), one.getValue())))
        .filter(one -> text(query.getText(), one.getValue()));
  }

  /// Folded value to count, and what spellings there are, under the query's conditions.
  Map<String, Set<String>> spellings(Query query, FacetRequest facet) {
    var spellings = new TreeMap<String, Set<String>>();
    matches(query)
        .forEach(one ->
            shown(one.getValue().get(facet.getProperty()), facet.getLanguage())
                .forEach(
                    text -> spellings.computeIfAbsent(fold(text), _ -> new HashSet<>()).add(text)));
    return spellings;
  }

  /// Folded values with their counts as `value count`, the most frequent first, then by value.
  List<String> facet(Query query, FacetRequest facet) {
    var counts = new LinkedHashMap<String, Integer>();
    matches(query)
        .forEach(one ->
            shown(one.getValue().get(facet.getProperty()), facet.getLanguage())
                .map(ModelIndex::fold)
                .distinct()
                .forEach(text -> counts.merge(text, 1, Integer::sum)));
    return counts.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Integer>>comparingInt(one -> -one.getValue())
                .thenComparing(Map.Entry::getKey, ModelIndex::compareTexts))
        .limit(facet.getSize() == 0 ? 10 : facet.getSize())
        .map(one -> one.getKey() + " " + one.getValue())
        .toList();
  }

  private static Stream<String> shown(@Nullable Object value, String language) {
    return value instanceof Boolean ? Stream.of(value.toString()) : texts(value, language);
  }

  private static boolean holds(Filter filter, String key, Map<String, Object> values) {
    if (filter.getProperty().equals("id")) return key(filter.getText(), key);
    Object value = values.get(filter.getProperty());
    String language = filter.getLanguage();
    Set<String> texts = texts(value, language).map(ModelIndex::fold).collect(Collectors.toSet());
    boolean there =
        value instanceof Map<?, ?> map
            ? language.isEmpty() ? !map.isEmpty() : map.containsKey(language)
            : value != null;
    return switch (filter.getTestCase()) {
      case TEXT -> {
        var test = filter.getText();
        yield (test.getAnyOfCount() == 0 || meets(texts, test.getAnyOfList()))
            && !meets(texts, test.getNoneOfList())
            && any(texts, test.getContains(), text -> text.contains(fold(test.getContains())))
            && any(texts, test.getStartsWith(), text -> text.startsWith(fold(test.getStartsWith())))
            && (!test.hasExists() || test.getExists() == there);
      }
      case LIST -> {
        var test = filter.getList();
        yield (test.getContainsAnyCount() == 0 || meets(texts, test.getContainsAnyList()))
            && texts.containsAll(folded(test.getContainsAllList()))
            && !meets(texts, test.getContainsNoneList())
            && (!test.hasExists() || test.getExists() == there);
      }
      case BOOLEAN -> {
        var test = filter.getBoolean();
        yield (!test.hasIs() || value instanceof Boolean is && is == test.getIs())
            && (!test.hasExists() || test.getExists() == there);
      }
      case TIMESTAMP -> {
        var test = filter.getTimestamp();
        yield time(value, test.getFrom(), 1)
            && time(value, test.getTo(), -1)
            && (!test.hasExists() || test.getExists() == there);
      }
      case NUMBER -> number(filter.getNumber(), value);
      case TEST_NOT_SET -> throw new IllegalArgumentException("no test");
    };
  }

  private static boolean key(TextFilter test, String key) {
    return (test.getAnyOfCount() == 0 || test.getAnyOfList().contains(key))
        && !test.getNoneOfList().contains(key)
        && key.startsWith(test.getStartsWith())
        && key.contains(test.getContains());
  }

  private static boolean number(NumberFilter test, @Nullable Object value) {
    if (test.hasExists() && test.getExists() != (value != null)) return false;
    boolean asks =
        test.getAnyOfCount() > 0 || test.hasGte() || test.hasGt() || test.hasLte() || test.hasLt();
    if (!asks) return true;
    return value instanceof Double is
        && (test.getAnyOfCount() == 0 || test.getAnyOfList().contains(is))
        && (!test.hasGte() || is >= test.getGte())
        && (!test.hasGt() || is > test.getGt())
        && (!test.hasLte() || is <= test.getLte())
        && (!test.hasLt() || is < test.getLt());
  }

  private static boolean time(@Nullable Object value, String bound, int sign) {
    if (bound.isEmpty()) return true;
    return value instanceof OffsetDateTime at
        && at.toInstant().compareTo(OffsetDateTime.parse(bound).toInstant()) * sign >= 0;
  }

  private static boolean any(Set<String> texts, String asked, Predicate<String> test) {
    return asked.isEmpty() || texts.stream().anyMatch(test);
  }

  private static boolean meets(Set<String> texts, List<String> wanted) {
    return folded(wanted).stream().anyMatch(texts::contains);
  }

  private static Set<String> folded(List<String> values) {
    return values.stream().map(ModelIndex::fold).collect(Collectors.toSet());
  }

  /// Every word of the query begins a word of some text.
  private static boolean text(String query, Map<String, Object> values) {
    var words =
        values.values().stream()
            .flatMap(value -> texts(value, ""))
            .flatMap(ModelIndex::words)
            .collect(Collectors.toSet());
    return words(query).allMatch(asked -> words.stream().anyMatch(word -> word.startsWith(asked)));
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(fold(text).split("[^\\p{L}\\p{N}\\p{Mn}]+"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.substring(0, Math.min(word.length(), Folding.WORD_CHARS_MAX)));
  }

  private static Stream<String> texts(@Nullable Object value, String language) {
    return switch (value) {
      case String text -> Stream.of(text);
      case Collection<?> items -> items.stream().map(String.class::cast);
      case Map<?, ?> map ->
          map.entrySet().stream()
              .filter(entry -> language.isEmpty() || entry.getKey().equals(language))
              .flatMap(entry -> texts(entry.getValue(), ""));
      case null, default -> Stream.empty();
    };
  }

  static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Comparator<Map.Entry<String, Map<String, Object>>> order(Query query) {
    Comparator<Map.Entry<String, Map<String, Object>>> order = (_, _) -> 0;
    boolean descending = false;
    for (Sort sort : query.getSortList()) {
      descending = sort.getDirection() == SortDirection.SORT_DIRECTION_DESC;
      if (sort.getProperty().equals("id")) break;
      Comparator<Object> values = ModelIndex::compare;
      order =
          order.thenComparing(
              one -> sortValue(one.getValue().get(sort.getProperty()), sort.getLanguage()),
              Comparator.nullsLast(descending ? values.reversed() : values));
    }
    Comparator<Map.Entry<String, Map<String, Object>>> byKey = Map.Entry.comparingByKey();
    return order.thenComparing(descending ? byKey.reversed() : byKey);
  }

  private static @Nullable Object sortValue(@Nullable Object value, String language) {
    return switch (value) {
      case Map<?, ?> map -> sortValue(map.get(language), "");
      case String text -> {
        int[] points = fold(text).codePoints().limit(Column.SORT_CHARS_MAX).toArray();
        yield new String(points, 0, points.length);
      }
      case OffsetDateTime at -> at.toInstant();
      case null -> null;
      default -> value;
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compare(Object a, Object b) {
    return a instanceof String text
        ? compareTexts(text, (String) b)
        : ((Comparable) a).compareTo(b);
  }

  private static int compareTexts(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
