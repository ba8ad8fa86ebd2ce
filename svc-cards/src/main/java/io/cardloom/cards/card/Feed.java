package io.cardloom.cards.card;

import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.CardProperty;
import java.util.List;

/// What one source gives to one definition's cards.
///
/// @param position of the source among the definition's
/// @param properties what the definition takes of it
record Feed(CardDefinition definition, int position, List<CardProperty> properties) {
  Feed {
    properties = List.copyOf(properties);
  }

  static Feed of(CardDefinition definition, String source) {
    return new Feed(
        definition, definition.sources().indexOf(source), definition.propertiesOf(source));
  }

  /// Whether every value of the definition's cards is of this source.
  boolean only() {
    return definition.sources().size() == 1;
  }
}
