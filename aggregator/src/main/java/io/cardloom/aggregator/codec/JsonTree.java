package io.cardloom.aggregator.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// JSON as Java's own maps, lists, texts, numbers, booleans and null, for the few small values that
/// are looked into: never for a tool's arguments on their way to a service.
public final class JsonTree {
  private JsonTree() {}

  /// Reads the value at `[from, from + length)` of a body that was parsed once before.
  public static @Nullable Object read(byte[] body, int from, int length) {
    try (var in = JsonText.parse(body, from, length)) {
      in.nextToken();
      return value(in);
    }
  }

  /// Writes what [#read] gives.
  public static void write(JsonGenerator out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case Map<?, ?> object -> {
        out.writeStartObject();
        object.forEach((name, member) -> {
          out.writeName((String) name);
          write(out, member);
        });
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(out, item));
        out.writeEndArray();
      }
      case Boolean flag -> out.writeBoolean(flag);
      case Number number -> out.writeNumber(number.toString());
      default -> out.writeString(value.toString());
    }
  }

  private static @Nullable Object value(JsonParser in) {
    return switch (in.currentToken()) {
      case START_OBJECT -> {
        var object = new LinkedHashMap<String, @Nullable Object>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
          String name = in.currentName();
          in.nextToken();
          object.put(name, value(in));
        }
        yield object;
      }
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (in.nextToken() != JsonToken.END_ARRAY) list.add(value(in));
        yield list;
      }
      case VALUE_NUMBER_INT -> in.getBigIntegerValue();
      case VALUE_NUMBER_FLOAT -> in.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> in.getString();
    };
  }
}
