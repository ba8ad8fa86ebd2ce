package io.cardloom.aggregator.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.cardloom.aggregator.codec.JsonText;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/// What may be remembered of a call's arguments: which objects it named, states, numbers and flags.
/// Texts that are content, and values of entries, are told by their size alone.
final class Summary {
  /// Deepest object that is told.
  private static final int DEPTH_MAX = 2;

  /// Longest id that is told.
  private static final int ID_CHARS_MAX = 256;

  private static final Pattern IDENTIFIES =
      Pattern.compile("(.*_)?(id|ids|identifier|path|endpoint|api_version|copy_from)");

  private Summary() {}

  /// A JSON object.
  static byte[] of(Message arguments) {
    return JsonText.bytes(out -> object(out, arguments, 0));
  }

  private static void object(JsonGenerator out, Message message, int depth) {
    out.writeStartObject();
    message
        .getAllFields()
        .forEach((field, value) -> {
          out.writeName(field.getJsonName());
          if (field.isRepeated()) list(out, field, (List<?>) value);
          else value(out, field, value, depth);
        });
    out.writeEndObject();
  }

  private static void list(JsonGenerator out, FieldDescriptor field, List<?> values) {
    boolean tells =
        field.getJavaType() == FieldDescriptor.JavaType.STRING
            && IDENTIFIES.matcher(field.getName()).matches()
            && values.size() <= 10;
    if (!tells) {
      out.writeString(values.size() + (values.size() == 1 ? " item" : " items"));
      return;
    }
    out.writeStartArray();
    for (var one : values) text(out, field, (String) one);
    out.writeEndArray();
  }

  private static void value(JsonGenerator out, FieldDescriptor field, Object value, int depth) {
    switch (value) {
      case String text -> text(out, field, text);
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      case Float number -> out.writeNumber(number);
      case EnumValueDescriptor constant -> out.writeString(constant.getName());
      case ByteString bytes -> out.writeString(bytes.size() + " bytes");
      case Message message when depth < DEPTH_MAX -> object(out, message, depth + 1);
      default -> out.writeString("...");
    }
  }

  private static void text(JsonGenerator out, FieldDescriptor field, String text) {
    boolean tells = IDENTIFIES.matcher(field.getName()).matches() && text.length() <= ID_CHARS_MAX;
    out.writeString(tells ? text : text.length() + " characters");
  }
}
