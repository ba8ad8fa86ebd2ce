package io.cardloom.ingest.entry;

import io.cardloom.index.Body.Slot;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.ingest.value.Language;
import io.cardloom.proto.common.v1.PropertyType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/// Reads JSON values as their property's type demands, into their canonical form. Types are exact:
/// nothing is guessed from a text.
///
/// Every method is called with the parser on the value's first token and leaves it on the last; it
/// returns null where the value is wrong, which `findings` then holds.
final class ValueReader {
  private static final Slot.Plain NULL = new Slot.Plain("null".getBytes(StandardCharsets.US_ASCII));
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private final Findings findings;
  private boolean clears;

  ValueReader(Findings findings) {
    this.findings = findings;
  }

  /// A `null`: the value is to be cleared.
  Slot.Plain cleared() {
    clears = true;
    return NULL;
  }

  /// Whether a value was cleared since the last call.
  boolean takeClears() {
    boolean any = clears;
    clears = false;
    return any;
  }

  /// A value of the `values` form: an object of languages where the property is localized.
  @Nullable Slot slot(SourceProperty property, JsonParser parser, byte[] json) {
    if (parser.currentToken() == JsonToken.VALUE_NULL) return cleared();
    if (property.localized()) return localized(property, parser, json);
    return plain(property, "", parser, json);
  }

