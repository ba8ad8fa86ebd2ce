package io.cardloom.local.isolation;

import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Random arguments by a tool's JSON Schema, names where texts go.
final class Schemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int ITEMS_MAX = 3;

  private final Messages messages;

  Schemas(Messages messages) {
    this.messages = messages;
  }

  ObjectNode arguments(JsonNode schema, Random random) {
    return object(schema, random);
  }

  private ObjectNode object(JsonNode schema, Random random) {
    var made = NODES.objectNode();
    var required = new java.util.HashSet<String>();
    schema.path("required").forEach(name -> required.add(name.asString()));
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          if (required.contains(property.getKey()) || random.nextInt(10) < 5) {
            made.set(property.getKey(), value(property.getKey(), property.getValue(), random));
          }
        });
    return made;
  }

  private JsonNode value(String name, JsonNode schema, Random random) {
    var words = schema.path("enum");
    if (words.size() > 0) return words.get(random.nextInt(words.size()));
    return switch (schema.path("type").asString("string")) {
      case "object" -> object(schema, random);
      case "array" -> array(name, schema, random);
      case "boolean" -> NODES.booleanNode(random.nextInt(3) == 0);
      case "integer" -> NODES.numberNode(integer(schema, random));
      case "number" -> NODES.numberNode(random.nextInt(100) / 4.0);
      default -> NODES.stringNode(messages.text(name, random));
    };
  }

  private static int integer(JsonNode schema, Random random) {
    int least = schema.path("minimum").asInt(0);
    int most = Math.min(schema.path("maximum").asInt(5), 50);
    return least + random.nextInt(Math.max(1, most - least + 1));
  }

  private ArrayNode array(String name, JsonNode schema, Random random) {
    var items = NODES.arrayNode();
    int least = schema.path("minItems").asInt(0);
    int count = least + random.nextInt(ITEMS_MAX);
    for (int i = 0; i < count; i++) items.add(value(name, schema.path("items"), random));
    return items;
  }
}
