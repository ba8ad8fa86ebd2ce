/// Tests of the package conversion.
@NullMarked
package io.cardloom.ingest.conversion;

import org.jspecify.annotations.NullMarked;
