/// A card: what the entries of one key in a definition's sources amount to. Owned by svc-cards
/// (table `card` and the card index); built from entry events and backfills, told as `CardChanged`.
@NullMarked
package io.cardloom.cards.card;

import org.jspecify.annotations.NullMarked;
