/// How fast something may go, per key, in bounded memory.
@NullMarked
package io.cardloom.kit.limit;

import org.jspecify.annotations.NullMarked;
