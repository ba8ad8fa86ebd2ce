/// An issuer, services and an aggregator for tests, each on a port of its own.
@NullMarked
package io.cardloom.aggregator.testing;

import org.jspecify.annotations.NullMarked;
