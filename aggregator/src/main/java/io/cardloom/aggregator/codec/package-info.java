/// JSON to protobuf messages and back, driven by descriptors: the one mapping every tool shares.
@NullMarked
package io.cardloom.aggregator.codec;

import org.jspecify.annotations.NullMarked;
