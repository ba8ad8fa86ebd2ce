/// Rounds of something and its baseline, and what they show.
@NullMarked
package io.cardloom.bench.measure;

import org.jspecify.annotations.NullMarked;
