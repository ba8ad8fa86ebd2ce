/// svc-cards: card definitions, cards and their search index.
@NullMarked
package io.cardloom.cards;

import org.jspecify.annotations.NullMarked;
