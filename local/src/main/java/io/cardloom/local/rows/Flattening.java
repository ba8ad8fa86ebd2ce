package io.cardloom.local.rows;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Makes a nested JSON object flat: the id of a property is its path joined by `_`, in lower case.
///
/// - a list of scalars becomes a list of texts;
/// - a leaf inside a list of objects becomes the list of its distinct values, as texts;
/// - null stays null unless a value of the same path exists.
public final class Flattening {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, JsonNode> values = new LinkedHashMap<>();

  private Flattening() {}

  /// The leaves of `row` in the order of the file; each is a scalar, null, or an array of texts.
  public static Map<String, JsonNode> of(JsonNode row) {
    var flat = new Flattening();
    flat.object("", row);
    return flat.values;
  }

  /// `specs.coreCount` as a property id: lower case, and `_` for what an id cannot hold.
  static String propertyId(String path) {
    var id = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean kept = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
      id.append(kept ? c : '_');
    }
    return id.toString().toLowerCase(Locale.ROOT);
  }

  private void object(String path, JsonNode object) {
    for (var field : object.properties()) {
      var id = propertyId(field.getKey());
      any(path.isEmpty() ? id : path + "_" + id, field.getValue());
    }
  }

  private void any(String path, JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> object(path, node);
      case ARRAY -> list(path, node);
      case NULL -> values.putIfAbsent(path, node);
      default -> values.put(path, node);
    }
  }

  private void list(String path, JsonNode list) {
    var known = values.get(path);
    var texts = known instanceof ArrayNode array ? array : NODES.arrayNode();
    boolean onlyObjects = !list.isEmpty();
    for (var item : list) {
      if (item.isObject()) {
        itemObject(path, item);
      } else {
        onlyObjects = false;
        if (item.isArray()) {
          list(path, item);
        } else if (!item.isNull()) {
          texts.add(item.asString());
        }
      }
    }
    if (!onlyObjects && (!texts.isEmpty() || !values.containsKey(path))) {
      values.put(path, texts);
    }
  }

  private void itemObject(String path, JsonNode object) {
    for (var field : object.properties()) {
      itemLeaf(path + "_" + propertyId(field.getKey()), field.getValue());
    }
  }

  private void itemLeaf(String path, JsonNode node) {
    if (node.isObject()) {
      itemObject(path, node);
    } else if (node.isArray()) {
      for (var item : node) {
        itemLeaf(path, item);
      }
    } else if (!node.isNull()) {
      addDistinct(path, node.asString());
    }
  }

  private void addDistinct(String path, String text) {
    var texts = values.get(path) instanceof ArrayNode known ? known : NODES.arrayNode();
    for (var known : texts) {
      if (known.asString().equals(text)) {
        return;
      }
    }
    texts.add(text);
    values.put(path, texts);
  }
}
