/// The way of a call from a tool to the service that answers it: channel, deadline, problem.
@NullMarked
package io.cardloom.aggregator.call;

import org.jspecify.annotations.NullMarked;
