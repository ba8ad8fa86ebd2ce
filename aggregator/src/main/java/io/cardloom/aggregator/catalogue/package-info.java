/// Tools compiled from the contracts: their words, schemas, effects and permissions. Owns what an
/// agent reads.
@NullMarked
package io.cardloom.aggregator.catalogue;

import org.jspecify.annotations.NullMarked;
