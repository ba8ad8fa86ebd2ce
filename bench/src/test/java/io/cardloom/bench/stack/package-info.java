/// Tests of what is measured on.
@NullMarked
package io.cardloom.bench.stack;

import org.jspecify.annotations.NullMarked;
