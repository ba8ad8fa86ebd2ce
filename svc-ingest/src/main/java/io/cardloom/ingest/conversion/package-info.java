/// Turning the stored values of a property into another type, in the background, a batch at a time.
@NullMarked
package io.cardloom.ingest.conversion;

import org.jspecify.annotations.NullMarked;
