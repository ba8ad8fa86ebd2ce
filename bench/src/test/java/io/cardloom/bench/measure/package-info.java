/// Tests of the measuring.
@NullMarked
package io.cardloom.bench.measure;

import org.jspecify.annotations.NullMarked;
