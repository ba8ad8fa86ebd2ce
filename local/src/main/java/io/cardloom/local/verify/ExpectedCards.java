package io.cardloom.local.verify;

import io.cardloom.proto.cards.v1.CardDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the cards of one definition should be, computed from the raw entries alone: a card for each
/// key that any of its sources has, with each property the value of the entry it is taken from.
final class ExpectedCards {
  private final CardDefinition definition;
  private final Map<String, Scan> entriesBySource;

  /// @param entries opens the scan of one source's raw entries
  ExpectedCards(CardDefinition definition, Function<String, Scan> entries) {
    this.definition = definition;
    this.entriesBySource = new LinkedHashMap<>();
    for (var source : definition.getSourceIdsList()) {
      entriesBySource.put(source, entries.apply(source));
    }
  }

  /// A card as it should be.
  record Card(String key, ObjectNode body) {}

  /// The next card by key; null at the end.
  @Nullable Card next() {
    String key = null;
    for (var scan : entriesBySource.values()) {
      var document = scan.peek();
      if (document != null && (key == null || document.key().compareTo(key) < 0)) {
        key = document.key();
      }
    }
    if (key == null) {
      return null;
    }
    var bySource = new TreeMap<String, JsonNode>();
    for (var source : entriesBySource.entrySet()) {
      var document = source.getValue().takeIf(key);
      if (document != null) {
        bySource.put(source.getKey(), Canonical.tree(document.body()));
      }
    }
    var body = JsonNodeFactory.instance.objectNode();
    for (var property : definition.getPropertiesList()) {
      var entry = bySource.get(property.getSourceId());
      var value = entry == null ? null : entry.get(property.getPropertyId());
      if (value != null && !value.isNull()) {
        body.set(property.getIdentifier(), value);
      }
    }
    return new Card(key, body);
  }
}
