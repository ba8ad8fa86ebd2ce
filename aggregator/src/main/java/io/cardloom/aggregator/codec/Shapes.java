package io.cardloom.aggregator.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.cardloom.proto.common.v1.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.SerializedString;

/// How message types look in JSON, each resolved once and kept: there are as many as the contracts
/// have.
public final class Shapes {
  private final Map<Descriptor, Shape> known = new ConcurrentHashMap<>();

  public Shape of(Descriptor type) {
    var shape = known.get(type);
    return shape != null ? shape : known.computeIfAbsent(type, Shape::new);
  }

  /// Whether a value of this type is JSON that travels as it is.
  public static boolean isJson(Descriptor type) {
    return type.getFullName().equals(Json.getDescriptor().getFullName());
  }

  /// What kind of JSON value a field takes.
  enum Kind {
    TEXT,
    BYTES,
    BOOLEAN,
    INTEGER_32,
    INTEGER_64,
    UNSIGNED_32,
    UNSIGNED_64,
    FLOAT,
    DOUBLE,
    ENUM,
    JSON,
    MESSAGE;

    static Kind of(FieldDescriptor field) {
      return switch (field.getType()) {
        case STRING -> TEXT;
        case BYTES -> BYTES;
        case BOOL -> BOOLEAN;
        case INT32, SINT32, SFIXED32 -> INTEGER_32;
        case INT64, SINT64, SFIXED64 -> INTEGER_64;
        case UINT32, FIXED32 -> UNSIGNED_32;
        case UINT64, FIXED64 -> UNSIGNED_64;
        case FLOAT -> FLOAT;
        case DOUBLE -> DOUBLE;
        case ENUM -> ENUM;
        case MESSAGE, GROUP -> isJson(field.getMessageType()) ? JSON : MESSAGE;
      };
    }
  }

  /// One field: its JSON name, what it takes, and for a map the two sides of a pair.
  record Slot(
      FieldDescriptor field,
      SerializedString name,
      Kind kind,
      @Nullable EnumWords words,
      @Nullable Slot key,
      @Nullable Slot value) {

    static Slot of(FieldDescriptor field) {
      Kind kind = Kind.of(field);
      boolean map = field.isMapField();
      return new Slot(
          field,
          new SerializedString(field.getJsonName()),
          kind,
          kind == Kind.ENUM ? new EnumWords(field.getEnumType()) : null,
          map ? of(field.getMessageType().findFieldByNumber(1)) : null,
          map ? of(field.getMessageType().findFieldByNumber(2)) : null);
    }
  }

  /// One message type: its fields in the order of the contract, and by either of their names.
  public static final class Shape {
    final Descriptor type;
    final List<Slot> slots;
    private final Map<String, Slot> byName = new HashMap<>();

    Shape(Descriptor type) {
      this.type = type;
      var all = new ArrayList<Slot>();
      for (var field : type.getFields()) {
        var slot = Slot.of(field);
        all.add(slot);
        byName.put(field.getJsonName(), slot);
        byName.putIfAbsent(field.getName(), slot);
      }
      slots = List.copyOf(all);
    }

    @Nullable Slot find(String name) {
      return byName.get(name);
    }

    /// JSON names of the fields.
    List<String> names() {
      return slots.stream().map(slot -> slot.name().getValue()).toList();
    }
  }
}
