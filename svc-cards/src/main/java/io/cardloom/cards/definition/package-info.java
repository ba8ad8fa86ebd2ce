/// A card definition: the data sources that merge into its cards, and the source property behind
/// each card property. Owned by svc-cards (tables `card_definition`, `card_property`, `backfill`).
@NullMarked
package io.cardloom.cards.definition;

import org.jspecify.annotations.NullMarked;
