package io.cardloom.ingest.entry;

import com.google.protobuf.ByteString;
import io.cardloom.index.Body;
import io.cardloom.index.Body.Slot;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.value.Language;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads the values of entries, in both forms, in one pass over the bytes.
final class EntryReader {
  /// NaN and the infinities are read so that they can be refused by name.
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final PropertyLookup properties;
  private final Findings findings;
  private final ValueReader values;

  EntryReader(PropertyLookup properties, Findings findings) {
    this.properties = properties;
    this.findings = findings;
    this.values = new ValueReader(findings);
  }

  /// Whether the entry read last clears a value.
  boolean clears() {
    return values.takeClears();
  }

  /// The values that the input gives; what is wrong goes to the findings.
  Body patch(EntryInput input) {
    ByteString json = input.getValues().getUtf8();
    boolean asObject = !json.isEmpty();
    boolean asList = input.getPropertiesCount() > 0;
    if (input.getDelete()) {
      if (asObject || asList) {
        findings.ofEntry(
            ".delete",
            "values_with_delete",
            "An entry that is deleted takes no values.",
            "",
            "delete without values");
      }
      return Body.EMPTY;
    }
    if (asObject && asList) {
      findings.ofEntry(
          "",
          "both_forms",
          "Give the values as values or as properties, not both.",
          "",
          "values",
          "properties");
      return Body.EMPTY;
    }
    if (!asObject && !asList) return Body.EMPTY;
    int bytes = asObject ? json.size() : input.getSerializedSize();
    if (bytes > EntryBatch.ENTRY_BYTES_MAX) {
      tooLarge(bytes);
      return Body.EMPTY;
    }
    var slots = new TreeMap<String, Slot>();
    if (asObject) object(json, slots);
    else list(input.getPropertiesList(), slots);
    return Body.of(slots);
  }

  private void tooLarge(long bytes) {
    findings.ofEntry(
        "",
        "too_large",
        "An entry has at most " + EntryBatch.ENTRY_BYTES_MAX + " bytes.",
        bytes + " bytes",
        "at most " + EntryBatch.ENTRY_BYTES_MAX + " bytes");
  }

  private void object(ByteString utf8, TreeMap<String, Slot> slots) {
    findings.atValue("");
    if (!utf8.isValidUtf8()) {
      malformed("not UTF-8");
      return;
    }
    byte[] json = utf8.toByteArray();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        findings.ofValue(
            "",
            "wrong_type",
            "Values are an object of property ids and values.",
            "",
            List.of("{\"name\": \"Desk\", \"price\": 10.5}"));
        return;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        findings.atValue(name);
        parser.nextToken();
        property(name, parser, json, slots);
      }
      findings.atValue("");
      if (parser.nextToken() != null) malformed("something follows the object");
    } catch (JacksonException failure) {
      malformed(failure.getOriginalMessage());
    }
  }

  private void property(String name, JsonParser parser, byte[] json, TreeMap<String, Slot> slots) {
    SourceProperty property = properties.known(name);
    Slot slot;
    if (property != null) {
      slot = values.slot(property, parser, json);
    } else {
      byte[] value = slice(parser, json);
      property = properties.unknown(name, value, "");
      if (property == null) return;
      slot = single(property, value);
    }
    if (slot != null && slots.put(property.id(), slot) != null) duplicate(name);
  }

  private void duplicate(String name) {
    findings.ofName(
        "duplicate_property",
        "This property is given twice; ids are the same in any case.",
        name,
        "");
  }

  /// The bytes of the value that the parser is at; the parser is left behind it.
  private static byte[] slice(JsonParser parser, byte[] json) {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    return Arrays.copyOfRange(json, from, (int) parser.currentLocation().getByteOffset());
  }

  private @Nullable Slot single(SourceProperty property, byte[] json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return values.slot(property, parser, json);
    }
  }

  private void list(List<PropertyValue> items, TreeMap<String, Slot> slots) {
    for (int i = 0; i < items.size(); i++) {
      findings.atItem(i);
      PropertyValue item = items.get(i);
      ByteString utf8 = item.getValue().getUtf8();
      if (!utf8.isValidUtf8()) {
        malformed("not UTF-8");
        continue;
      }
      byte[] json =
          utf8.isEmpty() ? "null".getBytes(StandardCharsets.US_ASCII) : utf8.toByteArray();
      try {
        item(item, json, slots);
      } catch (JacksonException failure) {
        malformed(failure.getOriginalMessage());
      }
    }
  }

  private void item(PropertyValue item, byte[] json, TreeMap<String, Slot> slots) {
    SourceProperty property = properties.known(item.getId());
    if (property == null) {
      property = properties.unknown(item.getId(), json, item.getLanguage());
      if (property == null) return;
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        malformed("there is nothing");
        return;
      }
      boolean isNull = token == JsonToken.VALUE_NULL;
      if (property.localized() && !(isNull && item.getLanguage().isEmpty())) {
        localizedItem(property, item, isNull, parser, json, slots);
      } else if (!property.localized() && !item.getLanguage().isEmpty()) {
        findings.ofLanguage(
            item.getLanguage(),
            "forbidden_language",
            property.id() + " is " + ValueReader.word(property.type()) + " and takes no language.",
            item.getLanguage(),
            List.of("no language"));
        parser.skipChildren();
      } else {
        Slot.Plain value = isNull ? values.cleared() : values.plain(property, "", parser, json);
        if (value != null && slots.put(property.id(), value) != null) duplicate(item.getId());
      }
      if (parser.nextToken() != null) malformed("something follows the value");
    }
  }

  private void localizedItem(
      SourceProperty property,
      PropertyValue item,
      boolean isNull,
      JsonParser parser,
      byte[] json,
      TreeMap<String, Slot> slots) {
    if (item.getLanguage().isEmpty()) {
      findings.ofLanguage(
          "",
          "missing_language",
          property.id() + " is localized: give the language of the value.",
          "",
          Language.ALLOWED);
      parser.skipChildren();
      return;
    }
    Optional<String> language = Language.of(item.getLanguage());
    if (language.isEmpty()) {
      values.badLanguage(item.getLanguage());
      parser.skipChildren();
      return;
    }
    Slot.Plain value = isNull ? values.cleared() : values.plain(property, "", parser, json);
    if (value == null) return;
    var languages = new TreeMap<String, Slot.Plain>();
    switch (slots.get(property.id())) {
      case Slot.Localized(var others) -> languages.putAll(others);
      case Slot.Plain _ -> {
        duplicate(item.getId());
        return;
      }
      case null -> {}
    }
    if (languages.put(language.get(), value) != null) {
      values.duplicateLanguage(item.getLanguage(), language.get());
    }
    slots.put(property.id(), new Slot.Localized(languages));
  }

  private void malformed(String why) {
    findings.ofValue("", "malformed_json", "This is no JSON: " + shown(why) + ".", "", List.of());
  }

  private static String shown(String why) {
    String line = why.lines().findFirst().orElse("");
    return line.length() <= 160 ? line : line.substring(0, 160) + "…";
  }
}
