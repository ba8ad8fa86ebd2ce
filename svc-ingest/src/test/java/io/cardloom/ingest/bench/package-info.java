/// Measures imports; run by hand.
@NullMarked
package io.cardloom.ingest.bench;

import org.jspecify.annotations.NullMarked;
