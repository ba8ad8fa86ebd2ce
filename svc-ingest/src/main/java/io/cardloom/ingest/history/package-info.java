/// What changed in an entry, when, by whom, in which import; kept for a bounded time.
@NullMarked
package io.cardloom.ingest.history;

import org.jspecify.annotations.NullMarked;
