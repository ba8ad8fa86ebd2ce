package io.cardloom.local.isolation;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.cardloom.aggregator.codec.Shapes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Random messages of any contract, names where names go.
final class Messages {
  private static final int DEPTH_MAX = 5;
  private static final int ITEMS_MAX = 3;

  /// Tries for a message that the contract takes; some that it refuses are asked with too.
  private static final int TRIES_MAX = 12;

  private static final List<String> TIMES =
      List.of("2020-01-01T00:00:00Z", "2026-11-22T00:00:00Z", "2099-01-01T00:00:00Z");
  private static final List<String> LANGUAGES = List.of("en", "de");
  private static final List<String> WORDS = List.of("desk", "Lamp", "a b", "", "%", "' OR ''='");

  private final Names names;
  private final Validator validator = ValidatorFactory.newBuilder().build();

  Messages(Names names) {
    this.names = names;
  }

  DynamicMessage of(Descriptor type, Random random) {
    DynamicMessage made = message(type, random, 0);
    for (int tries = 1; tries < TRIES_MAX && !taken(made); tries++) {
      made = message(type, random, 0);
    }
    return made;
  }

  /// Whether the contract takes it.
  boolean taken(Message message) {
    try {
      return validator.validate(message).isSuccess();
    } catch (ValidationException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private DynamicMessage message(Descriptor type, Random random, int depth) {
    var built = DynamicMessage.newBuilder(type);
    if (Shapes.isJson(type)) {
      built.setField(type.findFieldByName("utf8"), ByteString.copyFromUtf8(json(random)));
      return built.build();
    }
    for (var oneof : type.getRealOneofs()) {
      if (random.nextInt(8) == 0) continue;
      var fields = oneof.getFields();
      set(built, fields.get(random.nextInt(fields.size())), random, depth);
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getRealContainingOneof() != null) continue;
      boolean deep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth >= DEPTH_MAX;
      if (deep || random.nextInt(10) < 3 && !isName(field)) continue;
      set(built, field, random, depth);
    }
    return built.build();
  }

  /// Whether a message has a field for names somewhere.
  static boolean takesNames(Descriptor type) {
    return takesNames(type, 0);
  }

  private static boolean takesNames(Descriptor type, int depth) {
    return type.getFields().stream()
        .anyMatch(field ->
            switch (field.getJavaType()) {
              case STRING -> Names.taken(field.getName());
              case MESSAGE -> depth < DEPTH_MAX && takesNames(field.getMessageType(), depth + 1);
              default -> false;
            });
  }

  /// Names say what a call is about, so they are left out seldom.
  private static boolean isName(FieldDescriptor field) {
    return field.getName().endsWith("id") && !field.isRepeated();
  }

  private void set(DynamicMessage.Builder built, FieldDescriptor field, Random random, int depth) {
    if (!field.isRepeated()) {
      built.setField(field, value(field, random, depth));
      return;
    }
    int items = random.nextInt(ITEMS_MAX);
    for (int i = 0; i < items; i++) {
      if (field.isMapField()) {
        built.addRepeatedField(field, message(field.getMessageType(), random, depth + 1));
      } else {
        built.addRepeatedField(field, value(field, random, depth));
      }
    }
  }

  private Object value(FieldDescriptor field, Random random, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> text(field.getName(), random);
      case BYTE_STRING -> ByteString.copyFromUtf8(json(random));
      case BOOLEAN -> random.nextInt(3) == 0;
      case INT -> random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(4);
      case LONG -> (long) random.nextInt(4);
      case FLOAT -> (float) random.nextInt(100);
      case DOUBLE -> random.nextInt(100) / 4.0;
      case ENUM -> constant(field.getEnumType().getValues(), random);
      case MESSAGE -> message(field.getMessageType(), random, depth + 1);
    };
  }

  private static EnumValueDescriptor constant(List<EnumValueDescriptor> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  /// A text for a field of this name.
  String text(String field, Random random) {
    return switch (field) {
      case "from", "to", "at", "updated_from", "updated_to", "updatedFrom", "updatedTo" ->
          one(TIMES, random);
      case "language", "default_language", "languages", "defaultLanguage" -> one(LANGUAGES, random);
      case "idempotency_key", "idempotencyKey" ->
          random.nextInt(3) == 0 ? "" : "again" + random.nextInt(50);
      case "after", "after_key" -> random.nextInt(3) > 0 ? "" : names.pick(random, field).first();
      case "description", "text", "contains", "starts_with", "message", "display_name" ->
          random.nextInt(3) == 0 ? names.pick(random, field).first() : one(WORDS, random);
      case "tool" -> random.nextBoolean() ? "" : "import_data";
      default -> random.nextInt(25) == 0 ? one(WORDS, random) : names.pick(random, field).first();
    };
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  /// Values of an entry, mostly.
  private String json(Random random) {
    var json = new StringBuilder("{");
    int values = random.nextInt(ITEMS_MAX);
    for (int i = 0; i < values; i++) {
      if (i > 0) json.append(',');
      json.append('"').append(names.pick(random, "property").first()).append("\":");
      switch (random.nextInt(4)) {
        case 0 -> json.append(random.nextInt(100));
        case 1 -> json.append("[\"").append(names.pick(random, "text").first()).append("\"]");
        case 2 -> json.append("null");
        default -> json.append('"').append(names.pick(random, "entry_id").first()).append('"');
      }
    }
    return json.append('}').toString();
  }

  /// The same message with other texts.
  static DynamicMessage mapped(Message message, java.util.function.UnaryOperator<String> text) {
    var built = DynamicMessage.newBuilder(message.getDescriptorForType());
    message
        .getAllFields()
        .forEach((field, value) -> {
          if (value instanceof List<?> items) {
            for (Object item : items) built.addRepeatedField(field, mapped(item, text));
          } else {
            built.setField(field, mapped(value, text));
          }
        });
    return built.build();
  }

  private static Object mapped(Object value, java.util.function.UnaryOperator<String> text) {
    return switch (value) {
      case String string -> text.apply(string);
      case ByteString bytes -> ByteString.copyFromUtf8(text.apply(utf8(bytes)));
      case Message message -> mapped(message, text);
      default -> value;
    };
  }

  private static String utf8(ByteString bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
