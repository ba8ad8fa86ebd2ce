package io.cardloom.cards.card;

import io.cardloom.cards.definition.DefinitionId;
import java.util.Comparator;

/// A card: its definition, and the key it shares with its entries. The order is the one in which
/// rows are locked.
record CardKey(DefinitionId definition, String key) implements Comparable<CardKey> {
  private static final Comparator<CardKey> ORDER =
      Comparator.comparing(CardKey::definition).thenComparing(CardKey::key);

  @Override
  public int compareTo(CardKey other) {
    return ORDER.compare(this, other);
  }
}
