package io.cardloom.aggregator.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.aggregator.codec.Shapes.Kind;
import io.cardloom.aggregator.codec.Shapes.Shape;
import io.cardloom.aggregator.codec.Shapes.Slot;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// JSON arguments to a message, and everything wrong with them at once.
///
/// Names are camelCase; the contract's own snake_case is taken too. Enum words come without the
/// type's prefix, in any case. 64-bit integers may be numbers or texts. `null` is the same as not
/// given, except for a field that takes any JSON: there it is the value `null`. JSON that travels
/// as it is stays the exact bytes of the input.
public final class MessageReader {
  private static final String ANY_64_BITS =
      "an integer from -9223372036854775808 to 9223372036854775807";

  private final Shapes shapes;
  private final Rules rules;

  public MessageReader(Shapes shapes, Rules rules) {
    this.shapes = shapes;
    this.rules = rules;
  }

  /// Reads the JSON object at `[from, from + length)` of a body that was parsed once before. The
  /// message keeps a view of `body`: do not change it afterwards. Throws [Problem.Invalid] with
  /// every violation, of type and of rule.
  public Message read(Descriptor type, byte[] body, int from, int length) {
    var findings = new Findings();
    Message message = message(type, body, from, length, findings);
    rules.check(message, findings);
    if (!findings.isEmpty()) throw new Problem.Invalid(findings.all()).exception();
    return message;
  }

  /// Names and types only, no rules: for a draft, whose service tells what is wrong with it.
  public Message readDraft(Descriptor type, byte[] body, int from, int length) {
    var findings = new Findings();
    Message message = message(type, body, from, length, findings);
    if (!findings.isEmpty()) throw new Problem.Invalid(findings.all()).exception();
    return message;
  }

  private Message message(Descriptor type, byte[] body, int from, int length, Findings findings) {
    try (var in = JsonText.parse(body, from, length)) {
      in.nextToken();
      return new Reading(body, from, in, findings).message(type, Path.ROOT);
    }
  }

  /// Arguments that were not given: an empty message, held against the rules like any other.
  public Message empty(Descriptor type) {
    var none = "{}".getBytes(StandardCharsets.UTF_8);
    return read(type, none, 0, none.length);
  }

  /// One pass over one JSON value. Every method is entered at the first token of its value and
  /// leaves at the last one.
  private final class Reading {
    private final byte[] body;
    private final int from;
    private final JsonParser in;
    private final Findings findings;

    Reading(byte[] body, int from, JsonParser in, Findings findings) {
      this.body = body;
      this.from = from;
      this.in = in;
      this.findings = findings;
    }

    /// The object at hand, or an empty message where it is none.
    Message message(Descriptor type, Path path) {
      var builder = DynamicMessage.newBuilder(type);
      if (in.currentToken() != JsonToken.START_OBJECT) {
        findings.wrongType(path, got(), "an object");
        return builder.build();
      }
      Shape shape = shapes.of(type);
      var seen = new BitSet(shape.slots.size());
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        in.nextToken();
        Slot slot = shape.find(name);
        if (slot == null) {
          findings.unknownField(path.field(name), name, shape.names());
          in.skipChildren();
          continue;
        }
        var here = path.field(slot.name().getValue());
        boolean repeated = slot.field().isRepeated();
        if (in.currentToken() == JsonToken.VALUE_NULL && (repeated || slot.kind() != Kind.JSON))
          continue;
        int place = slot.field().getIndex();
        if (seen.get(place)) {
          findings.twice(here);
          in.skipChildren();
          continue;
        }
        seen.set(place);
        if (slot.field().isMapField()) {
          map(builder, slot, here);
        } else if (repeated) {
          list(builder, slot, here);
        } else {
          single(builder, slot, here);
        }
      }
      return builder.build();
    }

    private void single(DynamicMessage.Builder builder, Slot slot, Path path) {
      var oneof = slot.field().getRealContainingOneof();
      if (oneof != null && builder.hasOneof(oneof)) {
        findings.onlyOne(
            path, oneof.getFields().stream().map(field -> field.getJsonName()).toList());
        in.skipChildren();
        return;
      }
      Object value = value(slot, path);
      if (value != null) builder.setField(slot.field(), value);
    }