  private @Nullable Slot localized(SourceProperty property, JsonParser parser, byte[] json) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      findings.ofValue(
          "",
          "missing_language",
          property.id() + " is localized: give its values by language.",
          got(parser),
          List.of("{\"en\": " + example(property.type()) + "}"));
      parser.skipChildren();
      return null;
    }
    var values = new TreeMap<String, Slot.Plain>();
    boolean good = true;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Optional<String> language = Language.of(name);
      if (language.isEmpty()) {
        badLanguage(name);
        parser.skipChildren();
        good = false;
        continue;
      }
      Slot.Plain value =
          parser.currentToken() == JsonToken.VALUE_NULL
              ? cleared()
              : plain(property, Findings.dotted(name), parser, json);
      if (value == null) {
        good = false;
      } else if (values.put(language.get(), value) != null) {
        duplicateLanguage(name, language.get());
        good = false;
      }
    }
    return !good || values.isEmpty() ? null : new Slot.Localized(values);
  }

  void badLanguage(String given) {
    findings.ofLanguage(
        given,
        "bad_language",
        "A language is ISO 639-1, with script or region where needed, at most 10 characters.",
        given,
        Language.ALLOWED);
  }

  void duplicateLanguage(String given, String language) {
    findings.ofLanguage(
        given,
        "duplicate_language",
        "The language " + language + " is given twice.",
        given,
        List.of());
  }

  /// One value of the property, in one language where it is localized.
  ///
  /// @param where the part of the value that is read, such as `.sv`
  Slot.@Nullable Plain plain(
      SourceProperty property, String where, JsonParser parser, byte[] json) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      object(property, where, parser);
      return null;
    }
    byte[] canonical =
        switch (property.type()) {
          case PROPERTY_TYPE_TEXT,
              PROPERTY_TYPE_LOCALIZED_TEXT,
              PROPERTY_TYPE_UNSPECIFIED,
              UNRECOGNIZED ->
              token == JsonToken.VALUE_STRING
                  ? text(where, parser, json)
                  : wrong(property, where, parser);
          case PROPERTY_TYPE_LIST, PROPERTY_TYPE_LOCALIZED_LIST ->
              list(property, where, parser, json);
          case PROPERTY_TYPE_BOOLEAN ->
              switch (token) {
                case VALUE_TRUE -> TRUE;
                case VALUE_FALSE -> FALSE;
                default -> wrong(property, where, parser);
              };
          case PROPERTY_TYPE_INTEGER -> integer(property, where, parser);
          case PROPERTY_TYPE_DECIMAL -> decimal(property, where, parser);
          case PROPERTY_TYPE_TIMESTAMP -> timestamp(property, where, parser);
        };
    return canonical == null ? null : new Slot.Plain(canonical);
  }

  private void object(SourceProperty property, String where, JsonParser parser) {
    parser.nextToken();
    String name = parser.currentName();
    boolean languages = !property.localized() && name != null && Language.of(name).isPresent();
    if (languages) {
      findings.ofLanguage(
          "",
          "forbidden_language",
          property.id() + " is " + word(property.type()) + " and takes one value, no languages.",
          "languages, such as " + name,
          List.of(example(property.type())));
    } else {
      wrong(property, where, "object");
    }
    while (parser.currentToken() != JsonToken.END_OBJECT) {
      parser.nextToken();
      parser.skipChildren();
      parser.nextToken();
    }
  }

  /// A text as it stands in the input where nothing in it is escaped, else written anew.
  private byte @Nullable [] text(String where, JsonParser parser, byte[] json) {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    boolean escaped = false;
    for (int i = from; i < to && !escaped; i++) escaped = json[i] == '\\';
    return escaped ? storable(where, parser.getString()) : Arrays.copyOfRange(json, from, to);
  }

  private byte @Nullable [] storable(String where, String text) {
    var at = Canonical.unstorable(text);
    if (at.isEmpty()) return Canonical.text(text);
    findings.ofValue(
        where,
        "bad_character",
        "A text cannot hold NUL or half of a surrogate pair; character "
            + at.getAsInt()
            + " is one.",
        "",
        List.of());
    return null;
  }

  /// An array of texts, or one text with the delimiter between the items. An empty list is no
  /// value.
  private byte @Nullable [] list(
      SourceProperty property, String where, JsonParser parser, byte[] json) {
    var items = new ArrayList<byte[]>();
    switch (parser.currentToken()) {
      case VALUE_STRING -> {
        for (String item : Canonical.split(parser.getString(), property.delimiter())) {
          byte[] text = storable(where, item);
          if (text == null) return null;
          items.add(text);
        }
      }
      case START_ARRAY -> {
        boolean good = true;
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          String place = where + "[" + i + "]";
          byte[] item = null;
          if (parser.currentToken() == JsonToken.VALUE_STRING) item = text(place, parser, json);
          else wrong(property, place, parser);
          if (item == null) good = false;
          else items.add(item);
        }
        if (!good) return null;
      }
      default -> {
        return wrong(property, where, parser);
      }
    }
    return items.isEmpty() ? cleared().json() : Canonical.list(items);
  }

  private byte @Nullable [] integer(SourceProperty property, String where, JsonParser parser) {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) return wrong(property, where, parser);
    NumberType type = parser.getNumberType();
    if (type == NumberType.INT || type == NumberType.LONG) {
      return Canonical.integer(parser.getLongValue());
    }
    findings.ofValue(
        where,
        "out_of_range",
        property.id() + " is a 64-bit integer.",
        parser.getString(),
        List.of("" + Long.MIN_VALUE + " to " + Long.MAX_VALUE));
    return null;
  }

  private byte @Nullable [] decimal(SourceProperty property, String where, JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      return wrong(property, where, parser);
    }
    if (parser.isNaN()) {
      findings.ofValue(
          where,
          "not_finite",
          property.id() + " takes finite numbers only.",
          parser.getString(),
          List.of(example(property.type())));
      return null;
    }
    Optional<byte[]> decimal = Canonical.decimal(parser.getDecimalValue());
    if (decimal.isPresent()) return decimal.get();
    findings.ofValue(
        where,
        "out_of_range",
        property.id() + " has too many digits.",
        parser.getString(),
        List.of("at most " + Canonical.DECIMAL_DIGITS_MAX + " digits"));
    return null;
  }

  private byte @Nullable [] timestamp(SourceProperty property, String where, JsonParser parser) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) return wrong(property, where, parser);
    String text = parser.getString();
    Optional<byte[]> timestamp = Canonical.timestamp(text);
    if (timestamp.isPresent()) return timestamp.get();
    findings.ofValue(
        where,
        "bad_timestamp",
        property.id() + " takes a date and time with zone, RFC 3339, years 1 to 9999.",
        text,
        List.of(example(property.type())));
    return null;
  }

  private byte @Nullable [] wrong(SourceProperty property, String where, JsonParser parser) {
    wrong(property, where, got(parser));
    parser.skipChildren();
    return null;
  }

  private void wrong(SourceProperty property, String where, String got) {
    findings.ofValue(
        where,
        "wrong_type",
        property.id() + " is " + word(property.type()) + " and does not take " + got + ".",
        got,
        property.list()
            ? List.of(
                example(property.type()),
                "one text with " + property.delimiter() + " between the items")
            : List.of(example(property.type())));
  }

  static String word(PropertyType type) {
    return type.name().substring("PROPERTY_TYPE_".length());
  }

  private static String example(PropertyType type) {
    return switch (type) {
      case PROPERTY_TYPE_TEXT,
          PROPERTY_TYPE_LOCALIZED_TEXT,
          PROPERTY_TYPE_UNSPECIFIED,
          UNRECOGNIZED ->
          "\"a text\"";
      case PROPERTY_TYPE_LIST, PROPERTY_TYPE_LOCALIZED_LIST -> "[\"a\", \"b\"]";
      case PROPERTY_TYPE_BOOLEAN -> "true or false";
      case PROPERTY_TYPE_TIMESTAMP -> "\"2026-01-31T12:00:00Z\"";
      case PROPERTY_TYPE_INTEGER -> "a whole number without quotes, such as 12";
      case PROPERTY_TYPE_DECIMAL -> "a number without quotes, such as 12.5";
    };
  }

  private static String got(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "object";
      case START_ARRAY -> "array";
      case VALUE_STRING -> "text " + shown(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number " + shown(parser.getString());
      case VALUE_TRUE -> "boolean true";
      case VALUE_FALSE -> "boolean false";
      case VALUE_NULL -> "null";
      case null -> "nothing";
      default -> "no value";
    };
  }

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
