/// The benchmarks of Cardloom: `./cardloom bench`.
@NullMarked
package io.cardloom.bench;

import org.jspecify.annotations.NullMarked;
