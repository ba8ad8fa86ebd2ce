package io.cardloom.cards.definition;

import io.cardloom.index.CollectionId;
import java.util.Comparator;

/// A card definition of one workspace. Ordered by workspace, then id.
public record DefinitionId(String tenant, String id) implements Comparable<DefinitionId> {
  private static final Comparator<DefinitionId> ORDER =
      Comparator.comparing(DefinitionId::tenant).thenComparing(DefinitionId::id);

  /// The collection of the definition's cards in the index.
  public CollectionId collection() {
    return new CollectionId(tenant, id);
  }

  @Override
  public int compareTo(DefinitionId other) {
    return ORDER.compare(this, other);
  }
}
