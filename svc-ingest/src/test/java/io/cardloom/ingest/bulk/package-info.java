/// Tests of imports in the background.
@NullMarked
package io.cardloom.ingest.bulk;

import org.jspecify.annotations.NullMarked;
