package io.cardloom.local.verify;

import com.google.protobuf.ByteString;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// JSON compared by what it says, not by how it is written.
final class Canonical {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Canonical() {}

  static JsonNode tree(ByteString body) {
    return body.isEmpty()
        ? JsonNodeFactory.instance.objectNode()
        : MAPPER.readTree(body.newInput());
  }

  /// Equal values: numbers by amount, objects in any order of their fields.
  static boolean same(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    }
    if (one.isObject() && other.isObject()) {
      return one.size() == other.size()
          && one.properties().stream()
              .allMatch(field ->
                  other.has(field.getKey()) && same(field.getValue(), other.get(field.getKey())));
    }
    if (one.isArray() && other.isArray()) {
      if (one.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < one.size(); i++) {
        if (!same(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    return one.equals(other);
  }
}
