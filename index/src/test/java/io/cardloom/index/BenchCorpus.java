package io.cardloom.index;

import io.cardloom.proto.common.v1.PropertyType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Documents to measure with.
///
/// @param document the document of a number from 0 to size - 1, always the same, in version 1
record BenchCorpus(
    String name, int size, List<IndexedProperty> properties, IntFunction<Document> document) {

  List<Document> batch(int from, int to, long version) {
    return IntStream.range(from, Math.min(to, size))
        .mapToObj(i -> {
          Document one = document.apply(i);
          return Document.of(one.key(), version, one.body(), version);
        })
        .toList();
  }

  /// A product catalogue of one JSON object per line, gzipped: nested objects become properties
  /// `outer_inner`; a price is made up from the line number.
  static BenchCorpus catalogue(Path file) throws IOException {
    var rows = new ArrayList<Map<String, List<Object>>>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
        JsonParser parser =
            JsonFactory.builder().build().createParser(ObjectReadContext.empty(), in)) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        var row = new TreeMap<String, List<Object>>();
        flatten(parser, "", row);
        row.put("price", List.of((double) (Math.floorMod(rows.size() * 7919, 100_000)) / 100));
        rows.add(row);
      }
    }
    var types = new TreeMap<String, PropertyType>();
    for (var row : rows) {
      row.forEach((name, values) -> types.merge(name, typeOf(values), BenchCorpus::wider));
    }
    types.remove("id");
    var properties = new ArrayList<IndexedProperty>();
    types.forEach((name, type) -> properties.add(new IndexedProperty(name, type)));
    // What is sorted by is defined first.
    var first = List.of("price", "name", "manufacturer", "release_year", "category", "series");
    properties.sort(
        java.util.Comparator.comparingInt(
            p -> first.contains(p.id()) ? first.indexOf(p.id()) : first.size()));
    var bodies =
        rows.stream()
            .map(row -> {
              var slots = new TreeMap<String, Body.Slot>();
              row.forEach((name, values) -> {
                if (types.containsKey(name)) slots.put(name, slot(types.get(name), values));
              });
              return Document.of(
                  String.valueOf(java.util.Objects.requireNonNull(row.get("id")).getFirst()),
                  1,
                  Body.of(slots),
                  1);
            })
            .toList();
    return new BenchCorpus("catalogue", bodies.size(), properties, bodies::get);
  }

  private static void flatten(JsonParser parser, String prefix, Map<String, List<Object>> row) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = (prefix + parser.currentName()).toLowerCase(java.util.Locale.ROOT);
      switch (parser.nextToken()) {
        case START_OBJECT -> flatten(parser, name + "_", row);
        case START_ARRAY -> {
          var items = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) parser.skipChildren();
            else items.add(parser.getString());
          }
          items.add(0, "[");
          row.put(name, items);
        }
        case VALUE_NUMBER_INT -> row.put(name, List.of(parser.getLongValue()));
        case VALUE_NUMBER_FLOAT -> row.put(name, List.of(parser.getDoubleValue()));
        case VALUE_TRUE, VALUE_FALSE -> row.put(name, List.of(parser.getBooleanValue()));
        case VALUE_STRING -> row.put(name, List.of(parser.getString()));
        default -> {}
      }
    }
  }

  private static PropertyType typeOf(List<Object> values) {
    return switch (values.getFirst()) {
      case Long _ -> PropertyType.PROPERTY_TYPE_INTEGER;
      case Double _ -> PropertyType.PROPERTY_TYPE_DECIMAL;
      case Boolean _ -> PropertyType.PROPERTY_TYPE_BOOLEAN;
      case String text when text.equals("[") -> PropertyType.PROPERTY_TYPE_LIST;
      default -> PropertyType.PROPERTY_TYPE_TEXT;
    };
  }

  private static PropertyType wider(PropertyType a, PropertyType b) {
    if (a == b) return a;
    boolean numbers =
        List.of(a, b)
            .containsAll(
                List.of(PropertyType.PROPERTY_TYPE_INTEGER, PropertyType.PROPERTY_TYPE_DECIMAL));
    return numbers ? PropertyType.PROPERTY_TYPE_DECIMAL : PropertyType.PROPERTY_TYPE_TEXT;
  }

  private static Body.Slot slot(PropertyType type, List<Object> values) {
    String json =
        switch (type) {
          case PROPERTY_TYPE_LIST ->
              values.stream()
                  .skip(1)
                  .map(value -> quoted(String.valueOf(value)))
                  .collect(java.util.stream.Collectors.joining(",", "[", "]"));
          case PROPERTY_TYPE_TEXT -> quoted(String.valueOf(values.getLast()));
          default -> String.valueOf(values.getFirst());
        };
    return new Body.Slot.Plain(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ")
        + '"';
  }

  /// Made-up documents of about 1 KB: 24 of 60 properties each, skewed as real ones are.
  static BenchCorpus generated(int size) {
    var properties = new ArrayList<IndexedProperty>();
    properties.add(new IndexedProperty("price", PropertyType.PROPERTY_TYPE_DECIMAL));
    properties.add(new IndexedProperty("name", PropertyType.PROPERTY_TYPE_TEXT));
    properties.add(new IndexedProperty("manufacturer", PropertyType.PROPERTY_TYPE_TEXT));
    properties.add(new IndexedProperty("release_year", PropertyType.PROPERTY_TYPE_INTEGER));
    properties.add(new IndexedProperty("category", PropertyType.PROPERTY_TYPE_TEXT));
    properties.add(new IndexedProperty("series", PropertyType.PROPERTY_TYPE_TEXT));
    properties.add(new IndexedProperty("description", PropertyType.PROPERTY_TYPE_TEXT));
    properties.add(new IndexedProperty("part_numbers", PropertyType.PROPERTY_TYPE_LIST));
    properties.add(new IndexedProperty("specs_color", PropertyType.PROPERTY_TYPE_LIST));
    properties.add(new IndexedProperty("sale", PropertyType.PROPERTY_TYPE_BOOLEAN));
    for (int i = 0; i < 25; i++) {
      properties.add(new IndexedProperty("t" + i, PropertyType.PROPERTY_TYPE_TEXT));
      properties.add(new IndexedProperty("n" + i, PropertyType.PROPERTY_TYPE_INTEGER));
    }
    return new BenchCorpus("generated", size, properties, BenchCorpus::generate);
  }

  private static final List<String> COLORS =
      List.of("Black", "White", "Grey", "Red", "Blue", "Green", "Pink", "Silver");

  private static Document generate(int i) {
    var random = new Random(i * 0x9E3779B97F4A7C15L);
    var slots = new TreeMap<String, Body.Slot>();
    int category = skewed(random, 30);
    int maker = skewed(random, 1_000);
    text(slots, "category", "Category " + category);
    text(slots, "manufacturer", "Maker" + maker);
    text(slots, "series", "Series " + maker + "-" + random.nextInt(8));
    text(slots, "name", "Maker" + maker + " " + words(random, 6) + " " + (i % 10_000));
    text(slots, "description", words(random, 50));
    plain(slots, "part_numbers", "[\"P" + Integer.toHexString(i) + "-" + category + "\"]");
    plain(slots, "specs_color", "[" + quoted(COLORS.get(skewed(random, 8))) + "]");
    plain(slots, "price", String.valueOf(random.nextInt(200_000) / 100.0));
    plain(slots, "release_year", String.valueOf(2005 + random.nextInt(21)));
    plain(slots, "sale", String.valueOf(random.nextInt(10) == 0));
    for (int j = 0; j < 7; j++) {
      text(slots, "t" + (category + j) % 25, "value " + skewed(random, 200));
      plain(slots, "n" + (category + j) % 25, String.valueOf(skewed(random, 500)));
    }
    String key = new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    return Document.of(key, 1, Body.of(slots), 1);
  }

  private static int skewed(Random random, int bound) {
    double unit = random.nextDouble();
    return (int) (unit * unit * unit * bound);
  }

  private static String words(Random random, int count) {
    var words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (i > 0) words.append(' ');
      words.append("word").append(skewed(random, 20_000));
    }
    return words.toString();
  }

  private static void text(Map<String, Body.Slot> slots, String name, String text) {
    plain(slots, name, quoted(text));
  }

  private static void plain(Map<String, Body.Slot> slots, String name, String json) {
    slots.put(name, new Body.Slot.Plain(json.getBytes(StandardCharsets.UTF_8)));
  }
}
