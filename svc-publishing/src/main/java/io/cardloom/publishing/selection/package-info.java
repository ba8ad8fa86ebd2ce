/// Selections: which cards an endpoint serves, which of their properties under which names, which
/// facets, and the row that this makes of a card.
@NullMarked
package io.cardloom.publishing.selection;

import org.jspecify.annotations.NullMarked;
