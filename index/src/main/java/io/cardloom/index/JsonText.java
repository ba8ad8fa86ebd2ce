package io.cardloom.index;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads the canonical JSON of one value. A value of another kind than asked for reads as nothing:
/// documents may be older than the type of their property.
final class JsonText {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private JsonText() {}

  /// The text of a string.
  static @Nullable String text(byte[] json) {
    if (json[0] != '"') return null;
    for (int i = 1; i < json.length - 1; i++) {
      if (json[i] == '\\') return texts(json).getFirst();
    }
    return new String(json, 1, json.length - 2, StandardCharsets.UTF_8);
  }

  /// The strings of a list.
  static List<String> list(byte[] json) {
    return json[0] == '[' ? texts(json) : List.of();
  }

  static @Nullable Double number(byte[] json) {
    if (json[0] != '-' && (json[0] < '0' || json[0] > '9')) return null;
    double number = Double.parseDouble(literal(json));
    return Double.isFinite(number) ? Double.valueOf(number == 0 ? 0.0 : number) : null;
  }

  static @Nullable Boolean bool(byte[] json) {
    return switch (json[0]) {
      case 't' -> Boolean.TRUE;
      case 'f' -> Boolean.FALSE;
      default -> null;
    };
  }

  /// Microseconds since 1970.
  static @Nullable Long micros(byte[] json) {
    String text = text(json);
    return text == null ? null : micros(text);
  }

  /// Microseconds since 1970 of an RFC 3339 time, or null.
  static @Nullable Long micros(String rfc3339) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(rfc3339).toInstant());
    } catch (DateTimeException | ArithmeticException _) {
      return null;
    }
  }

  /// The JSON as characters.
  static String literal(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static List<String> texts(byte[] json) {
    var texts = new ArrayList<String>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) texts.add(parser.getString());
      }
    }
    return texts;
  }
}
