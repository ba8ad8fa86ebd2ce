/// Requests that nobody should send, many of them.
@NullMarked
package io.cardloom.aggregator.hostile;

import org.jspecify.annotations.NullMarked;
