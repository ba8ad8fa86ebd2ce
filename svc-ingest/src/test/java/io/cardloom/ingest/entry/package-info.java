/// Tests of entries.
@NullMarked
package io.cardloom.ingest.entry;

import org.jspecify.annotations.NullMarked;
