package io.cardloom.cards.definition;

import io.cardloom.index.IndexedProperty;
import io.cardloom.proto.common.v1.PropertyType;

/// A property of a definition's cards: one property of one source under a name of its own.
///
/// @param identifier its name in cards and destinations; unique in the definition, whatever the
///   case
/// @param name label for people
/// @param property the source's property id, lower-case
/// @param type the source property's type when the definition was made
public record CardProperty(
    String identifier, String name, String source, String property, PropertyType type) {

  IndexedProperty indexed() {
    return new IndexedProperty(identifier, type);
  }

  io.cardloom.proto.cards.v1.CardProperty toPb() {
    return io.cardloom.proto.cards.v1.CardProperty.newBuilder()
        .setIdentifier(identifier)
        .setName(name)
        .setSourceId(source)
        .setPropertyId(property)
        .setType(type)
        .setFilter(IndexedProperty.filter(type))
        .build();
  }
}
