package io.cardloom.idp.realm;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Laying wanted settings over those that are there. What is not wanted is left alone: Keycloak
/// replaces whole objects, so what an update leaves out would be lost.
///
/// A list with one entry is a setting and replaced; a longer one is added to, so that entries of an
/// administrator stay.
final class Overlay {
  private Overlay() {}

  /// Whether everything wanted is there already.
  static boolean covers(JsonNode present, JsonNode wanted) {
    if (wanted instanceof ObjectNode object) {
      return object.properties().stream()
          .allMatch(entry -> covers(present.path(entry.getKey()), entry.getValue()));
    }
    if (wanted instanceof ArrayNode array) {
      return array.isEmpty() || (present.isArray() && entries(present).containsAll(entries(array)));
    }
    return present.isMissingNode()
        ? isNothing(wanted)
        : present.asString().equals(wanted.asString());
  }

  /// `present` with everything wanted in it; neither is changed.
  static JsonNode over(JsonNode present, JsonNode wanted) {
    if (wanted instanceof ObjectNode object) {
      ObjectNode result =
          present instanceof ObjectNode base ? base.deepCopy() : AdminApi.JSON.createObjectNode();
      object
          .properties()
          .forEach(entry ->
              result.set(entry.getKey(), over(result.path(entry.getKey()), entry.getValue())));
      return result;
    }
    if (wanted instanceof ArrayNode array && present.isArray() && array.size() > 1) {
      var all = entries(present);
      all.addAll(entries(array));
      ArrayNode result = AdminApi.JSON.createArrayNode();
      all.forEach(result::add);
      return result;
    }
    return wanted.deepCopy();
  }

  private static Set<JsonNode> entries(JsonNode array) {
    var entries = new LinkedHashSet<JsonNode>();
    array.forEach(entries::add);
    return entries;
  }

  /// Keycloak leaves out what is empty.
  private static boolean isNothing(JsonNode wanted) {
    return wanted.asString().isEmpty() || wanted.asString().equals("false");
  }
}
