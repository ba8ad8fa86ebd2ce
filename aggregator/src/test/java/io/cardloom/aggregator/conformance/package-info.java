/// The public conformance suite's counterpart: a server with the fixtures that the suite asks for,
/// on the protocol of the product.
@NullMarked
package io.cardloom.aggregator.conformance;

import org.jspecify.annotations.NullMarked;