    private void list(DynamicMessage.Builder builder, Slot slot, Path path) {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        findings.wrongType(path, got(), "a list");
        return;
      }
      for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
        Object value = value(slot, path.item(i));
        // A refused item keeps its place, so that the paths of later ones stay right.
        builder.addRepeatedField(slot.field(), value != null ? value : nothing(slot));
      }
    }

    private void map(DynamicMessage.Builder builder, Slot slot, Path path) {
      if (in.currentToken() != JsonToken.START_OBJECT) {
        findings.wrongType(path, got(), "an object");
        return;
      }
      Slot keys = Objects.requireNonNull(slot.key());
      Slot values = Objects.requireNonNull(slot.value());
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        var here = path.field(name);
        in.nextToken();
        Object key = key(keys, name, here);
        Object value = value(values, here);
        if (key == null || value == null) continue;
        var pair = DynamicMessage.newBuilder(slot.field().getMessageType());
        builder.addRepeatedField(
            slot.field(), pair.setField(keys.field(), key).setField(values.field(), value).build());
      }
    }

    private @Nullable Object key(Slot slot, String name, Path path) {
      return switch (slot.kind()) {
        case TEXT -> name;
        case INTEGER_32, UNSIGNED_32 -> {
          Long number = wholeNumber(name, path);
          yield number == null ? null : (Object) number.intValue();
        }
        case INTEGER_64, UNSIGNED_64 -> wholeNumber(name, path);
        case BOOLEAN -> Boolean.valueOf(name);
        case BYTES, FLOAT, DOUBLE, ENUM, JSON, MESSAGE ->
            throw new IllegalStateException("no map key is of kind " + slot.kind());
      };
    }

    /// The value at hand as the message takes it, or null when it was refused.
    private @Nullable Object value(Slot slot, Path path) {
      JsonToken token = in.currentToken();
      return switch (slot.kind()) {
        case TEXT -> token == JsonToken.VALUE_STRING ? in.getString() : refuse(path, "a string");
        case BOOLEAN ->
            switch (token) {
              case VALUE_TRUE -> true;
              case VALUE_FALSE -> false;
              default -> refuse(path, "true or false");
            };
        case INTEGER_32 -> {
          Long number = integer(path, Integer.MIN_VALUE, Integer.MAX_VALUE);
          yield number == null ? null : (Object) number.intValue();
        }
        case UNSIGNED_32 -> {
          Long number = integer(path, 0, 0xFFFF_FFFFL);
          yield number == null ? null : (Object) number.intValue();
        }
        case INTEGER_64 ->
            token == JsonToken.VALUE_STRING
                ? wholeNumber(in.getString(), path)
                : integer(path, Long.MIN_VALUE, Long.MAX_VALUE);
        case UNSIGNED_64 ->
            token == JsonToken.VALUE_STRING
                ? wholeNumber(in.getString(), path)
                : integer(path, 0, Long.MAX_VALUE);
        case DOUBLE -> number(path, Double.MAX_VALUE);
        case FLOAT -> {
          Double number = number(path, Float.MAX_VALUE);
          yield number == null ? null : (Object) number.floatValue();
        }
        case BYTES -> base64(path);
        case ENUM -> word(slot, path);
        case JSON -> json(slot);
        case MESSAGE -> message(slot.field().getMessageType(), path);
      };
    }

    private @Nullable Long integer(Path path, long min, long max) {
      String range = "an integer from " + min + " to " + max;
      if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        if (in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
          long number = in.getLongValue();
          if (number >= min && number <= max) return number;
        }
        findings.outOfRange(path, got(), range);
        return null;
      }
      if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        // 10.0 and 1e3 are whole numbers too.
        double number = in.getDoubleValue();
        boolean whole =
            number == Math.rint(number) && Math.abs(number) <= MessageWriter.SAFE_INTEGER_MAX;
        if (whole && number >= min && number <= max) return (long) number;
      }
      findings.wrongType(path, got(), "an integer");
      return null;
    }

    private @Nullable Long wholeNumber(String text, Path path) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException notOne) {
        findings.wrongType(path, text, ANY_64_BITS);
        return null;
      }
    }

    private @Nullable Double number(Path path, double max) {
      if (!in.currentToken().isNumeric()) {
        findings.wrongType(path, got(), "a number");
        return null;
      }
      double number = in.getDoubleValue();
      if (Math.abs(number) <= max) return number;
      findings.outOfRange(path, got(), "a number between -" + max + " and " + max);
      return null;
    }

    private @Nullable ByteString base64(Path path) {
      if (in.currentToken() != JsonToken.VALUE_STRING) return refuse(path, "a base64 string");
      try {
        return ByteString.copyFrom(Base64.getDecoder().decode(in.getString()));
      } catch (IllegalArgumentException notBase64) {
        return refuse(path, "a base64 string");
      }
    }

    private @Nullable Object word(Slot slot, Path path) {
      var words = Objects.requireNonNull(slot.words());
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        return refuse(path, "one of " + String.join(", ", words.words()));
      }
      var value = words.value(in.getString());
      if (value == null) findings.unknownWord(path, in.getString(), words.words());
      return value;
    }

    private Message json(Slot slot) {
      var type = slot.field().getMessageType();
      return DynamicMessage.newBuilder(type)
          .setField(type.findFieldByNumber(Json.UTF8_FIELD_NUMBER), slice())
          .build();
    }

    private Object nothing(Slot slot) {
      return switch (slot.kind()) {
        case MESSAGE, JSON -> DynamicMessage.getDefaultInstance(slot.field().getMessageType());
        case ENUM -> slot.field().getEnumType().getValues().getFirst();
        case TEXT -> "";
        case BYTES -> ByteString.EMPTY;
        case BOOLEAN -> false;
        case INTEGER_32, UNSIGNED_32 -> 0;
        case INTEGER_64, UNSIGNED_64 -> 0L;
        case FLOAT -> 0f;
        case DOUBLE -> 0d;
      };
    }

    private <T> @Nullable T refuse(Path path, String wanted) {
      findings.wrongType(path, got(), wanted);
      return null;
    }

    /// The value at hand as it was written, for a person to recognise.
    private String got() {
      var slice = slice();
      int shown = Math.min(slice.size(), 4 * Violation.GOT_CHARS_MAX);
      return slice.substring(0, shown).toString(StandardCharsets.UTF_8);
    }

    /// The exact bytes of the value at hand; moves to its last token.
    private ByteString slice() {
      int start = from + (int) in.currentTokenLocation().getByteOffset();
      if (in.currentToken().isStructStart()) in.skipChildren();
      else in.finishToken();
      int end = from + (int) in.currentLocation().getByteOffset();
      return UnsafeByteOperations.unsafeWrap(body, start, end - start);
    }
  }
}
