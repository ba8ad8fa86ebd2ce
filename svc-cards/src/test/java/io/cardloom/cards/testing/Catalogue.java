package io.cardloom.cards.testing;

import io.cardloom.index.Body;
import io.cardloom.proto.common.v1.PropertyType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A product catalogue (gzipped NDJSON with an `id` in each line), nested objects flattened to
/// properties. A property has the type of its first value; values of another type are left out.
public final class Catalogue {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// An entry of the catalogue.
  public record Product(String key, Body body) {}

  private final List<Product> products = new ArrayList<>();
  private final Map<String, PropertyType> types = new TreeMap<>();

  private Catalogue() {}

  public static Catalogue read(Path file) throws IOException {
    var catalogue = new Catalogue();
    try (var lines = new GZIPInputStream(Files.newInputStream(file));
        var reader =
            new java.io.BufferedReader(
                new java.io.InputStreamReader(lines, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        catalogue.add(line);
      }
    }
    return catalogue;
  }

  public List<Product> products() {
    return products;
  }

  public Map<String, PropertyType> types() {
    return types;
  }

  private void add(String line) {
    var slots = new TreeMap<String, Body.Slot>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
      parser.nextToken();
      object(parser, "", slots);
    }
    if (!(slots.remove("id") instanceof Body.Slot.Plain(var id))) {
      throw new IllegalArgumentException("a line without an id");
    }
    String key = new String(id, StandardCharsets.UTF_8).replace("\"", "");
    products.add(new Product(key, Body.of(slots)));
  }

  private void object(JsonParser parser, String prefix, Map<String, Body.Slot> slots) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = prefix + parser.currentName().toLowerCase(Locale.ROOT);
      name = name.replaceAll("[^a-z0-9_-]", "_");
      switch (parser.nextToken()) {
        case START_OBJECT -> object(parser, name + "_", slots);
        case START_ARRAY -> list(parser, name, slots);
        case VALUE_STRING ->
            put(slots, name, PropertyType.PROPERTY_TYPE_TEXT, quoted(parser.getString()));
        case VALUE_NUMBER_INT ->
            put(slots, name, PropertyType.PROPERTY_TYPE_DECIMAL, parser.getString());
        case VALUE_NUMBER_FLOAT ->
            put(slots, name, PropertyType.PROPERTY_TYPE_DECIMAL, parser.getString());
        case VALUE_TRUE, VALUE_FALSE ->
            put(slots, name, PropertyType.PROPERTY_TYPE_BOOLEAN, parser.getString());
        default -> {}
      }
    }
  }

  private void list(JsonParser parser, String name, Map<String, Body.Slot> slots) {
    var items = new ArrayList<String>();
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) depth++;
      else if (token.isStructEnd()) depth--;
      else if (depth == 1 && token == JsonToken.VALUE_STRING) items.add(quoted(parser.getString()));
    }
    if (!items.isEmpty()) {
      put(slots, name, PropertyType.PROPERTY_TYPE_LIST, "[" + String.join(",", items) + "]");
    }
  }

  private void put(Map<String, Body.Slot> slots, String name, PropertyType type, String json) {
    if (!name.equals("id") && types.computeIfAbsent(name, _ -> type) != type) return;
    slots.put(name, new Body.Slot.Plain(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String quoted(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < ' ') json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
