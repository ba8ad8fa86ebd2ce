package io.cardloom.cards.definition;

import io.cardloom.index.IndexedProperty;
import java.time.Instant;
import java.util.List;

/// A card definition as it stands.
///
/// @param sources data sources that merge into the cards; a source keeps its position for ever,
///   since the cards refer to it by that
/// @param properties in the order they were given
/// @param titleProperty identifier of the property that names a card for people, or empty
/// @param version grows with every change made by people; the end of a backfill is none
public record CardDefinition(
    DefinitionId id,
    String name,
    String description,
    DefinitionState state,
    List<String> sources,
    List<CardProperty> properties,
    String titleProperty,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  public CardDefinition {
    sources = List.copyOf(sources);
    properties = List.copyOf(properties);
  }

  /// What the definition takes of one source, in order.
  public List<CardProperty> propertiesOf(String source) {
    return properties.stream().filter(property -> property.source().equals(source)).toList();
  }

  CardDefinition activated(Instant now) {
    return new CardDefinition(
        id,
        name,
        description,
        DefinitionState.UPDATING,
        sources,
        properties,
        titleProperty,
        version + 1,
        createdAt,
        now);
  }

  List<IndexedProperty> indexed() {
    return properties.stream().map(CardProperty::indexed).toList();
  }

  io.cardloom.proto.cards.v1.CardDefinition toPb() {
    return io.cardloom.proto.cards.v1.CardDefinition.newBuilder()
        .setId(id.id())
        .setName(name)
        .setDescription(description)
        .setState(state.toPb())
        .addAllSourceIds(sources)
        .addAllProperties(properties.stream().map(CardProperty::toPb).toList())
        .setTitleProperty(titleProperty)
        .setVersion(version)
        .setCreatedAt(createdAt.toString())
        .setUpdatedAt(updatedAt.toString())
        .build();
  }
}
