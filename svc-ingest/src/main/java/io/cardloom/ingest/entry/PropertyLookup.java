package io.cardloom.ingest.entry;

import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.ingest.value.Language;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.proto.common.v1.PropertyType;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Properties by the names a batch uses: those of the schema, and those the batch itself adds where
/// that is asked for.
final class PropertyLookup {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final Schema schema;
  private final boolean infer;
  private final Findings findings;
  private final Map<String, SourceProperty> found = new LinkedHashMap<>();

  /// Nearest known name of each unknown one: looking costs more than reading the value.
  private final Map<String, String> nearest = new HashMap<>();

  PropertyLookup(Schema schema, boolean infer, Findings findings) {
    this.schema = schema;
    this.infer = infer;
    this.findings = findings;
  }

  /// The property, or null where there is none yet.
  @Nullable SourceProperty known(String name) {
    SourceProperty property = schema.property(name);
    if (property != null || found.isEmpty()) return property;
    return found.get(name.toLowerCase(Locale.ROOT));
  }

  /// The property that a value of an unknown name adds; null where there is none to add, or the
  /// name is refused.
  ///
  /// @param json the value
  /// @param language given beside the value, or empty
  @Nullable SourceProperty unknown(String name, byte[] json, String language) {
    if (!infer) {
      String near = nearest.computeIfAbsent(name, wanted -> Nearest.of(wanted, schema.ids()));
      findings.ofName(
          "unknown_property",
          "The source has no such property"
              + (near.isEmpty() ? "." : "; did you mean " + near + "?"),
          name,
          near);
      return null;
    }
    String id = name.toLowerCase(Locale.ROOT);
    if (!Canonical.isId(name)) {
      findings.ofName(
          "bad_property_id", "A property id is 1 to 256 characters of A-Z a-z 0-9 _ -.", name, "");
      return null;
    }
    if (id.equals(Schema.KEY_NAME)) {
      findings.ofName(
          "reserved_id", "id stands for the entry's key; give it as the entry's id.", name, "");
      return null;
    }
    if (schema.properties().size() + found.size() >= Schema.PROPERTIES_MAX) {
      findings.ofName(
          "too_many_properties",
          "A source has at most " + Schema.PROPERTIES_MAX + " properties.",
          name,
          "");
      return null;
    }
    PropertyType type = type(json, !language.isEmpty());
    if (type == PropertyType.PROPERTY_TYPE_UNSPECIFIED) return null;
    if (type == PropertyType.UNRECOGNIZED) {
      findings.ofValue(
          "",
          "wrong_type",
          "No property type takes such an object; only values by language are objects.",
          "object",
          List.of(
              "a text", "a number", "true or false", "an array of texts", "{\"en\": \"a text\"}"));
      return null;
    }
    SourceProperty property = SourceProperty.found(id, type);
    found.put(id, property);
    return property;
  }

  /// The narrowest type of a value; UNSPECIFIED for null, which tells no type, UNRECOGNIZED for an
  /// object that is no object of languages.
  private static PropertyType type(byte[] json, boolean localized) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        parser.nextToken();
        String name = parser.currentName();
        if (name == null || Language.of(name).isEmpty()) return PropertyType.UNRECOGNIZED;
        token = parser.nextToken();
        localized = true;
      }
      return switch (token) {
        case START_ARRAY ->
            localized ? PropertyType.PROPERTY_TYPE_LOCALIZED_LIST : PropertyType.PROPERTY_TYPE_LIST;
        case VALUE_TRUE, VALUE_FALSE -> PropertyType.PROPERTY_TYPE_BOOLEAN;
        case VALUE_NUMBER_INT -> PropertyType.PROPERTY_TYPE_INTEGER;
        case VALUE_NUMBER_FLOAT -> PropertyType.PROPERTY_TYPE_DECIMAL;
        case START_OBJECT -> PropertyType.UNRECOGNIZED;
        case VALUE_NULL -> PropertyType.PROPERTY_TYPE_UNSPECIFIED;
        default ->
            localized ? PropertyType.PROPERTY_TYPE_LOCALIZED_TEXT : PropertyType.PROPERTY_TYPE_TEXT;
      };
    }
  }

  /// What the batch adds, in order of appearance.
  List<SourceProperty> found() {
    Collection<SourceProperty> added = found.values();
    return List.copyOf(added);
  }
}
