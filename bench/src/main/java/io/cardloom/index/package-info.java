/// A look into the index from beside it.
@NullMarked
package io.cardloom.index;

import org.jspecify.annotations.NullMarked;
