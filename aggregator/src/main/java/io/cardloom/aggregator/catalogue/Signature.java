package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.cardloom.aggregator.codec.EnumWords;
import io.cardloom.aggregator.codec.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// A message in one line, such as `{property (Property id), size?: integer 0..50}`: names, types,
/// ranges and first sentences, in a third of the characters a schema takes. `?` marks what may be
/// left out; without a type it is a string.
final class Signature {
  private final Comments comments;

  Signature(Comments comments) {
    this.comments = comments;
  }

  String of(Descriptor message) {
    return of(message, new ArrayList<>());
  }

  private String of(Descriptor message, List<Descriptor> inside) {
    if (inside.contains(message)) return message.getName();
    inside.add(message);
    String line =
        message.getFields().stream()
            .map(field -> field(field, inside))
            .collect(Collectors.joining(", ", "{", "}"));
    inside.removeLast();
    return line;
  }

  private String field(FieldDescriptor field, List<Descriptor> inside) {
    String words = comments.of(field);
    if (words.isEmpty()
        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()) {
      words = comments.of(field.getMessageType());
    }
    String optional = Limits.required(field) ? "" : "?";
    String type = type(field, inside);
    return field.getJsonName()
        + optional
        + (type.equals("string") ? "" : ": " + type)
        + note(words);
  }

  /// The first sentence; a line is no place for more.
  private static String note(String words) {
    if (words.isEmpty()) return "";
    int end = words.indexOf(". ");
    String sentence = end < 0 ? words : words.substring(0, end);
    return " ("
        + (sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence)
        + ")";
  }

  private String type(FieldDescriptor field, List<Descriptor> inside) {
    if (field.isMapField())
      return "{[key]: " + type(field.getMessageType().findFieldByNumber(2), inside) + "}";
    String one = one(field, inside);
    return field.isRepeated() ? (one.contains("|") ? "(" + one + ")" : one) + "[]" : one;
  }

  private String one(FieldDescriptor field, List<Descriptor> inside) {
    return switch (field.getJavaType()) {
      case STRING -> "string";
      case BYTE_STRING -> "base64";
      case BOOLEAN -> "boolean";
      case INT, LONG -> "integer" + range(field);
      case FLOAT, DOUBLE -> "number" + range(field);
      case ENUM -> String.join("|", new EnumWords(field.getEnumType()).words());
      case MESSAGE ->
          Shapes.isJson(field.getMessageType()) ? "any" : of(field.getMessageType(), inside);
    };
  }

  private static String range(FieldDescriptor field) {
    if (field.isRepeated()) return "";
    var limits = new LinkedHashMap<String, Object>();
    Limits.value(Limits.of(field), limits);
    Object min = limits.get("minimum");
    Object max = limits.get("maximum");
    if (min == null && max == null) return "";
    return " " + (min == null ? "" : min) + ".." + (max == null ? "" : max);
  }
}
