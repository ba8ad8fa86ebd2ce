/// From changed cards to rows: every change becomes rows in the transaction that hears of it, or
/// waits in the queue for another try. Owns the tables `queue_item` and `backfill`.
@NullMarked
package io.cardloom.publishing.queue;

import org.jspecify.annotations.NullMarked;
