package io.cardloom.cards.definition;

import io.cardloom.proto.cards.v1.CardDefinitionState;

/// Where a definition stands: `DRAFT -> UPDATING -> ACTIVE`.
public enum DefinitionState {
  /// Not used yet: it has no cards.
  DRAFT,
  /// Cards of the entries there are, are being built; changes of entries are followed already.
  UPDATING,
  /// Every entry is in its card; changes are followed.
  ACTIVE;

  /// Whether entry events go into its cards.
  public boolean live() {
    return this != DRAFT;
  }

  CardDefinitionState toPb() {
    return switch (this) {
      case DRAFT -> CardDefinitionState.CARD_DEFINITION_STATE_DRAFT;
      case UPDATING -> CardDefinitionState.CARD_DEFINITION_STATE_UPDATING;
      case ACTIVE -> CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE;
    };
  }
}
