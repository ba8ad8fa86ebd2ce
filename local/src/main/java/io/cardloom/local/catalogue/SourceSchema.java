package io.cardloom.local.catalogue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a data source takes: its languages and the kind of each property, by id.
///
/// A column `label_sv` of a file is the Swedish value of the localized property `label`, unless a
/// property `label_sv` exists.
public record SourceSchema(Set<String> languages, Map<String, Kind> properties) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  public SourceSchema {
    languages = Set.copyOf(languages);
    properties = Map.copyOf(properties);
  }

  /// The values of an entry, typed as the source declares them. What the source does not know, or
  /// what does not fit, goes as it is: the service names it in its refusal.
  public ObjectNode entryValues(Map<String, JsonNode> row, List<String> keyFieldsLeftOut) {
    var values = NODES.objectNode();
    row.forEach((id, value) -> {
      if (keyFieldsLeftOut.contains(id)) {
        return;
      }
      var kind = properties.get(id);
      if (kind != null) {
        fitted(kind, value).ifPresent(fit -> values.set(id, fit));
      } else {
        localized(id)
            .ifPresentOrElse(
                place -> place.into(values, value),
                () -> fitted(Kind.TEXT, value).ifPresent(_ -> values.set(id, value)));
      }
    });
    return values;
  }

  private record Place(String property, String language, Kind kind) {
    void into(ObjectNode values, JsonNode value) {
      fitted(kind == Kind.LOCALIZED_LIST ? Kind.LIST : Kind.TEXT, value)
          .ifPresent(fit -> values.withObjectProperty(property).set(language, fit));
    }
  }

  private Optional<Place> localized(String column) {
    int at = column.lastIndexOf('_');
    if (at <= 0) {
      return Optional.empty();
    }
    var property = column.substring(0, at);
    var kind = properties.get(property);
    return kind == null || !kind.localized()
        ? Optional.empty()
        : languages.stream()
            .filter(language -> language.equalsIgnoreCase(column.substring(at + 1)))
            .findFirst()
            .map(language -> new Place(property, language, kind));
  }

  /// Empty for what a file leaves open: null, or an empty cell of CSV.
  private static Optional<JsonNode> fitted(Kind kind, JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (kind) {
          case TEXT, LOCALIZED_TEXT ->
              value.isNumber() || value.isBoolean() ? NODES.stringNode(value.asString()) : value;
          case LIST, LOCALIZED_LIST -> list(value);
          case BOOLEAN -> value.isString() ? truth(value) : value;
          case INTEGER, DECIMAL -> value.isString() ? number(value) : value;
          case TIMESTAMP -> value;
        });
  }

  private static JsonNode list(JsonNode value) {
    // A text stays one: the service splits it at the property's delimiter.
    return value.isNumber() || value.isBoolean() ? NODES.arrayNode().add(value.asString()) : value;
  }

  private static JsonNode truth(JsonNode text) {
    return switch (text.asString().strip().toLowerCase(Locale.ROOT)) {
      case "true" -> NODES.booleanNode(true);
      case "false" -> NODES.booleanNode(false);
      default -> text;
    };
  }

  private static JsonNode number(JsonNode text) {
    try {
      return NODES.numberNode(new BigDecimal(text.asString().strip()));
    } catch (NumberFormatException _) {
      return text;
    }
  }

  /// The properties as the arguments of a tool, at most `most` a part.
  public static List<List<ObjectNode>> inputs(Map<String, Kind> properties, int most) {
    var parts = new ArrayList<List<ObjectNode>>();
    for (var property : properties.entrySet()) {
      if (parts.isEmpty() || parts.getLast().size() == most) {
        parts.add(new ArrayList<>());
      }
      parts
          .getLast()
          .add(
              NODES
                  .objectNode()
                  .put("id", property.getKey())
                  .put("type", property.getValue().name()));
    }
    return parts;
  }
}
