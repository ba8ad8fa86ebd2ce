/// What Cardloom offers over the protocol: tools, resources, prompts and completion.
@NullMarked
package io.cardloom.aggregator.offer;

import org.jspecify.annotations.NullMarked;
