/// Entries: import, listing, search, and where one is on its way.
@NullMarked
package io.cardloom.ingest.entry;

import org.jspecify.annotations.NullMarked;
