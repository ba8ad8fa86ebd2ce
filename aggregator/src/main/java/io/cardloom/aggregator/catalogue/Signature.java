package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import io.cardloom.aggregator.codec.EnumWords;
import io.cardloom.aggregator.codec.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// A message in one line, such as `{property (Property id); size?: integer 0..50}`: names, types,
/// ranges and first sentences, in a quarter of the characters a schema takes. `?` marks what may be
/// left out; names between two `;` have one type, a string where none is told.
final class Signature {
  /// Longest note on a field of an inner object, in characters with its brackets: a word or two.
  private static final int INNER_NOTE_CHARS_MAX = 16;

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
    var parts = new ArrayList<String>();
    var choices = new LinkedHashMap<OneofDescriptor, List<String>>();
    var names = new ArrayList<String>();
    for (var iterator = message.getFields().listIterator(); iterator.hasNext(); ) {
      var field = iterator.next();
      var oneof = field.getRealContainingOneof();
      if (oneof != null) {
        choices
            .computeIfAbsent(oneof, _ -> new ArrayList<>())
            .add(field.getJsonName() + typed(field, inside));
        continue;
      }
      names.add(field.getJsonName() + (Limits.required(field) ? "" : "?"));
      String tail = typed(field, inside);
      var following = iterator.hasNext() ? message.getFields().get(iterator.nextIndex()) : null;
      boolean alike =
          following != null
              && following.getRealContainingOneof() == null
              && typed(following, inside).equals(tail);
      // Neighbours of one type share it: `from?, to?: integer`.
      if (alike) continue;
      parts.add(String.join(", ", names) + tail);
      names.clear();
    }
    choices.values().forEach(members -> parts.add("one of " + String.join(" | ", members)));
    inside.removeLast();
    return "{" + String.join("; ", parts) + "}";
  }

  /// What follows the name of a field: its type unless it is a string, and a note.
  private String typed(FieldDescriptor field, List<Descriptor> inside) {
    String type = type(field, inside);
    return (type.equals("string") ? "" : ": " + type) + note(field, inside.size());
  }

  private String note(FieldDescriptor field, int depth) {
    String words = comments.of(field);
    if (words.isEmpty()
        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()) {
      words = comments.of(field.getMessageType());
    }
    String note = note(words);
    return depth > 1 && note.length() > INNER_NOTE_CHARS_MAX ? "" : note;
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
