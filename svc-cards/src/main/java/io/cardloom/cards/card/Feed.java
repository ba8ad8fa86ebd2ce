package io.cardloom.cards.card;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.CardProperty;
import io.cardloom.index.Body;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What one source gives to one definition's cards.
///
/// @param position of the source among the definition's
/// @param identifiers the card properties that take a source property, by its id
/// @param own all of them: the card properties that come from this source
record Feed(
    CardDefinition definition,
    int position,
    Map<String, List<String>> identifiers,
    Set<String> own) {

  static Feed of(CardDefinition definition, String source) {
    List<CardProperty> properties = definition.propertiesOf(source);
    return new Feed(
        definition,
        definition.sources().indexOf(source),
        properties.stream()
            .collect(
                groupingBy(CardProperty::property, mapping(CardProperty::identifier, toList()))),
        properties.stream().map(CardProperty::identifier).collect(Collectors.toSet()));
  }

  /// A card's values with the source's own as the entry's `values` say, and the others as they are.
  Body merged(Body card, Body values) {
    var merged = new Body.Builder(own.size() + 8);
    card.forEach((identifier, value) -> {
      if (!own.contains(identifier)) merged.put(identifier, value);
    });
    values.forEach((property, value) -> {
      for (String identifier : identifiers.getOrDefault(property, List.of())) {
        merged.put(identifier, value);
      }
    });
    return merged.build();
  }
}
