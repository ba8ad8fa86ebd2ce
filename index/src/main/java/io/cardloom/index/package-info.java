/// The document index: typed properties, filters, text, facets, sort, cursors, behind one port.
/// Knows no domain noun; each service has collections of its own in its own schema.
@NullMarked
package io.cardloom.index;

import org.jspecify.annotations.NullMarked;
