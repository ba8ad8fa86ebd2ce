/// How fast something may go, per key, in bounded memory.
@NullMarked
package io.cardloom.aggregator.limit;

import org.jspecify.annotations.NullMarked;
