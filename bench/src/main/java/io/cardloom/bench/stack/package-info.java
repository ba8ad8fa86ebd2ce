/// A stack of its own, filled with the catalogue as often as it takes.
@NullMarked
package io.cardloom.bench.stack;

import org.jspecify.annotations.NullMarked;
