package io.cardloom.ingest.bench;

import io.cardloom.proto.ingest.v1.EntryInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Rows of a file of nested JSON objects as entries of flat typed properties.
record Catalogue(List<String> properties, List<EntryInput> entries) {
  private static final JsonMapper JSON = new JsonMapper();

  static Catalogue read(Path file) throws IOException {
    var rows = new ArrayList<Map<String, JsonNode>>();
    var types = new TreeMap<String, String>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        var flat = new LinkedHashMap<String, JsonNode>();
        flatten("", JSON.readTree(line), flat);
        flat.forEach((id, value) -> types.merge(id, type(value), Catalogue::wider));
        rows.add(flat);
      }
    }
    types.remove("id");
    var entries = rows.stream().map(row -> entry(row, types)).toList();
    return new Catalogue(
        types.entrySet().stream().map(type -> type.getKey() + ":" + type.getValue()).toList(),
        entries);
  }

  private static void flatten(String path, JsonNode node, Map<String, JsonNode> flat) {
    if (node.isObject()) {
      node.properties()
          .forEach(field -> {
            String id = field.getKey().replaceAll("[^A-Za-z0-9_-]", "_").toLowerCase(Locale.ROOT);
            flatten(path.isEmpty() ? id : path + "_" + id, field.getValue(), flat);
          });
    } else if (node.isArray()) {
      node.forEach(item -> {
        if (item.isObject()) {
          item.properties()
              .forEach(field ->
                  texts(path + "_" + field.getKey().toLowerCase(Locale.ROOT), flat)
                      .add(field.getValue().asString("")));
        } else {
          texts(path, flat).add(item.asString(""));
        }
      });
    } else if (!node.isNull()) {
      flat.put(path, node);
    }
  }

  private static ArrayNode texts(String path, Map<String, JsonNode> flat) {
    return (ArrayNode) flat.computeIfAbsent(path, _ -> JSON.createArrayNode());
  }

  private static String type(JsonNode value) {
    if (value.isArray()) return "LIST";
    if (value.isBoolean()) return "BOOLEAN";
    if (value.isNumber()) return value.isIntegralNumber() ? "INTEGER" : "DECIMAL";
    return "TEXT";
  }

  private static String wider(String one, String other) {
    if (one.equals(other)) return one;
    if (one.equals("LIST") || other.equals("LIST")) return "LIST";
    boolean numbers = "INTEGER DECIMAL".contains(one) && "INTEGER DECIMAL".contains(other);
    return numbers ? "DECIMAL" : "TEXT";
  }

  private static EntryInput entry(Map<String, JsonNode> row, Map<String, String> types) {
    ObjectNode values = JSON.createObjectNode();
    String key = row.getOrDefault("id", JSON.nullNode()).asString("");
    row.forEach((id, value) -> {
      switch (types.getOrDefault(id, "")) {
        case "" -> {}
        case "TEXT" -> values.put(id, value.asString(""));
        case "LIST" ->
            values.set(
                id, value.isArray() ? value : JSON.createArrayNode().add(value.asString("")));
        default -> values.set(id, value);
      }
    });
    return io.cardloom.ingest.TestIngest.entry(key, values.toString());
  }
}
