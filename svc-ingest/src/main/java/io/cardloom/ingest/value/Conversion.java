package io.cardloom.ingest.value;

import io.cardloom.index.Body.Slot;
import io.cardloom.proto.common.v1.PropertyType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// How a stored value becomes one of another type. What has the type already stays as it is, so
/// converting again changes nothing.
///
/// @param type the new type
/// @param delimiter the new delimiter; empty for other types than lists
/// @param delimiterBefore the delimiter until now; joins a list that becomes a text
/// @param languages languages of the source; a plain value goes into the first of them
public record Conversion(
    PropertyType type, String delimiter, String delimiterBefore, List<String> languages) {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// Longest text that may still be a number or a timestamp.
  private static final int SCALAR_CHARS_MAX = 64;

  public Conversion {
    languages = List.copyOf(languages);
  }

  /// @param slot the converted value; null where nothing is left of it
  /// @param lost texts of the values that the new type cannot take
  public record Converted(@Nullable Slot slot, List<String> lost) {}

  public Converted of(Slot stored) {
    var lost = new ArrayList<String>();
    Slot slot =
        switch (type) {
          case PROPERTY_TYPE_LOCALIZED_TEXT, PROPERTY_TYPE_LOCALIZED_LIST ->
              localized(stored, lost);
          case PROPERTY_TYPE_TEXT,
              PROPERTY_TYPE_LIST,
              PROPERTY_TYPE_BOOLEAN,
              PROPERTY_TYPE_TIMESTAMP,
              PROPERTY_TYPE_INTEGER,
              PROPERTY_TYPE_DECIMAL,
              PROPERTY_TYPE_UNSPECIFIED,
              UNRECOGNIZED ->
              plain(stored, lost);
        };
    return new Converted(slot, lost);
  }

  private @Nullable Slot localized(Slot stored, List<String> lost) {
    var values = new TreeMap<String, Slot.Plain>();
    switch (stored) {
      case Slot.Localized(var before) ->
          before.forEach((language, value) -> {
            byte[] converted = value(value.json(), lost);
            if (converted != null) values.put(language, new Slot.Plain(converted));
          });
      case Slot.Plain(var json) -> {
        if (languages.isEmpty()) {
          lost.add(shown(json));
        } else {
          byte[] converted = value(json, lost);
          if (converted != null) values.put(languages.getFirst(), new Slot.Plain(converted));
        }
      }
    }
    return values.isEmpty() ? null : new Slot.Localized(values);
  }

  private @Nullable Slot plain(Slot stored, List<String> lost) {
    byte[] json =
        switch (stored) {
          case Slot.Plain(var value) -> value;
          case Slot.Localized(var values) -> {
            String kept =
                languages.stream()
                    .filter(values::containsKey)
                    .findFirst()
                    .orElseGet(values::firstKey);
            values.forEach((language, value) -> {
              if (!language.equals(kept)) lost.add(language + ": " + shown(value.json()));
            });
            yield values.getOrDefault(kept, new Slot.Plain(new byte[0])).json();
          }
        };
    byte[] converted = value(json, lost);
    return converted == null ? null : new Slot.Plain(converted);
  }

  private byte @Nullable [] value(byte[] json, List<String> lost) {
    Optional<byte[]> converted =
        switch (type) {
          case PROPERTY_TYPE_TEXT,
              PROPERTY_TYPE_LOCALIZED_TEXT,
              PROPERTY_TYPE_UNSPECIFIED,
              UNRECOGNIZED ->
              Optional.of(json[0] == '"' ? json : Canonical.text(String.join(join(), texts(json))));
          case PROPERTY_TYPE_LIST, PROPERTY_TYPE_LOCALIZED_LIST -> Optional.of(list(json));
          case PROPERTY_TYPE_BOOLEAN -> single(json).flatMap(Conversion::truth);
          case PROPERTY_TYPE_TIMESTAMP -> single(json).flatMap(Canonical::timestamp);
          case PROPERTY_TYPE_INTEGER ->
              single(json)
                  .flatMap(Conversion::number)
                  .flatMap(number -> {
                    try {
                      return Optional.of(Canonical.integer(number.longValueExact()));
                    } catch (ArithmeticException _) {
                      return Optional.empty();
                    }
                  });
          case PROPERTY_TYPE_DECIMAL ->
              single(json).flatMap(Conversion::number).flatMap(Canonical::decimal);
        };
    if (converted.isPresent()) {
      boolean emptyList = converted.get()[0] == '[' && converted.get().length == 2;
      return emptyList ? null : converted.get();
    }
    lost.add(shown(json));
    return null;
  }

  private String join() {
    return delimiterBefore.isEmpty() ? delimiter : delimiterBefore;
  }

  private byte[] list(byte[] json) {
    boolean whole = json[0] == '[' && delimiter.equals(delimiterBefore);
    if (whole) return json;
    return Canonical.list(
        texts(json).stream()
            .flatMap(item -> Canonical.split(item, delimiter).stream())
            .map(Canonical::text)
            .toList());
  }

  /// The one text of a value; empty for a list of several.
  private static Optional<String> single(byte[] json) {
    List<String> texts = texts(json);
    return texts.size() == 1 && texts.getFirst().length() <= SCALAR_CHARS_MAX
        ? Optional.of(texts.getFirst().strip())
        : Optional.empty();
  }

  private static Optional<byte[]> truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "false" ->
          Optional.of(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      var number = new BigDecimal(text);
      // Both a digit bound and a guard: 1e999999999 must not be written out.
      return Canonical.decimal(number).map(_ -> number);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static String shown(byte[] json) {
    return String.join(", ", texts(json));
  }

  /// The texts of a canonical value: one, or the items of a list.
  private static List<String> texts(byte[] json) {
    var texts = new ArrayList<String>();
    try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) texts.add(parser.getString());
      }
    }
    return texts;
  }
}
