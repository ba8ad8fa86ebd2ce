/// What is remembered of calls: every write, every refusal.
@NullMarked
package io.cardloom.aggregator.audit;

import org.jspecify.annotations.NullMarked;
