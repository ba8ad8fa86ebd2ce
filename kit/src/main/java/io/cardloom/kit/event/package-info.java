/// Events out by an outbox, in by a consumer: committed with their rows, in order per key, a repeat
/// changes nothing.
@NullMarked
package io.cardloom.kit.event;

import org.jspecify.annotations.NullMarked;
