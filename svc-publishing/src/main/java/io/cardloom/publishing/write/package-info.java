/// How a write ends: its outcome, and the calls that lead on from it.
@NullMarked
package io.cardloom.publishing.write;

import org.jspecify.annotations.NullMarked;
