/// One class for each benchmark.
@NullMarked
package io.cardloom.bench.suite;

import org.jspecify.annotations.NullMarked;
