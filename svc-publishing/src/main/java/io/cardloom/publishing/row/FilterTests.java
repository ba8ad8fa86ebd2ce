package io.cardloom.publishing.row;

import io.cardloom.index.IndexedProperty;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.PropertyType;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tests of a filter as operators with texts, as a URL carries them: `price.gte=10`,
/// `name.contains=shoe`. Without an operator a value must be one of those given.
final class FilterTests {
  /// Values of one test; as in the contract's filters.
  private static final int VALUES_MAX = 500;

  /// What `mustNot` and `.not` mean: none of the values, for texts and lists.
  static final String NOT = "not";

  private FilterTests() {}

  /// Sets one test of a filter on a property of `type`; what is wrong goes to `violations` under
  /// `path`.
  static void put(
      String path,
      Filter.Builder filter,
      PropertyType type,
      String operator,
      List<String> values,
      List<Violation> violations) {
    var test = new Test(path, values, violations);
    String kind = IndexedProperty.filter(type);
    if (values.size() > VALUES_MAX) {
      test.refuse("too_many", "At most " + VALUES_MAX + " values can be given.", List.of());
      return;
    }
    switch (kind + "." + operator) {
      case "text.", "text.anyOf" -> filter.getTextBuilder().addAllAnyOf(values);
      case "text.noneOf", "text.not" -> filter.getTextBuilder().addAllNoneOf(values);
      case "text.contains" -> filter.getTextBuilder().setContains(test.shortText());
      case "text.startsWith" -> filter.getTextBuilder().setStartsWith(test.shortText());
      case "text.exists" -> filter.getTextBuilder().setExists(test.flag());
      case "list.", "list.containsAny" -> filter.getListBuilder().addAllContainsAny(values);
      case "list.containsAll" -> filter.getListBuilder().addAllContainsAll(values);
      case "list.containsNone", "list.not" -> filter.getListBuilder().addAllContainsNone(values);
      case "list.exists" -> filter.getListBuilder().setExists(test.flag());
      case "boolean.", "boolean.is" -> filter.getBooleanBuilder().setIs(test.flag());
      case "boolean.exists" -> filter.getBooleanBuilder().setExists(test.flag());
      case "timestamp." -> filter.getTimestampBuilder().setFrom(test.time()).setTo(test.time());
      case "timestamp.from" -> filter.getTimestampBuilder().setFrom(test.time());
      case "timestamp.to" -> filter.getTimestampBuilder().setTo(test.time());
      case "timestamp.exists" -> filter.getTimestampBuilder().setExists(test.flag());
      case "number.", "number.anyOf" -> filter.getNumberBuilder().addAllAnyOf(test.numbers());
      case "number.gte" -> filter.getNumberBuilder().setGte(test.number());
      case "number.gt" -> filter.getNumberBuilder().setGt(test.number());
      case "number.lte" -> filter.getNumberBuilder().setLte(test.number());
      case "number.lt" -> filter.getNumberBuilder().setLt(test.number());
      case "number.exists" -> filter.getNumberBuilder().setExists(test.flag());
      default -> {
        var allowed = IndexedProperty.operators(type);
        violations.add(
            new Violation(
                path,
                "unknown_operator",
                "A property filtered by " + kind + " takes no " + operator + ".",
                operator,
                allowed,
                Nearest.of(operator, allowed)));
      }
    }
  }

  /// The tests of a filter by operator; those that [#put] takes when there is none have the empty
  /// one.
  static Map<String, List<String>> of(Filter filter) {
    var tests = new LinkedHashMap<String, List<String>>();
    switch (filter.getTestCase()) {
      case TEXT -> {
        var text = filter.getText();
        many(tests, "", text.getAnyOfList());
        many(tests, "noneOf", text.getNoneOfList());
        one(tests, "contains", text.getContains());
        one(tests, "startsWith", text.getStartsWith());
        if (text.hasExists()) one(tests, "exists", "" + text.getExists());
      }
      case LIST -> {
        var list = filter.getList();
        many(tests, "", list.getContainsAnyList());
        many(tests, "containsAll", list.getContainsAllList());
        many(tests, "containsNone", list.getContainsNoneList());
        if (list.hasExists()) one(tests, "exists", "" + list.getExists());
      }
      case BOOLEAN -> {
        var bool = filter.getBoolean();
        if (bool.hasIs()) one(tests, "", "" + bool.getIs());
        if (bool.hasExists()) one(tests, "exists", "" + bool.getExists());
      }
      case TIMESTAMP -> {
        var time = filter.getTimestamp();
        one(tests, "from", time.getFrom());
        one(tests, "to", time.getTo());
        if (time.hasExists()) one(tests, "exists", "" + time.getExists());
      }
      case NUMBER -> {
        var number = filter.getNumber();
        many(tests, "", number.getAnyOfList().stream().map(FilterTests::plain).toList());
        if (number.hasGte()) one(tests, "gte", plain(number.getGte()));
        if (number.hasGt()) one(tests, "gt", plain(number.getGt()));
        if (number.hasLte()) one(tests, "lte", plain(number.getLte()));
        if (number.hasLt()) one(tests, "lt", plain(number.getLt()));
        if (number.hasExists()) one(tests, "exists", "" + number.getExists());
      }
      case TEST_NOT_SET -> {}
    }
    return tests;
  }

  private static void many(Map<String, List<String>> tests, String operator, List<String> values) {
    if (!values.isEmpty()) tests.put(operator, List.copyOf(values));
  }

  private static void one(Map<String, List<String>> tests, String operator, String value) {
    if (!value.isEmpty()) tests.put(operator, List.of(value));
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? "" + (long) number
        : "" + number;
  }

  /// The values of one test, read as what it takes; a refusal leaves a harmless value.
  private record Test(String path, List<String> values, List<Violation> violations) {
    private static final int TEXT_CHARS_MAX = 256;

    void refuse(String rule, String message, List<String> allowed) {
      violations.add(new Violation(path, rule, message, String.join(" ", values), allowed, ""));
    }

    String one() {
      if (values.size() == 1) return values.getFirst();
      refuse("one_value", "This takes exactly one value.", List.of());
      return "";
    }

    String shortText() {
      String text = one();
      if (text.length() > TEXT_CHARS_MAX) {
        refuse("too_long", "At most " + TEXT_CHARS_MAX + " characters are taken.", List.of());
      }
      return text;
    }

    boolean flag() {
      String text = one();
      if (!text.equals("true") && !text.equals("false")) {
        refuse("not_a_boolean", "This is true or false.", List.of("true", "false"));
      }
      return text.equals("true");
    }

    String time() {
      String text = one();
      try {
        OffsetDateTime.parse(text);
      } catch (DateTimeException _) {
        refuse("bad_timestamp", "A time is RFC 3339 with a zone.", List.of("2026-01-31T12:00:00Z"));
      }
      return text;
    }

    double number() {
      return number(one());
    }

    List<Double> numbers() {
      var numbers = new ArrayList<Double>();
      for (String value : values) numbers.add(number(value));
      return numbers;
    }

    private double number(String text) {
      try {
        double number = Double.parseDouble(text);
        if (Double.isFinite(number)) return number;
      } catch (NumberFormatException _) {
        // Refused below.
      }
      refuse("not_a_number", "This is a number.", List.of());
      return 0;
    }
  }
}
