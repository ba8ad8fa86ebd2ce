/// What is kept for a bounded time goes when that is over.
@NullMarked
package io.cardloom.ingest.retention;

import org.jspecify.annotations.NullMarked;
