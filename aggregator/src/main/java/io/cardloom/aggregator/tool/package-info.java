/// The few tools that ask several services; each has a contract in the protos like any other.
@NullMarked
package io.cardloom.aggregator.tool;

import org.jspecify.annotations.NullMarked;
