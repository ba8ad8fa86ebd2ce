/// The whole system on one machine: PostgreSQL, Kafka, the key set, four services and the
/// aggregator, under one supervising process that starts, watches and ends them.
@NullMarked
package io.cardloom.local.stack;

import org.jspecify.annotations.NullMarked;
