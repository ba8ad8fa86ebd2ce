/// Cursors: where a page of a list went, opaque to the caller.
@NullMarked
package io.cardloom.kit.page;

import org.jspecify.annotations.NullMarked;
