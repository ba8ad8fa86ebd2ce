/// Times as callers write them.
@NullMarked
package io.cardloom.metrics.time;

import org.jspecify.annotations.NullMarked;
