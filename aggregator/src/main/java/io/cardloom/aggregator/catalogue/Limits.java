package io.cardloom.aggregator.catalogue;

import build.buf.validate.FieldRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Map;

/// The rules of one field as JSON Schema keywords.
final class Limits {
  /// From this length on a text's limit is no news to anyone, in characters.
  private static final long GENEROUS_CHARS = 64;

  private Limits() {}

  static FieldRules of(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  /// Whether leaving the field out breaks a rule: it is said to be required, or its empty value is
  /// not allowed.
  static boolean required(FieldDescriptor field) {
    FieldRules rules = of(field);
    if (rules.getRequired()) return true;
    if (field.isRepeated())
      return rules.getRepeated().getMinItems() > 0 || rules.getMap().getMinPairs() > 0;
    if (field.hasPresence()) return false;
    return switch (rules.getTypeCase()) {
      case STRING -> refusesEmpty(rules.getString());
      case BYTES -> rules.getBytes().getMinLen() > 0;
      case INT32, INT64, UINT32, UINT64, SINT32, SINT64, FLOAT, DOUBLE ->
          bound(rules, "gte") > 0
              || bound(rules, "gt") >= 0
              || bound(rules, "lte") < 0
              || bound(rules, "lt") <= 0;
      default -> false;
    };
  }

  private static boolean refusesEmpty(StringRules text) {
    return text.getMinLen() > 0
        || text.getLen() > 0
        || (text.hasPattern()
            && !java.util.regex.Pattern.compile(text.getPattern()).matcher("").find())
        || (text.getInCount() > 0 && !text.getInList().contains(""));
  }

  /// Adds the keywords for one value of the field.
  static void value(FieldRules rules, Map<String, Object> schema) {
    switch (rules.getTypeCase()) {
      case STRING -> {
        StringRules text = rules.getString();
        if (text.getMinLen() > 0) schema.put("minLength", text.getMinLen());
        if (text.getMaxLen() > 0) schema.put("maxLength", text.getMaxLen());
        if (text.hasPattern()) schema.put("pattern", text.getPattern());
        if (text.getInCount() > 0) schema.put("enum", text.getInList());
      }
      case INT32, INT64, UINT32, UINT64, SINT32, SINT64, FLOAT, DOUBLE -> {
        number(rules, "gte", "minimum", schema);
        number(rules, "gt", "exclusiveMinimum", schema);
        number(rules, "lte", "maximum", schema);
        number(rules, "lt", "exclusiveMaximum", schema);
      }
      default -> {}
    }
  }

  /// Leaves out the lengths that nobody meets by accident.
  static void withoutGenerous(Map<String, Object> schema) {
    schema.computeIfPresent("minLength", (_, least) -> ((Long) least) <= 1 ? null : least);
    schema.computeIfPresent(
        "maxLength", (_, most) -> ((Long) most) >= GENEROUS_CHARS ? null : most);
  }

  /// Adds the keywords for the list or map itself.
  static void collection(FieldRules rules, Map<String, Object> schema) {
    if (rules.hasRepeated()) {
      if (rules.getRepeated().getMinItems() > 0)
        schema.put("minItems", rules.getRepeated().getMinItems());
      if (rules.getRepeated().getMaxItems() > 0)
        schema.put("maxItems", rules.getRepeated().getMaxItems());
      if (rules.getRepeated().getUnique()) schema.put("uniqueItems", true);
    }
    if (rules.hasMap()) {
      if (rules.getMap().getMinPairs() > 0)
        schema.put("minProperties", rules.getMap().getMinPairs());
      if (rules.getMap().getMaxPairs() > 0)
        schema.put("maxProperties", rules.getMap().getMaxPairs());
    }
  }

  private static void number(
      FieldRules rules, String rule, String keyword, Map<String, Object> schema) {
    Message numbers = numbers(rules);
    var field = numbers.getDescriptorForType().findFieldByName(rule);
    if (numbers.hasField(field)) schema.put(keyword, numbers.getField(field));
  }

  /// The bound, or NaN, which compares as false with everything.
  private static double bound(FieldRules rules, String rule) {
    Message numbers = numbers(rules);
    var field = numbers.getDescriptorForType().findFieldByName(rule);
    return numbers.hasField(field) ? ((Number) numbers.getField(field)).doubleValue() : Double.NaN;
  }

  private static Message numbers(FieldRules rules) {
    int number = rules.getTypeCase().getNumber();
    return (Message) rules.getField(FieldRules.getDescriptor().findFieldByNumber(number));
  }
}
