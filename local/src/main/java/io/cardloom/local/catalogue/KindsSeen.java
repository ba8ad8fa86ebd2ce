package io.cardloom.local.catalogue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// The kind of every property over a whole file: the narrowest one that holds all its values. A
/// property that is always null has none.
public final class KindsSeen {
  private final SequencedMap<String, Kind> kinds = new LinkedHashMap<>();

  public void add(Map<String, JsonNode> flat) {
    flat.forEach((id, value) -> {
      if (!value.isNull()) {
        kinds.merge(id, kindOf(value), Kind::widenedBy);
      }
    });
  }

  public SequencedMap<String, Kind> kinds() {
    return kinds;
  }

  private static Kind kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> Kind.LIST;
      case BOOLEAN -> Kind.BOOLEAN;
      case NUMBER ->
          value.isIntegralNumber() && value.canConvertToLong() ? Kind.INTEGER : Kind.DECIMAL;
      default -> Kind.TEXT;
    };
  }
}
