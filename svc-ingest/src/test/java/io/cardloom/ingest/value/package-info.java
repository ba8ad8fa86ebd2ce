/// Tests of the package value.
@NullMarked
package io.cardloom.ingest.value;

import org.jspecify.annotations.NullMarked;
