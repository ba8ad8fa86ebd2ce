/// JMH benchmarks of the inner parts.
@NullMarked
package io.cardloom.bench.micro;

import org.jspecify.annotations.NullMarked;
