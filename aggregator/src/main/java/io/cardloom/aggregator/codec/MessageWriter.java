package io.cardloom.aggregator.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import io.cardloom.aggregator.codec.Shapes.Slot;
import io.cardloom.proto.common.v1.Json;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/// A message to JSON.
///
/// One rule for what is written: lists, maps, booleans and numbers always, so that an agent sees
/// `[]`, `false` and `0`; everything else when it is set. 64-bit integers are numbers while every
/// reader can hold them, and texts beyond.
public final class MessageWriter {
  /// Largest integer that a double holds exactly, 2^53.
  static final long SAFE_INTEGER_MAX = 1L << 53;

  private final Shapes shapes;

  public MessageWriter(Shapes shapes) {
    this.shapes = shapes;
  }

  public byte[] bytes(Message message) {
    return JsonText.bytes(out -> write(out, message));
  }

  public void write(JsonGenerator out, Message message) {
    out.writeStartObject();
    for (Slot slot : shapes.of(message.getDescriptorForType()).slots) {
      var field = slot.field();
      if (field.isMapField()) {
        map(out, slot, message);
      } else if (field.isRepeated()) {
        out.writeName(slot.name());
        out.writeStartArray();
        for (Object item : (List<?>) message.getField(field)) item(out, slot, item);
        out.writeEndArray();
      } else if (!field.hasPresence() || message.hasField(field)) {
        single(out, slot, message.getField(field), field.hasPresence());
      }
    }
    out.writeEndObject();
  }

  private void single(JsonGenerator out, Slot slot, Object value, boolean given) {
    boolean silent =
        switch (slot.kind()) {
          case TEXT -> !given && ((String) value).isEmpty();
          case BYTES -> !given && ((ByteString) value).isEmpty();
          case ENUM ->
              Objects.requireNonNull(slot.words()).word((EnumValueDescriptor) value) == null;
          case JSON -> json((Message) value).isEmpty();
          case FLOAT, DOUBLE -> !Double.isFinite(((Number) value).doubleValue());
          case BOOLEAN, INTEGER_32, INTEGER_64, UNSIGNED_32, UNSIGNED_64, MESSAGE -> false;
        };
    if (silent) return;
    out.writeName(slot.name());
    item(out, slot, value);
  }

  private void map(JsonGenerator out, Slot slot, Message message) {
    Slot keys = Objects.requireNonNull(slot.key());
    Slot values = Objects.requireNonNull(slot.value());
    out.writeName(slot.name());
    out.writeStartObject();
    for (Object pair : (List<?>) message.getField(slot.field())) {
      out.writeName(String.valueOf(((Message) pair).getField(keys.field())));
      item(out, values, ((Message) pair).getField(values.field()));
    }
    out.writeEndObject();
  }

  private void item(JsonGenerator out, Slot slot, Object value) {
    switch (slot.kind()) {
      case TEXT -> out.writeString((String) value);
      case BYTES -> out.writeBinary(((ByteString) value).toByteArray());
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case INTEGER_32 -> out.writeNumber((Integer) value);
      case UNSIGNED_32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
      case INTEGER_64 -> {
        long number = (Long) value;
        if (number >= -SAFE_INTEGER_MAX && number <= SAFE_INTEGER_MAX) out.writeNumber(number);
        else out.writeString(Long.toString(number));
      }
      case UNSIGNED_64 -> {
        long number = (Long) value;
        if (number >= 0 && number <= SAFE_INTEGER_MAX) out.writeNumber(number);
        else out.writeString(Long.toUnsignedString(number));
      }
      case FLOAT, DOUBLE -> {
        double number = ((Number) value).doubleValue();
        if (Double.isFinite(number)) out.writeNumber(number);
        else out.writeNull();
      }
      case ENUM -> {
        String word = Objects.requireNonNull(slot.words()).word((EnumValueDescriptor) value);
        if (word != null) out.writeString(word);
        else out.writeNull();
      }
      case JSON -> {
        ByteString utf8 = json((Message) value);
        if (utf8.isEmpty()) out.writeNull();
        else out.writeRawValue(new RawUtf8(utf8));
      }
      case MESSAGE -> write(out, (Message) value);
    }
  }

  private static ByteString json(Message message) {
    if (message instanceof Json json) return json.getUtf8();
    return (ByteString)
        message.getField(message.getDescriptorForType().findFieldByNumber(Json.UTF8_FIELD_NUMBER));
  }
}
